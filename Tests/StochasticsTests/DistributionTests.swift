// SPDX-License-Identifier: Apache-2.0
@preconcurrency import CGSL
import Foundation
import Testing

@testable import Stochastics

/// A distribution, its distribution function by GSL, and one with a parameter off by a tenth.
struct Oracle: Sendable, CustomTestStringConvertible {
  var distribution: Distribution
  var cdf: @Sendable (Double) -> Double
  var wrong: @Sendable (Double) -> Double

  var testDescription: String { distribution.description }

  static func all() throws -> [Oracle] {
    [
      Oracle(
        distribution: try .uniform(low: 1, high: 5),
        cdf: { gsl_cdf_flat_P($0, 1, 5) }, wrong: { gsl_cdf_flat_P($0, 1.1, 5) }),
      Oracle(
        distribution: try .exponential(mean: 0.3),
        cdf: { gsl_cdf_exponential_P($0, 0.3) }, wrong: { gsl_cdf_exponential_P($0, 0.33) }),
      Oracle(
        distribution: try .lognormal(median: 2.5, sigma: 0.8),
        cdf: { gsl_cdf_lognormal_P($0, 0.9162907318741551, 0.8) },
        wrong: { gsl_cdf_lognormal_P($0, 0.9162907318741551, 0.88) }),
      Oracle(
        distribution: try .gamma(shape: 0.7, scale: 3),
        cdf: { gsl_cdf_gamma_P($0, 0.7, 3) }, wrong: { gsl_cdf_gamma_P($0, 0.77, 3) }),
      Oracle(
        distribution: try .gamma(shape: 4.2, scale: 0.5),
        cdf: { gsl_cdf_gamma_P($0, 4.2, 0.5) }, wrong: { gsl_cdf_gamma_P($0, 4.2, 0.55) }),
      Oracle(
        distribution: try .weibull(shape: 1.5, scale: 2),
        cdf: { gsl_cdf_weibull_P($0, 2, 1.5) }, wrong: { gsl_cdf_weibull_P($0, 2, 1.65) }),
      Oracle(
        distribution: try .pareto(minimum: 1.25, shape: 3.5),
        cdf: { gsl_cdf_pareto_P($0, 3.5, 1.25) }, wrong: { gsl_cdf_pareto_P($0, 3.85, 1.25) }),
      Oracle(
        distribution: try .mixture(
          weight: 0.3, of: .exponential(mean: 0.3), and: .gamma(shape: 4.2, scale: 0.5)),
        cdf: { 0.3 * gsl_cdf_exponential_P($0, 0.3) + 0.7 * gsl_cdf_gamma_P($0, 4.2, 0.5) },
        wrong: { 0.33 * gsl_cdf_exponential_P($0, 0.3) + 0.67 * gsl_cdf_gamma_P($0, 4.2, 0.5) }),
    ]
  }
}

@Suite struct DistributionTests {
  @Test(arguments: try Oracle.all())
  func drawsFollowTheDistributionFunction(oracle: Oracle) throws {
    var stream = RandomStream(seed: 7, name: "distribution")
    let draws = (0..<20_000).map { _ in oracle.distribution.sample(&stream) }
    #expect(draws.allSatisfy { $0 >= 0 && $0.isFinite })
    #expect(try KolmogorovSmirnov(draws, cdf: oracle.cdf).pValue > 0.001)
    #expect(try KolmogorovSmirnov(draws, cdf: oracle.wrong).pValue < 1e-3)
  }

  @Test(arguments: try Oracle.all())
  func drawsHaveTheStatedMoments(oracle: Oracle) {
    var stream = RandomStream(seed: 8, name: "moments")
    let distribution = oracle.distribution
    let draws = (0..<20_000).map { _ in distribution.sample(&stream) }
    let moments = Moments(draws)
    #expect(abs(moments.mean - distribution.mean) < 4 * moments.standardError)
    // The variance's standard error from the fourth moment of the draws themselves.
    let squares = Moments(draws.map { ($0 - distribution.mean) * ($0 - distribution.mean) })
    #expect(abs(squares.mean - distribution.variance) < 4 * squares.standardError)
  }

  /// The gamma's last step rejects one proposal in twenty; without it the distribution is off by
  /// less than a hundredth, so this takes more draws than the tests above.
  @Test func gammaProposalsAreRejectedAsTheyShouldBe() throws {
    var stream = RandomStream(seed: 11, name: "gamma")
    let draws = (0..<100_000).map { _ in stream.gamma(shape: 1) }
    #expect(try KolmogorovSmirnov(draws) { gsl_cdf_exponential_P($0, 1) }.pValue > 0.001)
  }

  /// Means, variances and quantiles at 1, 50 and 99.9 % from SciPy 1.17.
  @Test(
    arguments: [
      (
        try Distribution.lognormal(median: 2.5, sigma: 0.8), 3.442819410839893, 10.62599278915207,
        [0.38876214790040436, 2.5, 29.620792877846284]
      ),
      (
        try .gamma(shape: 0.7, scale: 3), 2.1, 6.3,
        [0.003637869072304027, 1.2222712454293239, 18.191218691661827]
      ),
      (
        try .weibull(shape: 1.5, scale: 2), 1.805490585901867, 1.5027611392557279,
        [0.09314303369403937, 1.5664395375493025, 7.2541738246789516]
      ),
      (
        try .pareto(minimum: 1.25, shape: 3.5), 1.75, 0.5833333333333334,
        [1.2535945641315427, 1.5237670677555943, 8.996070912514396]
      ),
      (try .uniform(low: 1, high: 5), 3, 4.0 / 3, [1.04, 3, 4.996]),
      (
        try .exponential(mean: 0.3), 0.3, 0.09,
        [0.0030151007560504325, 0.2079441541679836, 2.0723265836946405]
      ),
    ] as [(Distribution, Double, Double, [Double])])
  func momentsAndQuantilesAgreeWithSciPy(
    distribution: Distribution, mean: Double, variance: Double, quantiles: [Double]
  ) {
    #expect(abs(distribution.mean / mean - 1) < 1e-13)
    #expect(abs(distribution.variance / variance - 1) < 1e-12)
    let squared = distribution.squaredCoefficientOfVariation
    #expect(abs(squared / (variance / mean / mean) - 1) < 1e-12)
    for (p, expected) in zip([0.01, 0.5, 0.999], quantiles) {
      #expect(abs(distribution.quantile(p) / expected - 1) < 1e-9)
      #expect(abs(distribution.cdf(expected) - p) < 1e-12)
    }
  }

