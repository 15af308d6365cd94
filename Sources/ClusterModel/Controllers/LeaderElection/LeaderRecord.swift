// SPDX-License-Identifier: Apache-2.0

/// A process of a replica: a replica that starts again is another one (its identity is the host's
/// name and a random number).
package struct ReplicaProcess: Codable, Sendable, BitwiseCopyable, Hashable {
  package var component: ControlPlaneComponent
  package var replica: UInt8
  /// Counts the replica's processes.
  package var life: UInt16

  /// All of it in one number, which also is its identity in the lock.
  var packed: UInt32 {
    UInt32(component.index) << 24 | UInt32(replica) << 16 | UInt32(life)
  }

  init(component: ControlPlaneComponent, replica: UInt8, life: UInt16) {
    self.component = component
    self.replica = replica
    self.life = life
  }

  init(packed: UInt32) {
    component = packed >> 24 == 0 ? .controllerManager : .scheduler
    replica = UInt8(truncatingIfNeeded: packed >> 16)
    life = UInt16(truncatingIfNeeded: packed)
  }
}

/// What a component's lock says in the store.
package struct LeaderRecord: Codable, Sendable {
  /// Identity of the process that renewed it last.
  package var holder: UInt32
  /// Its `resourceVersion`: a write that has read another one is a conflict.
  package var version: UInt32 = 1
}
