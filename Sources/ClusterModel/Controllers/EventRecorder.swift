// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// Why a component records an Event object.
package enum EventReason: UInt8, Codable, Sendable, BitwiseCopyable, CaseIterable {
  // kube-scheduler
  case scheduled, failedScheduling, preempted
  // kubelet
  case pulling, pulled, created, started, killing, failed, backOff, failedCreatePodSandbox
  case nodeReady, nodeNotReady
  // controllers
  case successfulCreate, successfulDelete, failedCreate, evicted
}

/// Everything that can happen to the recorder of Events.
package enum EventRecorderEvent: BitwiseCopyable, Codable, Sendable {
  /// A component records an Event; the node whose kubelet does, `.none` for the control plane.
  case record(EventReason, NodeID)
}

/// Writes the Event objects that components record, through the API and at their clients' rates.
package struct EventRecorder: Codable, Sendable {
  package init() {}

  package mutating func handle(
    _ event: EventRecorderEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {}
}