  @Test func mixturesCombineTheirMoments() throws {
    // By hand: mean 0.25 * 2 + 0.75 * 6 = 5; second moment 0.25 * 8 + 0.75 * 36 = 29.
    let mixture = try Distribution.mixture(
      weight: 0.25, of: .exponential(mean: 2), and: .constant(6))
    #expect(mixture.mean == 5)
    #expect(abs(mixture.variance - 4) < 1e-12)
    #expect(abs(mixture.squaredCoefficientOfVariation - 0.16) < 1e-12)
    // Below 6 only the exponential counts: 0.25 (1 - e^-1) at 2.
    #expect(abs(mixture.cdf(2) - 0.25 * 0.6321205588285577) < 1e-15)
    #expect(abs(mixture.quantile(0.25 * 0.6321205588285577) - 2) < 1e-12)
    // The step at 6 takes everything from 0.25 (1 - e^-3) = 0.2376 to 0.9876.
    #expect(mixture.quantile(0.5) == 6)
    #expect(mixture.quantile(0) == 0)
    #expect(mixture.quantile(1) == .infinity)
  }

  @Test func heavyTailsHaveInfiniteMoments() throws {
    let noMean = try Distribution.pareto(minimum: 1, shape: 1)
    #expect(noMean.mean == .infinity)
    #expect(noMean.variance == .infinity)
    #expect(noMean.squaredCoefficientOfVariation == .infinity)
    let noVariance = try Distribution.pareto(minimum: 1, shape: 2)
    #expect(noVariance.mean == 2)
    #expect(noVariance.variance == .infinity)
    #expect(
      try Distribution.mixture(weight: 0.5, of: noMean, and: .constant(1)).variance == .infinity)
    #expect(try Distribution.weibull(shape: 0.001, scale: 1).variance == .infinity)
    // A component that never comes does not count.
    #expect(try Distribution.mixture(weight: 0, of: noMean, and: .constant(3)).mean == 3)
  }

  @Test func degenerateParametersGiveConstants() throws {
    var stream = RandomStream(seed: 9, name: "constant")
    for distribution in [
      try Distribution.constant(2), try .uniform(low: 2, high: 2),
      try .lognormal(median: 2, sigma: 0), try .empirical(EmpiricalSample([2])),
      try .empirical(EmpiricalSample([2, 2, 2])),
    ] {
      #expect(distribution.isConstant)
      #expect(distribution.sample(&stream) == 2)
      #expect(distribution.mean == 2)
      #expect(distribution.cdf(1.9) == 0)
      #expect(distribution.cdf(2) == 1)
      #expect(distribution.quantile(0.3) == 2)
    }
    #expect(Distribution.zero.sample(&stream) == 0)
    #expect(Distribution.zero.squaredCoefficientOfVariation == 0)
    #expect(try Distribution.exponential(mean: 0).sample(&stream) == 0)
  }

  @Test func scalingChangesTheUnitOnly() throws {
    // 2^10 scales exactly, so the draws agree to the bit.
    let sample = try EmpiricalSample([1, 2, 5], weights: [1, 2, 1])
    var distributions = try Oracle.all().map(\.distribution)
    distributions += [try .constant(3), .empirical(sample)]
    for distribution in distributions {
      let scaled = distribution.scaled(by: 1024)
      var stream = RandomStream(seed: 10, name: "scale")
      var other = stream
      for _ in 0..<100 {
        #expect(scaled.sample(&stream) == 1024 * distribution.sample(&other))
      }
      #expect(scaled.mean == 1024 * distribution.mean)
      #expect(
        abs(scaled.squaredCoefficientOfVariation - distribution.squaredCoefficientOfVariation)
          < 1e-12)
    }
  }

  @Test func storedDistributionsComeBack() throws {
    var distributions = try Oracle.all().map(\.distribution)
    distributions += [
      .zero, .empirical(try EmpiricalSample([3, 1, 2])),
      .empirical(try EmpiricalSample([3, 1, 2], weights: [1, 5, 2])),
    ]
    for distribution in distributions {
      let data = try JSONEncoder().encode(distribution)
      #expect(try JSONDecoder().decode(Distribution.self, from: data) == distribution)
    }
  }

  @Test(arguments: [
    #"{"family":"lognormal","parameters":{"median":1,"sigma":-1}}"#,
    #"{"family":"gamma","parameters":{"shape":1}}"#,
    #"{"family":"zipf","parameters":{}}"#,
    #"{"family":"empirical","sample":{"values":[]}}"#,
    #"{"family":"empirical","sample":{"values":[2,1]}}"#,
    #"{"family":"empirical","sample":{"values":[1,2],"positions":[0,0.5]}}"#,
  ])
  func damagedStoredDistributionsAreRefused(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Distribution.self, from: Data(text.utf8))
    }
  }
}
