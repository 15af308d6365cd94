// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Synchronization

/// Adds up the progress of runs on several threads and tells it a few times a second at most.
final class RunMeter: Sendable {
  /// Seconds of wall time between two reports.
  private static let interval = 0.25

  private struct State {
    var finished = 0
    var simulated = SimDuration.zero
    var events: UInt64 = 0
    var lastReport: Double
  }

  private let runs: Int
  private let total: SimDuration
  private let start: Double
  private let cancellation: Cancellation
  private let report: (@Sendable (RunProgress) -> Void)?
  private let state: Mutex<State>

  init(
    runs: Int, total: SimDuration, cancellation: Cancellation,
    report: (@Sendable (RunProgress) -> Void)?
  ) {
    self.runs = runs
    self.total = total
    self.cancellation = cancellation
    self.report = report
    start = HostClock.wallSeconds
    state = Mutex(State(lastReport: start))
  }

  var isCancelled: Bool { cancellation.isCancelled }
  var finishedRuns: Int { state.withLock { $0.finished } }

  func advance(by duration: SimDuration, events: UInt64) {
    update { state in
      state.simulated += duration
      state.events += events
    }
  }

  func finishRun() { update { $0.finished += 1 } }

  private func update(_ change: (inout State) -> Void) {
    let now = HostClock.wallSeconds
    let due: RunProgress? = state.withLock { state in
      change(&state)
      guard report != nil, now - state.lastReport >= Self.interval else { return nil }
      state.lastReport = now
      return RunProgress(
        finishedRuns: state.finished, runs: runs, simulated: state.simulated, total: total,
        events: state.events, wallSeconds: now - start)
    }
    if let due { report?(due) }
  }
}
