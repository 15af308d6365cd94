// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Experiments

/// One line on standard error that tells how far a run is, and goes away at its end. Only on a
/// terminal.
struct ProgressLine: Sendable {
  /// What is being run.
  let title: String

  /// Nil where nobody watches.
  init?(title: String, isQuiet: Bool) {
    guard !isQuiet, Console.errorIsTerminal else { return nil }
    self.title = title
  }

  func show(_ progress: RunProgress) {
    // Back to the start of the line, and clear what is left of the one before.
    Console.show("\r" + text(progress) + "\u{1B}[K")
  }

  func clear() { Console.show("\r\u{1B}[K") }

  func text(_ progress: RunProgress) -> String {
    let left = progress.secondsLeft.map { ", \(Wording.duration(seconds: $0)) left" } ?? ""
    return "\(title): \(Wording.fixed(progress.share * 100, 0)) %, "
      + "\(Wording.duration(seconds: progress.simulated.seconds)) of "
      + "\(Wording.duration(seconds: progress.total.seconds)) simulated, "
      + "run \(min(progress.finishedRuns + 1, progress.runs)) of \(progress.runs), "
      + "\(Wording.number(progress.eventsPerSecond)) events/s\(left)"
  }
}
