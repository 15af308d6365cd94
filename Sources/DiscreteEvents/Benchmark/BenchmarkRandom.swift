// SPDX-License-Identifier: Apache-2.0

/// The random numbers of the kernel benchmarks: cheap, the same for both sides, not for models.
///
/// xoshiro256++ 1.0 (Blackman, Vigna: *Scrambled linear pseudorandom number generators*, ACM TOMS
/// 47(4), 2021), seeded by SplitMix64.
@frozen
package struct BenchmarkRandom {
  @usableFromInline var state: (UInt64, UInt64, UInt64, UInt64)
  /// Quantiles of the exponential distribution with mean 1 at i / 1,024, in 2^-32.
  @usableFromInline let quantiles: UnsafeMutablePointer<UInt64>

  @usableFromInline static var intervals: Int { 1_024 }

  package init(seed: UInt64) {
    var mixer = seed
    func next() -> UInt64 {
      mixer &+= 0x9E37_79B9_7F4A_7C15
      var word = (mixer ^ (mixer >> 30)) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
      return word ^ (word >> 31)
    }
    state = (next(), next(), next(), next())
    quantiles = Self.sharedQuantiles.address
  }

  @inlinable
  package mutating func next() -> UInt64 {
    let sum = state.0 &+ state.3
    let result = (sum &<< 23 | sum &>> 41) &+ state.0
    let shifted = state.1 &<< 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = state.3 &<< 45 | state.3 &>> 19
    return result
  }

  /// A number in `0 ..< bound`; the bias of at most bound / 2^64 does not matter here.
  @inlinable
  package mutating func next(below bound: UInt64) -> UInt64 {
    next().multipliedFullWidth(by: bound).high
  }

  /// About exponential with the given mean: the quantile function, linear between 1,024 points,
  /// with its tail cut at 7.6 means.
  @inlinable
  package mutating func exponential(mean: SimDuration) -> SimDuration {
    let word = next()
    let index = Int(truncatingIfNeeded: word &>> 54)
    let low = quantiles[index]
    let fraction = word &>> 22 & 0xFFFF_FFFF
    let value = low &+ ((quantiles[index &+ 1] &- low) &* fraction) &>> 32
    let scaled = value.multipliedFullWidth(by: UInt64(bitPattern: mean.nanoseconds))
    return SimDuration(nanoseconds: Int64(bitPattern: scaled.high &<< 32 | scaled.low &>> 32))
  }

  /// The table lives as long as the process.
  private struct Quantiles: @unchecked Sendable {
    let address: UnsafeMutablePointer<UInt64>
  }

  private static let sharedQuantiles: Quantiles = {
    let table = UnsafeMutablePointer<UInt64>.allocate(capacity: intervals + 1)
    for index in 0..<intervals {
      table[index] = UInt64(-naturalLogarithm(1 - Double(index) / Double(intervals)) * 0x1p32)
    }
    table[intervals] = UInt64(-naturalLogarithm(0.5 / Double(intervals)) * 0x1p32)
    return Quantiles(address: table)
  }()

  /// ln x for x in (0, 1], from IEEE basic operations only: halvings and the series of the area
  /// tangent.
  private static func naturalLogarithm(_ x: Double) -> Double {
    let mantissa = x.significand
    let ratio = (mantissa - 1) / (mantissa + 1)
    var term = ratio
    var sum = 0.0
    for power in stride(from: 1, to: 60, by: 2) {
      sum += term / Double(power)
      term *= ratio * ratio
    }
    return 2 * sum + Double(x.exponent) * 0.693_147_180_559_945_3
  }
}
