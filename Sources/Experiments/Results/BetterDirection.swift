// SPDX-License-Identifier: Apache-2.0
package import Measurement

/// Which way a figure should go.
///
/// Taken from what the metric counts: nobody wants longer durations, more refusals or fewer finished
/// jobs. Loads and sizes are neither good nor bad by themselves.
package enum BetterDirection: String, Sendable, Hashable, Codable {
  case lower
  case higher

  /// Words in the names of metrics that count what went wrong.
  private static let harm = [
    "blind", "dropped", "error", "evicted", "evictions", "expired", "failed", "failures", "fault",
    "faults", "lost", "missed", "oom", "preemption", "refused", "rejected", "restarts", "retries",
    "terminations", "throttled", "timeout", "timeouts", "unschedulable", "wasted",
  ]
  /// Words in the names of metrics that count what was achieved.
  private static let gain = ["completed", "goodput", "succeeded", "useful"]

  package init?(metric: String, unit: MetricUnit?) {
    self.init(metric: metric, isDuration: unit == .seconds)
  }

  /// - Parameter isDuration: whether its unit is a time.
  init?(metric: String, isDuration: Bool) {
    let words = metric.split(separator: "_").map(String.init)
    if words.contains(where: Self.gain.contains) {
      self = .higher
    } else if words.contains(where: Self.harm.contains)
      || isDuration && (words.contains("duration") || words.contains("wait"))
    {
      self = .lower
    } else {
      return nil
    }
  }
}
