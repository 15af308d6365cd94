// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
import Foundation

/// How runs are carried out. Apart from `replicationStart` and `precision` nothing here changes a
/// result.
package struct RunOptions: Sendable, Hashable {
  /// Where replications begin.
  package enum ReplicationStart: String, Sendable, Hashable, CaseIterable, Codable {
    /// Each with its own warm-up: independent from the first event on.
    case scratch
    /// All from one warm-up, with new luck from its end on: cheaper, but they share their past.
    case warmUp = "warm-up"
  }

  /// Checkpoints are written every so much simulated time.
  package struct Checkpoints: Sendable, Hashable {
    /// Simulated time between two checkpoints of a run; above zero.
    package var every: SimDuration
    /// The folder they go to.
    package var directory: String

    package init(every: SimDuration, directory: String) {
      self.every = every
      self.directory = directory
    }
  }

  /// Replications are added to all points until every figure is known well enough.
  package struct Precision: Sendable, Hashable {
    /// Largest half-width of an interval, as a share of the mean.
    package var relative: Double
    /// Replications at most.
    package var most: Int

    package init(relative: Double, most: Int) {
      self.relative = relative
      self.most = most
    }
  }

  /// Runs side by side; at least 1.
  package var threads: Int
  package var replicationStart: ReplicationStart
  /// Rows of a trace that are in memory at a time; at least 1.
  package var traceBlockRows: Int
  package var checkpoints: Checkpoints?
  /// Goes on from the checkpoints in this folder.
  package var resumeDirectory: String?
  /// Nil: as many replications as the scenario says.
  package var precision: Precision?

  package init(
    threads: Int = ProcessInfo.processInfo.activeProcessorCount,
    replicationStart: ReplicationStart = .scratch, traceBlockRows: Int = 4_096,
    checkpoints: Checkpoints? = nil, resumeDirectory: String? = nil,
    precision: Precision? = nil
  ) {
    self.threads = max(1, threads)
    self.replicationStart = replicationStart
    self.traceBlockRows = max(1, traceBlockRows)
    self.checkpoints = checkpoints
    self.resumeDirectory = resumeDirectory
    self.precision = precision
  }
}
