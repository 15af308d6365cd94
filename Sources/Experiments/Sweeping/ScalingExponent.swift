// SPDX-License-Identifier: Apache-2.0
import Stochastics

/// How a figure grows with a knob: the `b` of `figure = a knob^b`, fitted over the points of a sweep
/// by least squares of the logarithms.
package struct ScalingExponent: Sendable, Hashable {
  package let figure: String
  package let axis: String
  /// What is the same at all fitted points: variant and other coordinates, as one text.
  package let among: String
  package let exponent: Double
  /// At 95 %: how well a power law fits, not how sure the values are.
  package let interval: ResultInterval
  /// Share of the variance that the power law explains.
  package let rSquared: Double
  package let points: Int

  /// Fewer points always lie near a line.
  private static let fewestPoints = 3

  /// All exponents of the figures that expectations speak of and of the headlines. Axes and figures
  /// with values that are not above zero have none.
  package static func all(of results: [SavedResult]) -> [ScalingExponent] {
    let axes = results.first?.coordinates.keys.sorted() ?? []
    return axes.flatMap { axis in
      groups(of: results, varying: axis).flatMap { group in
        (group.results[0].figures ?? []).compactMap { figure in
          exponent(of: figure.name, over: axis, group.results, among: group.name)
        }
      }
    }
  }

  private static func groups(
    of results: [SavedResult], varying axis: String
  ) -> [(name: String, results: [SavedResult])] {
    var groups: [(name: String, results: [SavedResult])] = []
    for result in results {
      let others = result.coordinates.filter { $0.key != axis }.sorted { $0.key < $1.key }
      let name = ([result.variant] + others.map { "\($0.key)=\($0.value)" })
        .joined(separator: " ")
      if let index = groups.firstIndex(where: { $0.name == name }) {
        groups[index].results.append(result)
      } else {
        groups.append((name, [result]))
      }
    }
    return groups
  }

  private static func exponent(
    of figure: String, over axis: String, _ results: [SavedResult], among group: String
  ) -> ScalingExponent? {
    var (x, y): ([Double], [Double]) = ([], [])
    for result in results {
      guard let knob = result.coordinates[axis].flatMap(Double.init), knob > 0,
        let value = result.figures?.first(where: { $0.name == figure })?.value, value > 0
      else { return nil }
      x.append(DeterministicMath.log(knob))
      y.append(DeterministicMath.log(value))
    }
    guard Set(x).count >= fewestPoints, Set(y).count > 1, let fit = try? LinearFit(x: x, y: y),
      let interval = try? fit.slopeInterval()
    else { return nil }
    return ScalingExponent(
      figure: figure, axis: axis, among: group, exponent: fit.slope.roundedToNineDigits,
      interval: ResultInterval(rounding: interval.lower, interval.upper),
      rSquared: fit.rSquared.roundedToNineDigits, points: x.count)
  }
}
