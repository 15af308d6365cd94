// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Stochastics

@Suite struct FitTests {
  /// Fifteen values; parameters, likelihoods and KS distances by SciPy 1.17: closed forms, and
  /// Nelder-Mead on the log-likelihood for gamma and Weibull.
  private static let sample = [
    0.31, 1.27, 0.84, 2.95, 0.52, 1.66, 0.18, 4.41, 1.08, 0.73, 2.12, 0.96, 3.37, 0.45, 1.49,
  ]

  @Test(
    arguments: [
      (try .exponential(mean: 1.4893333333333334), -20.97492888808267, 0.1274384683837753),
      (
        try .lognormal(median: 1.06079494709103, sigma: 0.8697916335822413), -20.076832690414008,
        0.0801822615151766
      ),
      (
        try .gamma(shape: 1.6201729138432002, scale: 0.9192434535090299), -20.05905563840469,
        0.09070399379834382
      ),
      (
        try .weibull(shape: 1.3021222600453086, scale: 1.6203066183688624), -20.19896991286801,
        0.08962127333678638
      ),
      (
        try .pareto(minimum: 0.18, shape: 0.5637560115004575), -24.482284529166947,
        0.279174299758228
      ),
    ] as [(Distribution, Double, Double)])
  func fitsAgreeWithSciPy(expected: Distribution, logLikelihood: Double, distance: Double) throws {
    let fit = try Fit.maximumLikelihood(expected.family, Self.sample)
    // The optimiser's own accuracy limits the comparison.
    try expectEqual(fit.distribution, expected, tolerance: 1e-6)
    #expect(abs(fit.logLikelihood - logLikelihood) < 1e-9)
    #expect(abs(fit.kolmogorovSmirnov.distance - distance) < 1e-6)
    let parameters = expected.family == .exponential ? 1.0 : 2.0
    #expect(abs(fit.aic - (2 * parameters - 2 * logLikelihood)) < 1e-8)
    // log 15 = 2.70805.
    #expect(abs(fit.bic - (2.70805020110221 * parameters - 2 * logLikelihood)) < 1e-8)
  }

  /// Against SciPy's Nelder-Mead on the mixture's likelihood.
  @Test func mixtureAgreesWithSciPy() throws {
    let sample = [
      0.11, 0.13, 0.16, 0.19, 0.21, 0.22, 0.25, 0.28, 0.31, 0.36, 2.1, 2.4, 2.9, 3.1, 3.3, 3.6,
      3.9, 4.2, 4.4, 4.8, 5.3, 5.9, 6.6, 7.8,
    ]
    let fit = try Fit.maximumLikelihood(.mixture, sample)
    #expect(abs(fit.logLikelihood - -29.849455453854127) < 1e-6)
    let expected = try Distribution.mixture(
      weight: 0.4166666741823135,
      of: .lognormal(median: 0.20871871096877798, sigma: 0.3590586798972703),
      and: .lognormal(median: 4.0316641832477345, sigma: 0.3649000720083959))
    try expectEqual(fit.distribution, expected, tolerance: 1e-3)
    #expect(try Fit.all(sample)[0].family == .mixture)
  }

