// SPDX-License-Identifier: Apache-2.0

/// Why a component records an Event object.
package enum EventReason: UInt8, Codable, Sendable, BitwiseCopyable, CaseIterable {
  // kube-scheduler
  case scheduled, failedScheduling, preempted
  // kubelet
  case pulling, pulled, created, started, killing, failed, backOff, failedCreatePodSandbox
  case nodeReady, nodeNotReady
  // controllers
  case successfulCreate, successfulDelete, failedCreate, evicted

  /// `reason` of the object, as `kubectl get events` shows it.
  package var name: String {
    switch self {
    case .scheduled: "Scheduled"
    case .failedScheduling: "FailedScheduling"
    case .preempted: "Preempted"
    case .pulling: "Pulling"
    case .pulled: "Pulled"
    case .created: "Created"
    case .started: "Started"
    case .killing: "Killing"
    case .failed: "Failed"
    case .backOff: "BackOff"
    case .failedCreatePodSandbox: "FailedCreatePodSandBox"
    case .nodeReady: "NodeReady"
    case .nodeNotReady: "NodeNotReady"
    case .successfulCreate: "SuccessfulCreate"
    case .successfulDelete: "SuccessfulDelete"
    case .failedCreate: "FailedCreate"
    case .evicted: "TaintManagerEviction"
    }
  }

  /// Whose Event it is when no kubelet records it; `nil`: the scheduler's.
  var controller: ControllerKind? {
    switch self {
    case .successfulCreate, .successfulDelete, .failedCreate: .job
    case .nodeNotReady, .evicted, .nodeReady: .nodeLifecycle
    default: nil
    }
  }
}

/// Everything that can happen to the recorder of Events.
package enum EventRecorderEvent: BitwiseCopyable, Codable, Sendable {
  /// A component records an Event; the node whose kubelet does, `.none` for the control plane.
  case record(EventReason, NodeID)
  /// A component records an Event about a pod: the pod's kubelet if the reason is one of a kubelet's,
  /// else the scheduler.
  case recordForPod(EventReason, PodID)
  /// A controller records an Event about an object of its kind, by the controller's own number.
  case recordForOwner(EventReason, ControllerKind, UInt32)
  /// The limit or back-off of a component's event client lets its next Event go.
  case post(UInt32)
}
