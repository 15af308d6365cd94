// SPDX-License-Identifier: Apache-2.0

/// A distribution fitted to a sample by maximum likelihood, and how well it fits.
package struct FitResult: Sendable, Hashable, Codable {
  /// The fitted distribution, in the sample's unit.
  package let distribution: Distribution
  /// How many parameters were fitted.
  package let parameterCount: Int
  /// The natural logarithm of the sample's likelihood.
  package let logLikelihood: Double
  /// The distance to the sample, with a p-value that is too large: the same sample gave the
  /// parameters. For ranking and as a warning, not for acceptance.
  package let kolmogorovSmirnov: KolmogorovSmirnov
  /// How many values the sample has.
  package let count: Int

  /// The family fitted.
  package var family: DistributionFamily { distribution.family }

  /// Akaike's criterion, 2 k - 2 log L; smaller is better (H. Akaike, 1974).
  package var aic: Double {
    2 * Double(parameterCount) - 2 * logLikelihood
  }

  /// The Bayesian criterion, k log n - 2 log L; smaller is better (G. Schwarz, 1978).
  package var bic: Double {
    Double(parameterCount) * DeterministicMath.log(Double(count)) - 2 * logLikelihood
  }
}
