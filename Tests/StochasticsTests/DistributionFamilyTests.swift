// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Stochastics

@Suite struct DistributionFamilyTests {
  @Test func parametersMakeTheSameAsTheNamedFunctions() throws {
    #expect(
      try Distribution(family: .lognormal, parameters: ["median": 0.3, "sigma": 0.5])
        == .lognormal(median: 0.3, sigma: 0.5))
    #expect(
      try Distribution(family: .weibull, parameters: ["shape": 2, "scale": 3])
        == .weibull(shape: 2, scale: 3))
    #expect(
      try Distribution(family: .gamma, parameters: ["shape": 2, "scale": 3])
        != .gamma(shape: 3, scale: 2))
  }

  /// A number that carries the unit scales with it, a pure one does not.
  @Test(arguments: DistributionFamily.allCases)
  func dimensionedParametersAreThoseThatScale(family: DistributionFamily) throws {
    #expect(Set(family.parameters.map(\.name)).count == family.parameters.count)
    #expect(!family.summary.hasSuffix(".") && !family.summary.isEmpty)
    guard family.parameters.allSatisfy({ $0.kind == .number }) else {
      #expect(throws: DistributionError.notMadeFromNumbers(family: family)) {
        try Distribution(family: family, parameters: [:])
      }
      return
    }
    var given: [String: Double] = [:]
    var scaled: [String: Double] = [:]
    for (index, parameter) in family.parameters.enumerated() {
      let value = Double(index + 1)
      given[parameter.name] = value
      scaled[parameter.name] = parameter.isDimensioned ? 8 * value : value
    }
    #expect(
      try Distribution(family: family, parameters: given).scaled(by: 8)
        == Distribution(family: family, parameters: scaled))
  }

  /// What each bad input is told, word by word.
  @Test(
    arguments: [
      (
        DistributionFamily.lognormal, ["median": 1, "sigma": -0.5],
        "sigma of lognormal must be a finite number, zero or above, not -0.5"
      ),
      (
        .lognormal, ["median": 0, "sigma": 1],
        "median of lognormal must be a finite number above zero, not 0.0"
      ),
      (
        .gamma, ["shape": .nan, "scale": 1],
        "shape of gamma must be a finite number above zero, not nan"
      ),
      (
        .pareto, ["minimum": 1, "shape": .infinity],
        "shape of pareto must be a finite number above zero, not inf"
      ),
      (
        .exponential, ["mean": -1],
        "mean of exponential must be a finite number, zero or above, not -1.0"
      ),
      (
        .uniform, ["low": 2, "high": 1],
        "the low end of uniform, 2.0, lies above its high end, 1.0"
      ),
      (
        .weibull, ["shape": 1, "scal": 1],
        "weibull has no parameter scal; did you mean scale?"
      ),
      (
        .constant, ["rate": 1],
        "constant has no parameter rate; it takes value"
      ),
      (
        .gamma, ["shape": 1],
        "gamma needs its parameter scale; it takes shape, scale"
      ),
      (
        .mixture, ["weight": 1],
        "mixture takes weight, of, and, not numbers alone"
      ),
    ] as [(DistributionFamily, [String: Double], String)])
  func badParametersAreExplained(
    family: DistributionFamily, parameters: [String: Double], message: String
  ) {
    let error = #expect(throws: DistributionError.self) {
      try Distribution(family: family, parameters: parameters)
    }
    #expect(error?.description == message)
  }

  @Test func mixturesTakeSimpleComponentsAndAProbability() throws {
    let simple = try Distribution.exponential(mean: 1)
    let mixture = try Distribution.mixture(weight: 0.5, of: simple, and: simple)
    let nested = #expect(throws: DistributionError.self) {
      try Distribution.mixture(weight: 0.5, of: simple, and: mixture)
    }
    #expect(
      nested?.description == "a mixture combines two simple distributions, and mixture is not one")
    let weight = #expect(throws: DistributionError.self) {
      try Distribution.mixture(weight: 1.2, of: simple, and: simple)
    }
    #expect(weight?.description == "weight of mixture must be between 0 and 1, not 1.2")
  }

  @Test func descriptionsReadLikeTheScenarioFile() throws {
    let mixture = try Distribution.mixture(
      weight: 0.9, of: .lognormal(median: 0.3, sigma: 0.5), and: .constant(4))
    #expect(
      mixture.description
        == "mixture(0.9, lognormal(median: 0.3, sigma: 0.5), constant(value: 4.0))")
  }
}
