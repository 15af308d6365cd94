// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Stochastics

/// The draws have the same bits with and without the newer instructions of the CPU.
///
/// A child process is told, through glibc's tunables, that its CPU has neither AVX nor fused
/// multiply-add, so the C library falls back to other versions of `log` and `exp`. Our digest must
/// not move. The digest of the C library's results does move on a CPU with these instructions,
/// which shows both that the tunables work and that its `log` is not what the samplers use.
@Suite struct CPUIndependenceTests {
  /// Read off on an x86-64 machine with AVX-512, and the same in debug and release builds.
  static let expectedDigest: UInt64 = 0x693D_677E_9C2F_ECC2

  static let tunables = "glibc.cpu.hwcaps=-AVX,-AVX2,-AVX512F,-FMA,-FMA4"

  @Test func drawsHaveTheKnownBits() throws {
    let digest = try Self.samplerDigest()
    #expect(digest == Self.expectedDigest)
  }

  #if os(Linux) && arch(x86_64)
    @Test func drawsHaveTheSameBitsWithoutFusedMultiplyAdd() async throws {
      let before = ProcessInfo.processInfo.environment["GLIBC_TUNABLES"]
      setenv("GLIBC_TUNABLES", Self.tunables, 1)
      defer {
        if let before {
          setenv("GLIBC_TUNABLES", before, 1)
        } else {
          unsetenv("GLIBC_TUNABLES")
        }
      }
      let result = try #require(
        await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
          #expect(
            ProcessInfo.processInfo.environment["GLIBC_TUNABLES"]
              == CPUIndependenceTests.tunables)
          let digest = try CPUIndependenceTests.samplerDigest()
          #expect(digest == CPUIndependenceTests.expectedDigest)
          print("libm \(CPUIndependenceTests.libraryDigest())")
        })
      let output = String(decoding: result.standardOutputContent, as: UTF8.self)
      if before == nil, Self.cpuFusesMultiplyAdd {
        #expect(!output.contains("libm \(Self.libraryDigest())"), "the tunables had no effect")
        #expect(output.contains("libm "))
      }
    }

    private static var cpuFusesMultiplyAdd: Bool {
      let flags = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
      return flags?.split(whereSeparator: \.isWhitespace).contains("fma") ?? false
    }
  #endif

  /// FNV-1a over the bits of draws from every family and of the elementary functions.
  static func samplerDigest() throws -> UInt64 {
    var digest = Digest()
    let distributions: [Distribution] = [
      try .uniform(low: 0.25, high: 4), try .exponential(mean: 0.3),
      try .lognormal(median: 0.3, sigma: 1.5), try .gamma(shape: 0.4, scale: 2),
      try .gamma(shape: 3.3, scale: 2), try .weibull(shape: 0.7, scale: 5),
      try .pareto(minimum: 2, shape: 1.2),
      try .mixture(
        weight: 0.4, of: .lognormal(median: 0.3, sigma: 0.5),
        and: .weibull(shape: 2, scale: 3)),
      try .empirical(EmpiricalSample([0.3, 1.7, 2.9, 4.1], weights: [1, 2, 3, 4])),
    ]
    for (index, distribution) in distributions.enumerated() {
      var stream = RandomStream(seed: 2026, name: "digest", index: UInt64(index))
      for _ in 0..<5000 {
        digest.add(distribution.sample(&stream))
      }
      digest.add(distribution.mean)
    }
    var stream = RandomStream(seed: 2026, name: "functions")
    for _ in 0..<5000 {
      let x = stream.exponential()
      digest.add(stream.normal())
      digest.add(DeterministicMath.log(x))
      digest.add(DeterministicMath.exp(-x))
      digest.add(DeterministicMath.pow(x, 1.7))
      digest.add(DeterministicMath.logOnePlus(x))
      digest.add(DeterministicMath.expMinusOne(x))
      digest.add(DeterministicMath.logGamma(x))
    }
    return digest.value
  }

  /// The same over the C library's functions.
  static func libraryDigest() -> UInt64 {
    var digest = Digest()
    var stream = RandomStream(seed: 2026, name: "functions")
    for _ in 0..<20_000 {
      let x = stream.exponential()
      digest.add(log(x))
      digest.add(exp(-x))
      digest.add(pow(x, 1.7))
    }
    return digest.value
  }

  struct Digest {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ number: Double) {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        value = (value ^ ((number.bitPattern >> shift) & 0xFF)) &* 0x0000_0100_0000_01B3
      }
    }
  }
}
