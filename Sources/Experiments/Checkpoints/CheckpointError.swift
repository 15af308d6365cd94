// SPDX-License-Identifier: Apache-2.0

/// Why a checkpoint cannot be written or used.
package enum CheckpointError: Error, Sendable, Hashable {
  case unwritable(path: String, reason: String)
  case noCheckpoint(directory: String)
  case damaged(path: String, reason: String)
  /// It belongs to something else; `what` differs.
  case mismatch(path: String, what: String, stored: String, wanted: String)
}

extension CheckpointError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unwritable(let path, let reason): "\(path): cannot write the checkpoint: \(reason)"
    case .noCheckpoint(let directory): "\(directory): there is no checkpoint to resume"
    case .damaged(let path, let reason): "\(path): the checkpoint is damaged: \(reason)"
    case .mismatch(let path, let what, let stored, let wanted):
      "\(path): the checkpoint does not fit: its \(what) is \(stored), this run's is \(wanted)"
    }
  }
}
