// SPDX-License-Identifier: Apache-2.0
import Scenario

/// A component of the control plane of which one replica at a time works.
package enum ControlPlaneComponent: String, KnobChoice, Codable, Sendable, BitwiseCopyable {
  case controllerManager = "kube-controller-manager"
  case scheduler = "kube-scheduler"

  /// Name of the component, of its lock and of its client.
  package var name: String { rawValue }

  package var index: Int { self == .controllerManager ? 0 : 1 }

  /// Number of its lock among the objects of the lock's resource.
  var lockObject: UInt32 { ObjectTable.number(ofNamed: index) }
}
