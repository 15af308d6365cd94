// SPDX-License-Identifier: Apache-2.0

/// Which figures of a saved result are meant.
package enum FigureSelection: Sendable, Hashable {
  /// What the scenario's expectations speak of, and the headlines.
  case asked
  /// Every statistic of every series that is told by replication.
  case all
  /// Some by name: a figure as printed, such as `p99(etcd_request_duration_seconds)`, or a statistic of
  /// one series, such as `mean(process_cpu_seconds{job="etcd"})`.
  case named([String])

  package func figures(of result: SavedResult) -> [SavedResult.Figure] {
    switch self {
    case .asked: result.figures ?? []
    case .all: Self.everything(of: result)
    case .named(let names): names.compactMap { Self.find($0, in: result) }
    }
  }

  /// All names that ``named(_:)`` knows in a result.
  package static func names(in result: SavedResult) -> [String] {
    var seen: Set<String> = []
    return ((result.figures ?? []) + everything(of: result)).map(\.name)
      .filter { seen.insert($0).inserted }
  }

  /// Quotation marks and blanks do not count: values of labels may be written without them.
  private static func find(_ name: String, in result: SavedResult) -> SavedResult.Figure? {
    let wanted = bare(name)
    return result.figures?.first { bare($0.name) == wanted }
      ?? everything(of: result).first { bare($0.name) == wanted }
  }

  private static func bare(_ name: String) -> String {
    name.filter { $0 != "\"" && $0 != " " }
  }

  /// Whether a result has a figure.
  package static func has(_ name: String, in result: SavedResult) -> Bool {
    find(name, in: result) != nil
  }

  private static func everything(of result: SavedResult) -> [SavedResult.Figure] {
    result.metrics.flatMap { metric in
      MetricStatistic.allCases.compactMap { statistic -> SavedResult.Figure? in
        let told = metric.replications?[statistic.rawValue]
        guard told != nil || result.replications == 1, let value = metric[statistic] else {
          return nil
        }
        return SavedResult.Figure(
          name: "\(statistic.rawValue)(\(metric.selector))", unit: metric.unit,
          rate: statistic.isRate,
          better: .better(metric: metric.name, isDuration: metric.unit == "s"),
          value: value, replications: told?.values ?? [value],
          interval: metric.interval(of: statistic.rawValue))
      }
    }
  }
}
