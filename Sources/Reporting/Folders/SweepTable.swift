// SPDX-License-Identifier: Apache-2.0
import Experiments

/// A sweep as a long table: one row a figure of a point, the factors first. Nothing in it depends on
/// the machine.
enum SweepTable {
  static let fileName = "table.csv"

  static func csv(of results: [SavedResult]) -> String {
    let axes = results.first?.coordinates.keys.sorted() ?? []
    let header =
      ["variant"] + axes + ["figure", "unit", "rate", "value", "lower", "upper", "replications"]
    let rows = results.flatMap { result in
      (result.figures ?? []).map { figure -> [String] in
        let (lower, upper) = Self.interval(of: figure)
        return [result.variant] + axes.map { result.coordinates[$0] ?? "" }
          + [
            figure.name, figure.unit, String(figure.rate), "\(figure.value)",
            lower.map { "\($0)" } ?? "", upper.map { "\($0)" } ?? "",
            String(result.replications),
          ]
      }
    }
    return ([header] + rows).map { $0.map(CommaSeparatedValues.quoted).joined(separator: ",") }
      .joined(separator: "\n") + "\n"
  }

  /// Results of before intervals were kept have the replications only.
  private static func interval(
    of figure: SavedResult.Figure
  ) -> (lower: Double?, upper: Double?) {
    if let interval = figure.interval { return (interval.lower, interval.upper) }
    let known = figure.replications.compactMap { $0 }
    guard known.count == figure.replications.count else { return (nil, nil) }
    let interval = ResultInterval(replications: known)
    return (interval?.lower, interval?.upper)
  }
}
