// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Measurement
import Scenario

/// What a sweep would run and cost, for people.
package struct ForecastSummary {
  private let plan: SweepPlan
  private let forecast: SweepForecast

  package init(_ plan: SweepPlan, _ forecast: SweepForecast) {
    self.plan = plan
    self.forecast = forecast
  }

  package func text(threads: Int) -> String {
    var table = TextTable([.left, .right, .right])
    table.add(["point", "duration", "replications"])
    for (index, point) in plan.points.enumerated() {
      table.add([
        plan.name(of: index), QuantityText.text(plan.simulatedSeconds(of: index), in: .seconds),
        String(point.run.replications),
      ])
    }
    let side = min(threads, plan.points.count)
    let wall = forecast.cpuSeconds / Double(max(1, side))
    let memory = Double(forecast.peakResidentBytes * max(1, side))
    let runs = plan.points.reduce(0) { $0 + $1.run.replications }
    return
      (table.lines() + [
        "",
        "\(plan.points.count) points, \(runs) runs; forecast from short tries of "
          + "\(forecast.trials.count) points, by order of magnitude:",
        "  \(QuantityText.number(forecast.events)) events, "
          + "\(QuantityText.text(forecast.cpuSeconds, in: .seconds)) of CPU time, "
          + "\(QuantityText.text(wall, in: .seconds)) with \(side) side by side, "
          + "\(QuantityText.text(memory, in: .bytes)) of memory",
      ]).joined(separator: "\n")
  }
}
