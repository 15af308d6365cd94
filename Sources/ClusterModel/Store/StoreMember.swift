// SPDX-License-Identifier: Apache-2.0
import DequeModule
package import DiscreteEvents

/// One member of an etcd cluster: its cores, disk and network card, its copy of the log, and its
/// backend.
package struct StoreMember: Codable, Sendable {
  package var cpu: FIFOStation
  package let disk: DiskID
  package var egress: Link
  /// Bytes a second of its disk, where the disk type says so: what a restart reads with.
  let recoveryRate: Int64?
  let writesToDisk: Bool
  package internal(set) var memory: StoreMemory

  /// The process runs.
  package internal(set) var isUp = true
  /// Clients and the other members reach it.
  package internal(set) var isConnected = true
  /// It takes part in the cluster.
  var isAlive: Bool { isUp && isConnected }

  // Its log.
  /// Position of the last entry on its disk.
  package internal(set) var synced: UInt64 = 0
  /// Position of the last entry that the leader knows to be on its disk.
  var match: UInt64 = 0
  /// A follower's: position of the last entry received, and bytes received and not yet written.
  var received: UInt64 = 0
  var receivedBytes = 0
  var isWriting = false
  var writing: UInt64 = 0
  /// When the write under way ends.
  var writeEnds: SimTime = .zero
  /// It gets the entries it lacks, or the whole database, before it follows again.
  var catchUp: CatchUp?
  var isCatchingUp: Bool { catchUp != nil }
  var messages: Deque<AppendMessage> = []
  var acknowledgements: Deque<UInt64> = []

  // Its backend.
  /// Position of the last entry that a follower's applier was handed.
  var handed: UInt64 = 0
  /// A follower's applier is done with all it was handed.
  var appliedUntil: SimTime = .zero
  var pendingOperations = 0
  var pendingBytes = 0
  var isCommitting = false
  var commitIsDue = false
  var commitStarted: SimTime = .zero
  var isDefragmenting = false
  var isDefragmentationDue = false
  var defragmentationStarted: SimTime = .zero

  init(
    disk: DiskID, bandwidth: Int64?, machine: MachineConfiguration, memory: StoreMemory,
    strategy: LogStrategy
  ) {
    self.memory = memory
    cpu = FIFOStation(servers: machine.cpu)
    self.disk = disk
    egress = Link(bandwidth: machine.networkBandwidth)
    recoveryRate = bandwidth
    writesToDisk = strategy == .raftOnDisk
  }

  /// Forgets what was under way: the process is gone, or has a new leader.
  mutating func forgetMessages() {
    messages.removeAll(keepingCapacity: true)
    acknowledgements.removeAll(keepingCapacity: true)
    received = synced
    receivedBytes = 0
    isWriting = false
  }
}

/// What a follower lacks, on its way to the follower's disk.
struct CatchUp: Codable, Sendable {
  /// In which term it was sent. Once it is being written it outlives its leader.
  let epoch: LeaderEpoch
  /// Position of the last entry that it holds.
  var target: UInt64
  let bytes: Int64
  /// The whole database, as the leader no longer has the entries.
  let isDatabase: Bool
  var isBeingWritten = false
}
