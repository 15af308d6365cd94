// SPDX-License-Identifier: Apache-2.0
import Measurement
import Scenario

/// What is odd about the runs of a point and has to be said.
enum PointWarnings {
  static func all(
    accounts: [AccountResult], stations: [StationResult], metrics: [MetricResult],
    configuration: ResolvedConfiguration
  ) -> [String] {
    configuration.warnings.map(\.description)
      + stations.filter { !$0.holds }.map {
        "Little's law does not hold at '\($0.name)': a mistake in the model"
      }
      + accounts.filter { $0.profile.overcharged > 0 }.map {
        "\($0.profile.overcharged) accounts of '\($0.profile.name)' were charged more time than "
          + "had passed: a mistake in the model"
      }
      + metrics.filter { $0.summary.saturated > 0 }.map {
        "\($0.summary.saturated) samples of \($0.summary.name) lie beyond its histogram: its "
          + "percentiles are lower bounds"
      }
  }
}
