// SPDX-License-Identifier: Apache-2.0
package import Measurement
import Scenario

/// A way for a figure to go: the one in which it gets better, or the one in which it gets worse.
///
/// Which of them it is is decided here, by one rule: **whoever demands something of the figure
/// decides; where nobody does, what the metric counts.**
///
/// - A check asks whether a scenario still shows what its expectations demand, and objectives are
///   demands as well. Worse is towards missing them: ``worse(leftOf:)``, followed through sums,
///   quotients and variants, and joined where several speak of one figure.
/// - A comparison and an explanation ask what the cluster's users feel, of whom expectations do not
///   speak: one that an incident is as bad as was published would make longer waits better. Nobody
///   wants longer durations, more refusals or fewer finished jobs; loads and sizes are neither good
///   nor bad by themselves: ``better(metric:unit:)``.
package enum FigureDirection: String, Sendable, Hashable, Codable {
  case higher
  case lower
  /// Both: a demand ties the figure down from two sides, or pulls it both ways.
  case either

  // MARK: By demand

  /// Worse for the term to the left of a relation that is demanded.
  static func worse(leftOf relation: ExpectRelation) -> FigureDirection {
    switch relation {
    case .less, .lessOrEqual: .higher
    case .greater, .greaterOrEqual: .lower
    case .equal, .notEqual: .either
    }
  }

  /// The other way: of the term on the other side, of what is subtracted, of better and worse.
  var flipped: FigureDirection {
    switch self {
    case .higher: .lower
    case .lower: .higher
    case .either: .either
    }
  }

  /// What two demands on the same figure make of it.
  func joined(_ other: FigureDirection) -> FigureDirection { self == other ? self : .either }

  // MARK: By metric

  /// Words in the names of metrics that count what went wrong.
  private static let harm = [
    "blind", "dropped", "error", "evicted", "evictions", "expired", "failed", "failures", "fault",
    "faults", "lost", "missed", "oom", "preemption", "refused", "rejected", "restarts", "retries",
    "terminations", "throttled", "timeout", "timeouts", "unschedulable", "wasted",
  ]
  /// Words in the names of metrics that count what was achieved.
  private static let gain = ["completed", "goodput", "succeeded", "useful"]

  /// Better by what the metric counts; nil where it does not say.
  package static func better(metric: String, unit: MetricUnit?) -> FigureDirection? {
    better(metric: metric, isDuration: unit == .seconds)
  }

  /// - Parameter isDuration: whether its unit is a time.
  static func better(metric: String, isDuration: Bool) -> FigureDirection? {
    let words = metric.split(separator: "_").map(String.init)
    if words.contains(where: gain.contains) { return .higher }
    let isWait = isDuration && (words.contains("duration") || words.contains("wait"))
    return isWait || words.contains(where: harm.contains) ? .lower : nil
  }
}
