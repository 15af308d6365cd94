// SPDX-License-Identifier: Apache-2.0
import DequeModule
package import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// One etcd cluster, as its leader sees it: the life of a write from the member's socket to the
/// answer, reads, the backend file and its quota.
///
/// A write: received and checked → proposed → taken with all that queued since the last sync →
/// written and synced, in parallel with the followers → committed by a majority → applied, one after
/// the other, which waits while the backend commits → answered. Batches, two alternating cohorts of
/// clients and the backend's share of the latency are not written down anywhere; they follow.
/// `Store+Log`, `Store+Apply`, `Store+Reads` and `Store+Backend` hold the steps.
package struct Store: Codable, Sendable {
  package let id: StoreID
  package let name: String
  package let configuration: StoreConfiguration
  package internal(set) var members: [StoreMember]

  // The log.
  var proposals: Deque<LogEntry> = []
  var logIsBusy = false
  /// Batches written by the leader whose majority is not there yet, oldest first.
  var uncommitted: Deque<LogBatch> = []
  /// Entries taken into the log and not yet applied, oldest first.
  var entries: Deque<LogEntry> = []
  var batchBeingWritten = LogBatch(entries: 0, bytes: 0)
  var lastCommit: SimTime = .zero
  var acknowledgements: [SimTime]
  var proposedIndex: UInt64 = 0
  package internal(set) var committedIndex: UInt64 = 0
  package internal(set) var appliedIndex: UInt64 = 0

  // Applying and its lock.
  var isApplying = false
  var applierWaitsForReaders = false
  var readersUntil: SimTime = .zero
  var waitingReads: Deque<RequestID> = []
  /// Linearizable reads that wait until the entries committed before them are applied.
  var readsBehindApply: Deque<RequestID> = []

  // The backend.
  package internal(set) var keySpace = KeySpace()
  var leased = LeasedObjects()
  var leaseRevokesPending = 0
  var pendingBackendOperations = 0
  var pendingBackendBytes = 0
  var backendIsCommitting = false
  var backendCommitIsDue = false
  var backendCommitStarted: SimTime = .zero
  var compactionHoldsLock = false
  var compactionIsWaiting = false
  var compactionRevisionsLeft: Int64 = 0
  /// The NOSPACE alarm is on.
  package internal(set) var alarmed = false

  let diskStream: StreamID
  var metrics: StoreMetrics
  var memory: StoreMemory

  /// - Parameters:
  ///   - configuration: the store's knobs.
  ///   - disk: its disk type.
  ///   - machine: the members' machine type.
  package init(
    id: StoreID, name: String, configuration: StoreConfiguration, disk: DiskConfiguration,
    machine: MachineConfiguration, _ context: inout ClusterContext
  ) {
    self.id = id
    self.name = name
    self.configuration = configuration
    members = (0..<configuration.members).map { _ in
      StoreMember(disk: disk, machine: machine, strategy: configuration.logStrategy)
    }
    acknowledgements = Array(repeating: .zero, count: configuration.members)
    diskStream = context.streams.stream("etcd/\(name)/disk")
    metrics = StoreMetrics(store: name, &context.instruments)
    memory = StoreMemory(
      store: name, limit: Int64(machine.memory.bytes), &context.instruments)
    context.instruments.set(
      Int(configuration.quotaBackendBytes.bytes), metrics.quotaBytes, at: .zero)
    proposals.reserveCapacity(1024)
    entries.reserveCapacity(1024)
    uncommitted.reserveCapacity(64)
    waitingReads.reserveCapacity(256)
    readsBehindApply.reserveCapacity(256)
  }

  /// Starts the store's own clocks.
  package mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    schedule(.backendCommitDue, after: configuration.backendBatchInterval, context, &agenda)
    schedule(.leaseCheck, after: Self.leaseCheckInterval, context, &agenda)
  }

  package mutating func handle(
    _ event: StoreEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .write(let id): receiveWrite(id, &context, &agenda)
    case .propose(let id): propose(id, &context, &agenda)
    case .logWrite: writeBatch(&context, &agenda)
    case .logSynced: finishLogSync(&context, &agenda)
    case .committed: commitBatch(&context, &agenda)
    case .applied: finishApply(&context, &agenda)
    case .lockFree: applierMeetsReaders(&context, &agenda)
    case .read(let id): receiveRead(id, &context, &agenda)
    case .readConfirmed(let id): confirmRead(id, &context, &agenda)
    case .readDone(let id): finishRead(id, &context, &agenda)
    case .backendCommitDue: backendTimer(&context, &agenda)
    case .backendDataSynced: syncBackendMeta(&context, &agenda)
    case .backendCommitted: finishBackendCommit(&context, &agenda)
    case .compactionDue: startCompaction(&context, &agenda)
    case .compactionStep: stepCompaction(&context, &agenda)
    case .compactionStepDone: finishCompactionStep(&context, &agenda)
    case .leaseCheck: checkLeases(&context, &agenda)
    }
  }

  /// Objects that exist when the run starts.
  package mutating func populate(
    _ resource: ResourceID, objects: Int64, valueBytes: Int, timeToLive: SimDuration?
  ) {
    keySpace.populate(objects: objects, valueBytes: valueBytes)
    if let timeToLive {
      leased.populate(resource, count: objects, valueBytes: valueBytes, timeToLive: timeToLive)
    }
  }

  /// When each entry that is proposed and not committed was proposed.
  var stampsInLog: [SimTime] {
    entries.dropFirst(Int(committedIndex - appliedIndex)).map(\.stamp) + proposals.map(\.stamp)
  }

  /// When each entry that is committed and not applied was committed.
  var stampsAtApplier: [SimTime] {
    entries.prefix(Int(committedIndex - appliedIndex)).map(\.stamp)
  }

  func send(
    _ event: StoreEvent, _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    agenda.send(.store(id, event), in: context.cluster)
  }

  func schedule(
    _ event: StoreEvent, at time: SimTime, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(.store(id, event), in: context.cluster, at: time)
  }

  func schedule(
    _ event: StoreEvent, after delay: SimDuration, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(.store(id, event), in: context.cluster, at: agenda.now + delay)
  }

  /// Hands the answer to whoever asked; the outcome is in the request's row.
  func answer(
    _ id: RequestID, at time: SimTime, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let requester = context.classes[context.requests[id].classID.index].requester
    agenda.schedule(
      requester == .storeClients
        ? .storeClients(.answered(id)) : .apiServer(.storeAnswered(id)),
      in: context.cluster, at: time)
  }
}

/// One member: its cores, its disk and its network card.
package struct StoreMember: Codable, Sendable {
  package var cpu: FIFOStation
  package var disk: Disk
  package var egress: Link
  /// A follower's log loop is busy until then.
  var logFreeAt: SimTime = .zero

  private let writesToDisk: Bool

  init(disk: DiskConfiguration, machine: MachineConfiguration, strategy: LogStrategy) {
    cpu = FIFOStation(servers: machine.cpu)
    self.disk = Disk(disk)
    egress = Link(bandwidth: machine.networkBandwidth)
    writesToDisk = strategy == .raftOnDisk
  }

  /// Makes bytes durable as the store's log strategy asks; returns when they are.
  mutating func persist(
    bytes: Int, at now: SimTime, _ stream: inout RandomStream
  ) -> SimTime {
    writesToDisk ? disk.write(bytes: bytes, at: now, &stream) : now
  }
}
