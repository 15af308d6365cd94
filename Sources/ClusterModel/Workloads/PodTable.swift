// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// `status.phase` of a pod (`kube_pod_status_phase`), in the order of its life.
package enum PodPhase: UInt8, Codable, Sendable, CaseIterable, Comparable {
  case pending, running, succeeded, failed

  package static func < (a: PodPhase, b: PodPhase) -> Bool { a.rawValue < b.rawValue }

  package var name: String {
    switch self {
    case .pending: "Pending"
    case .running: "Running"
    case .succeeded: "Succeeded"
    case .failed: "Failed"
    }
  }
}

/// What the model keeps for each pod; see `PodTable`.
package struct PodRow: Codable, Sendable {
  /// When its creation was asked for.
  package var created: SimTime
  /// When its container started.
  package var started: SimTime = .zero
  package var job: JobID
  /// Where the scheduler put it; binding may still be under way.
  package var assignedNode: NodeID = .none
  /// `spec.nodeName` in the store.
  package var storedNode: NodeID = .none
  /// Next of the pods that the same kubelet works for.
  package var nextOnNode: PodID = .none
  /// Generation of its container, so that the end of a killed one is not taken for its own.
  package var incarnation: UInt32 = 0
  package var workload: WorkloadID
  package var image: ImageID
  package var milliCPU: UInt32
  package var mebibytes: UInt32
  package var gpus: UInt16
  /// `status.phase` in the store.
  package var storedPhase: PodPhase = .pending
  /// What its kubelet knows; ahead of the store.
  package var localPhase: PodPhase = .pending
  /// Failures in a row that its kubelet backs off for: pulls in the low half, restarts in the high.
  private var failures: UInt8 = 0
  /// What its kubelet has not yet written.
  package var unsentStatus: UnsentStatus = []
  /// One byte for six truths: rows are most of a pod's memory.
  private var flags: Flags = []

  private struct Flags: OptionSet, Codable {
    let rawValue: UInt8
    static let exists = Self(rawValue: 1 << 0)
    static let isOnKubelet = Self(rawValue: 1 << 1)
    static let isActive = Self(rawValue: 1 << 2)
    static let isCountedReady = Self(rawValue: 1 << 3)
    static let isBeingDeleted = Self(rawValue: 1 << 4)
    static let isSeenRunning = Self(rawValue: 1 << 5)
  }
}

extension PodRow {
  /// It is in the store.
  package var exists: Bool {
    get { flags.contains(.exists) }
    set { set(.exists, newValue) }
  }

  /// Its kubelet works for it.
  package var isOnKubelet: Bool {
    get { flags.contains(.isOnKubelet) }
    set { set(.isOnKubelet, newValue) }
  }

  /// Its controller counts it: its informer has shown it and it has not ended.
  package var isActive: Bool {
    get { flags.contains(.isActive) }
    set { set(.isActive, newValue) }
  }

  /// Its controller has seen it run.
  package var isCountedReady: Bool {
    get { flags.contains(.isCountedReady) }
    set { set(.isCountedReady, newValue) }
  }

  /// Its deletion has been asked for.
  package var isBeingDeleted: Bool {
    get { flags.contains(.isBeingDeleted) }
    set { set(.isBeingDeleted, newValue) }
  }

  /// Its kubelet's watch has shown it running.
  package var isSeenRunning: Bool {
    get { flags.contains(.isSeenRunning) }
    set { set(.isSeenRunning, newValue) }
  }

  private mutating func set(_ flag: Flags, _ isSet: Bool) {
    if isSet { flags.insert(flag) } else { flags.remove(flag) }
  }
}

/// Status updates of a pod that its kubelet still has to write, and whether they wait for the next
/// round of the status manager.
package struct UnsentStatus: OptionSet, Codable, Sendable, BitwiseCopyable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The update that tells of a phase.
  package static func update(_ phase: PodPhase) -> Self { Self(rawValue: 1 << phase.rawValue) }
  /// The last try has failed.
  package static let held = Self(rawValue: 1 << 7)

  /// The update to write first.
  package var next: PodPhase? {
    PodPhase.allCases.first { contains(.update($0)) }
  }
}

extension PodRow {
  /// Pulls of its image that have failed in a row, up to 15.
  package var failedPulls: Int {
    get { Int(failures & 0xF) }
    set { failures = failures & 0xF0 | UInt8(min(newValue, 15)) }
  }

  /// Restarts of its container in a row, up to 15.
  package var crashes: Int {
    get { Int(failures >> 4) }
    set { failures = failures & 0xF | UInt8(min(newValue, 15)) << 4 }
  }
}

extension PodRow {
  /// A pod of a workload before its owner and time are known.
  package init(of workload: WorkloadID, _ template: PodTemplate) {
    self.init(
      created: .zero, job: .none, workload: workload, image: template.image,
      milliCPU: template.milliCPU, mebibytes: template.mebibytes, gpus: template.gpus)
  }
}

/// All pods of the run.
package struct PodTable: Codable, Sendable {
  private var rows: [PodRow] = []

  package init() {}

  package var count: Int { rows.count }

  package var ids: LazyMapSequence<Range<Int>, PodID> { rows.indices.lazy.map { PodID($0) } }

  package subscript(id: PodID) -> PodRow {
    get { rows[id.index] }
    _modify { yield &rows[id.index] }
  }

  package mutating func append(_ row: PodRow) -> PodID {
    // By a quarter, not to the double: rows are most of a pod's memory and few are spare.
    if rows.count == rows.capacity { rows.reserveCapacity(rows.count + max(64, rows.count / 4)) }
    rows.append(row)
    return PodID(rows.count - 1)
  }

  package mutating func reserveCapacity(_ pods: Int) { rows.reserveCapacity(pods) }

  /// Bytes of model state, for `orrery bench memory`.
  package var memoryFootprint: Int { rows.capacity * MemoryLayout<PodRow>.stride }
}