  /// Standard errors from the Fisher information; four of them.
  @Test(
    arguments: [
      (try .exponential(mean: 3), [3 / 2000.0.squareRoot()]),
      (
        try .lognormal(median: 2, sigma: 0.7),
        [2 * 0.7 / 2000.0.squareRoot(), 0.7 / 4000.0.squareRoot()]
      ),
      // Gamma: with trigamma(2) = 0.6449341, var(shape) = 2 / (2 trigamma - 1) / n and
      // var(scale) = scale^2 trigamma / (2 trigamma - 1) / n.
      (
        try .gamma(shape: 2, scale: 0.5),
        [(2 / 0.2898681 / 2000).squareRoot(), 0.5 * (0.6449341 / 0.2898681 / 2000).squareRoot()]
      ),
      // Weibull: var(shape) = 0.6079 shape^2 / n, var(scale) = 1.1087 (scale / shape)^2 / n.
      (
        try .weibull(shape: 0.8, scale: 4),
        [0.8 * (0.6079 / 2000).squareRoot(), 5 * (1.1087 / 2000).squareRoot()]
      ),
      // The minimum lies above the true one by an exponential with mean minimum / (n shape).
      (try .pareto(minimum: 2, shape: 1.5), [2 / (1.5 * 2000), 1.5 / 2000.0.squareRoot()]),
    ] as [(Distribution, [Double])])
  func knownParametersAreRecoveredAndTheFamilyChosen(
    truth: Distribution, standardErrors: [Double]
  ) throws {
    var stream = RandomStream(seed: 1, name: "fit")
    let sample = (0..<2000).map { _ in truth.sample(&stream) }
    let fits = try Fit.all(sample)
    // An exponential is also a gamma and a Weibull: the criterion must prefer fewer parameters.
    #expect(fits[0].family == truth.family)
    #expect(fits.map(\.aic) == fits.map(\.aic).sorted())
    let best = try #require(fits.first { $0.family == truth.family })
    let found = try parameters(best.distribution)
    for (index, (value, expected)) in zip(found, try parameters(truth)).enumerated() {
      #expect(abs(value - expected) < 4 * standardErrors[index])
    }
    #expect(best.kolmogorovSmirnov.distance < 0.03)
  }

  @Test func aMixtureIsRecovered() throws {
    let truth = try Distribution.mixture(
      weight: 0.4, of: .lognormal(median: 0.3, sigma: 0.5),
      and: .lognormal(median: 3.5, sigma: 0.8))
    var stream = RandomStream(seed: 2, name: "fit")
    let sample = (0..<2000).map { _ in truth.sample(&stream) }
    let fits = try Fit.all(sample)
    #expect(fits[0].family == .mixture)
    // Four standard errors, seen over replications of the fit, are about a tenth of each value.
    try expectEqual(fits[0].distribution, truth, tolerance: 0.1)
    #expect(fits[0].kolmogorovSmirnov.distance < 0.03)
    let single = try #require(fits.first { $0.family == .lognormal })
    #expect(single.kolmogorovSmirnov.distance > 0.06)
  }

  /// A rare slow mode: a single start in the middle would miss it.
  @Test func aRareModeIsFound() throws {
    let truth = try Distribution.mixture(
      weight: 0.95, of: .lognormal(median: 1, sigma: 0.3),
      and: .lognormal(median: 40, sigma: 0.3))
    var stream = RandomStream(seed: 3, name: "fit")
    let fit = try Fit.maximumLikelihood(.mixture, (0..<2000).map { _ in truth.sample(&stream) })
    try expectEqual(fit.distribution, truth, tolerance: 0.15)
  }

  @Test func unusableSamplesAreExplained() {
    let few = #expect(throws: AnalysisError.self) { try Fit.all([1, 2, 3]) }
    #expect(few?.description == "cannot fit distributions: needs at least 10 values, got 3")
    let zero = #expect(throws: AnalysisError.self) { try Fit.all((0..<10).map(Double.init)) }
    #expect(
      zero?.description
        == "cannot fit distributions: value 1 is 0.0, but all must be above zero")
    let equal = #expect(throws: AnalysisError.self) {
      try Fit.all([Double](repeating: 2, count: 20))
    }
    #expect(equal?.description == "cannot fit distributions: all values are equal")
    let family = #expect(throws: AnalysisError.self) {
      try Fit.maximumLikelihood(.uniform, (1...10).map(Double.init))
    }
    #expect(
      family?.description == "cannot fit uniform: there is no maximum-likelihood fit for it")
  }

  /// The numbers a distribution is written with, in order.
  private func parameters(_ distribution: Distribution) throws -> [Double] {
    switch distribution.form {
    case .simple(let simple): simple.parameterValues
    case .mixture(let weight, let first, let second):
      [weight] + first.parameterValues + second.parameterValues
    case .empirical: throw AnalysisError.noFitForFamily(.empirical)
    }
  }

  private func expectEqual(
    _ found: Distribution, _ expected: Distribution, tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(found.family == expected.family, sourceLocation: sourceLocation)
    for (value, reference) in zip(try parameters(found), try parameters(expected)) {
      #expect(abs(value / reference - 1) < tolerance, sourceLocation: sourceLocation)
    }
  }
}
