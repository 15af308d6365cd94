// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Stochastics

/// The fits against measured fdatasync times, where the measurements are at hand.
///
/// They are not part of the repository: the folder is named by the environment variable
/// ORRERY_SHARED or lies next to the package as `shared`.
@Suite struct MeasuredDiskTests {
  static let file: URL? = {
    let package = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let named = ProcessInfo.processInfo.environment["ORRERY_SHARED"].map { URL(filePath: $0) }
    let folder = named ?? package.deletingLastPathComponent().appending(path: "shared")
    let file = folder.appending(path: "data/real-control-plane/fdatasync_probe.csv")
    return FileManager.default.isReadableFile(atPath: file.path) ? file : nil
  }()

  /// What the calibration with these data found, to two digits: no single lognormal, gamma or Weibull fits (KS 0.07 to 0.18), two
  /// lognormals do (0.02 to 0.08), the fast one with a median of 0.14 to 0.46 ms, the slow one of
  /// 3.2 to 4.0 ms.
  @Test(
    .enabled(
      if: file != nil, "no measurements: set ORRERY_SHARED to the folder that holds data/"))
  func fdatasyncTimesAreTwoLognormals() throws {
    let text = try String(contentsOf: #require(Self.file), encoding: .utf8)
    let all = try EmpiricalSample(csv: text, column: "fdatasync_ms")
    #expect(all.count > 10_000)
    // The smallest writes: the first column of the file is the write's size.
    let small = text.split(separator: "\n").filter { $0.hasPrefix("512,") }
    let times = try small.map { try #require(Double($0.dropFirst(4))) }
    let fits = try Fit.all(times)
    #expect(fits[0].family == .mixture)
    #expect((0.02...0.08).contains(fits[0].kolmogorovSmirnov.distance))
    for family in [DistributionFamily.lognormal, .gamma, .weibull] {
      let fit = try #require(fits.first { $0.family == family })
      #expect(fit.kolmogorovSmirnov.distance > fits[0].kolmogorovSmirnov.distance)
      #expect((0.06...0.19).contains(fit.kolmogorovSmirnov.distance))
    }
    guard case .mixture(let weight, let fast, let slow) = fits[0].distribution.form else {
      Issue.record("not a mixture: \(fits[0].distribution)")
      return
    }
    #expect((0.3...0.6).contains(weight))
    #expect((0.135...0.465).contains(Distribution(form: .simple(fast)).quantile(0.5)))
    #expect((3.0...4.2).contains(Distribution(form: .simple(slow)).quantile(0.5)))
  }
}
