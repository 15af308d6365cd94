// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// How far an experiment is.
package struct RunProgress: Sendable {
  package let finishedRuns: Int
  package let runs: Int
  /// Simulated over all runs.
  package let simulated: SimDuration
  /// To be simulated in all.
  package let total: SimDuration
  /// Executed by this process.
  package let events: UInt64
  /// Since the start, in seconds.
  package let wallSeconds: Double

  /// Share of the simulated time, from 0 to 1.
  package var share: Double {
    total > .zero ? Double(simulated.nanoseconds) / Double(total.nanoseconds) : 1
  }
  /// Events a second of wall time.
  package var eventsPerSecond: Double { wallSeconds > 0 ? Double(events) / wallSeconds : 0 }
  /// What is left at the pace so far, in seconds; nil at the very start.
  package var secondsLeft: Double? {
    share > 0.001 ? wallSeconds * (1 - share) / share : nil
  }
}
