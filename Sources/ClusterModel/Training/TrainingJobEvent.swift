// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// Everything that can happen to training jobs.
package enum TrainingJobEvent: BitwiseCopyable, Codable, Sendable {
  /// The next job of a workload is submitted.
  case arrival(UInt16)
  /// A job's phase is over, unless another one has begun since.
  case phaseOver(JobID, UInt32)
  /// The blob store has all of a save that was written in the background, unless the job has been
  /// halted since.
  case saved(JobID, UInt32)
  /// A pod's container has started, or ended for whatever reason.
  case podStarted(PodID)
  case podStopped(PodID)
  /// What the controller of the gangs' pods sets in motion.
  case control(PodControlEvent)
  /// A standalone machine runs, or has stopped.
  case machineStarted(NodeID)
  case machineStopped(NodeID)
  /// A device of a node has a serious fault; the last one is repaired.
  case nodeFaulted(NodeID)
  case nodeRepaired(NodeID)
  /// A silent fault of a node makes whoever works there fail.
  case errorShown(NodeID)
  /// The application on a node has failed; the node is as good as before.
  case applicationFailed(NodeID)
  /// A node has become slower or faster.
  case speedChanged(NodeID)
}

extension TrainingJobEvent: PartEvent {
  static var part: String { "training-job" }

  static let kindNames = [
    "arrival", "phase-over", "saved", "pod-started", "pod-stopped", "enqueue", "machine-started",
    "machine-stopped", "node-faulted", "node-repaired", "application-failed", "speed-changed",
    "error-shown",
  ]

  var signature: EventSignature {
    switch self {
    case .arrival(let a): EventSignature(kind: 0, payload: (UInt64(a), 0))
    case .phaseOver(let a, let b):
      EventSignature(kind: 1, payload: (UInt64(a.rawValue), UInt64(b)))
    case .saved(let a, let b): EventSignature(kind: 2, payload: (UInt64(a.rawValue), UInt64(b)))
    case .podStarted(let a): EventSignature(kind: 3, payload: (UInt64(a.rawValue), 0))
    case .podStopped(let a): EventSignature(kind: 4, payload: (UInt64(a.rawValue), 0))
    case .control(.enqueue(let a)): EventSignature(kind: 5, payload: (UInt64(a), 0))
    case .machineStarted(let a): EventSignature(kind: 6, payload: (UInt64(a.rawValue), 0))
    case .machineStopped(let a): EventSignature(kind: 7, payload: (UInt64(a.rawValue), 0))
    case .nodeFaulted(let a): EventSignature(kind: 8, payload: (UInt64(a.rawValue), 0))
    case .nodeRepaired(let a): EventSignature(kind: 9, payload: (UInt64(a.rawValue), 0))
    case .applicationFailed(let a): EventSignature(kind: 10, payload: (UInt64(a.rawValue), 0))
    case .speedChanged(let a): EventSignature(kind: 11, payload: (UInt64(a.rawValue), 0))
    case .errorShown(let a): EventSignature(kind: 12, payload: (UInt64(a.rawValue), 0))
    }
  }
}
