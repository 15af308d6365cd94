// SPDX-License-Identifier: Apache-2.0
import Stochastics

/// Whether a figure is still what it was in the baseline.
///
/// Under other seeds the two sides are independent: Welch's t test. Under the same seeds run i of
/// both shares its luck: the paired t test and Welch's, and the smaller of the two p-values doubled
/// (Bonferroni), because pairs are sharp when luck dominates and weak when there are few of them.
///
/// Values that do not vary at all on either side give a t test nothing to go by. They have to be
/// equal, but for one step of their resolution: luck may move all of a few runs by one count or one
/// bucket, and then the p-value is that of the permutation (of the signs, for pairs).
struct FigureTest {
  /// Why there is no test.
  enum Obstacle: Error, Hashable {
    case oneReplication
    case missingValues
  }

  /// The mean now minus the mean of the baseline.
  let difference: Double
  /// Two-sided, of "nothing has changed".
  let pValue: Double
  private let welch: WelchComparison
  private let pairs: ConfidenceInterval?
  private let step: Double

  /// - Parameter isPaired: whether both used the same seeds in the same order.
  init(
    baseline: [Double?], now: [Double?], step: Double, isPaired: Bool
  ) throws(Obstacle) {
    let (old, new) = (baseline.compactMap { $0 }, now.compactMap { $0 })
    guard old.count == baseline.count, new.count == now.count else { throw .missingValues }
    guard old.count > 1, new.count > 1 else { throw .oneReplication }
    do {
      welch = try WelchComparison(baseline: old, candidate: new)
      difference = welch.difference
      self.step = step
      let isOneStep = abs(welch.difference) <= step * 1.01
      var independent = try welch.pValue()
      if welch.standardError == 0, difference != 0, isOneStep {
        independent = Self.permutation(old.count, new.count)
      }
      guard isPaired else {
        pairs = nil
        pValue = independent
        return
      }
      let comparison = try PairedComparison(baseline: old, candidate: new)
      let interval = try comparison.difference()
      var paired = try comparison.pValue()
      if interval.halfWidth == 0, difference != 0, isOneStep {
        paired = 2 / Self.powerOfTwo(old.count)
      }
      pairs = interval.halfWidth > 0 ? interval : nil
      pValue = min(1, 2 * min(independent, paired))
    } catch {
      throw .missingValues
    }
  }

  /// The smallest change that would be called one at this two-sided level, in units of the figure.
  func band(level: Double) -> Double {
    guard welch.standardError > 0 else { return step }
    guard let pairs else { return (try? welch.halfWidth(level: 1 - level)) ?? .infinity }
    let independent = (try? welch.halfWidth(level: 1 - level / 2)) ?? .infinity
    let critical = { (level: Double) in
      (try? ConfidenceInterval.criticalValue(
        level: level, degreesOfFreedom: pairs.degreesOfFreedom)) ?? .infinity
    }
    let paired = pairs.halfWidth / critical(pairs.level) * critical(1 - level / 2)
    return min(independent, paired)
  }

  /// Whether neither side varies.
  var isExact: Bool { welch.standardError == 0 }

  /// How likely it is that of all ways to deal the values out, one of the two that separate them
  /// comes up: two over the binomial coefficient.
  private static func permutation(_ first: Int, _ second: Int) -> Double {
    var ways = 1.0
    for index in 1...first { ways *= Double(second + index) / Double(index) }
    return min(1, 2 / ways)
  }

  private static func powerOfTwo(_ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { product, _ in product * 2 }
  }
}
