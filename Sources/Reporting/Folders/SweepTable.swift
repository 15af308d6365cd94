// SPDX-License-Identifier: Apache-2.0
import Experiments

/// A sweep as a long table: one row a figure of a point, the factors first. Nothing in it depends on
/// the machine.
enum SweepTable {
  static func csv(of results: [SavedResult]) -> String {
    let axes = results.first?.coordinates.keys.sorted() ?? []
    let header =
      ["variant"] + axes + ["figure", "unit", "rate", "value", "lower", "upper", "replications"]
    let rows = results.flatMap { result in
      (result.figures ?? []).map { figure -> [String] in
        let known = figure.replications.compactMap { $0 }
        let interval =
          known.count == figure.replications.count ? ResultInterval(replications: known) : nil
        return [result.variant] + axes.map { result.coordinates[$0] ?? "" }
          + [
            figure.name, figure.unit, String(figure.rate), "\(figure.value)",
            interval.map { "\($0.lower)" } ?? "", interval.map { "\($0.upper)" } ?? "",
            String(result.replications),
          ]
      }
    }
    return ([header] + rows).map { $0.map(CommaSeparatedValues.quoted).joined(separator: ",") }
      .joined(separator: "\n") + "\n"
  }
}
