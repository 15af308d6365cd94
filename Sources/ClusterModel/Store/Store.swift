// SPDX-License-Identifier: Apache-2.0
import DequeModule
package import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// One etcd cluster: the life of a write from the leader's socket to the answer, the members' copies of
/// the log, elections, reads, the backend files and their quota.
///
/// A write: received and checked → proposed → taken with all that queued since the last sync →
/// written and synced, in parallel with the followers → committed by a majority → applied, one after
/// the other, which waits while the backend commits → answered. Batches, two alternating cohorts of
/// clients and the backend's share of the latency are not written down anywhere; they follow.
/// `Store+Log`, `Store+Replication`, `Store+Elections`, `Store+Apply`, `Store+Leases`, `Store+Reads`,
/// `Store+Backend`, `Store+Compaction`, `Store+Watches` and `Store+Maintenance` hold the steps.
package struct Store: Codable, Sendable {
  package let id: StoreID
  package let name: String
  package let configuration: StoreConfiguration
  package internal(set) var members: [StoreMember]

  // The log, as its leader has it.
  var proposals: Deque<LogEntry> = []
  var logIsBusy = false
  /// Batches that the leader has begun to write and no majority has yet, oldest first.
  var uncommitted: Deque<LogBatch> = []
  /// Entries taken into the log and not yet applied, oldest first.
  var entries: Deque<LogEntry> = []
  var batchBeingWritten = LogBatch(lastIndex: 0, entries: 0, bytes: 0, valueBytes: 0)
  var matches: [UInt64]
  package internal(set) var proposedIndex: UInt64 = 0
  package internal(set) var committedIndex: UInt64 = 0
  /// What the log loop has handed to the applier.
  var handedIndex: UInt64 = 0
  package internal(set) var appliedIndex: UInt64 = 0
  /// Log bytes of the entries that are committed and not handed over yet.
  var bytesToHandOver = 0
  /// Since the start, for the mean size of an entry.
  var logBytesWritten: Int64 = 0

  // Leader and elections.
  package internal(set) var leader = 0
  package internal(set) var hasLeader = true
  package internal(set) var epoch = LeaderEpoch(rawValue: 0)
  var candidate = 0
  var electionIsUnderWay = false
  /// Writes whose entry went down with a leader: their clients wait for the request time-out.
  var orphans: Deque<Orphan> = []
  var timeoutCheckIsScheduled = false
  /// The log before it is forgotten; a follower that needs it gets the database.
  var firstIndex: UInt64 = 1
  var snapshotIndex: UInt64 = 0

  // Applying and its lock.
  var isApplying = false
  var applierWaitsForReaders = false
  var readersUntil: SimTime = .zero
  var waitingReads: Deque<RequestID> = []
  /// Linearizable reads that wait for a read-index round, and those of the round under way.
  var readsBehindIndex: Deque<RequestID> = []
  var readsInRound: Deque<RequestID> = []
  /// Linearizable reads that wait until the entries committed before them are applied.
  var readsBehindApply: Deque<RequestID> = []
  /// Since the start.
  var keepAlives: UInt64 = 0
  var deletes: UInt64 = 0
  var defragmentations: UInt64 = 0
  /// Requests that have arrived and are not answered.
  var requestsInHand = 0
  /// When the leader's process last had something to do.
  var busyUntil: SimTime = .zero

  // The backend.
  package internal(set) var keySpace: KeySpace
  var leased: LeasedObjects
  /// Leases under revocation, in the order of their entries in the log.
  var revoking: Deque<LeasedObjects.Group> = []
  /// Expired leases that wait for a place among the revocations under way.
  var expired: Deque<LeasedObjects.Group> = []
  var compactionHoldsLock = false
  var compactionIsWaiting = false
  /// When the round under way began.
  var compactionStarted: SimTime = .zero
  /// The NOSPACE alarm is on.
  package internal(set) var alarmed = false
  var alarmIsProposed = false

  package internal(set) var watches = StoreWatches()
  /// Revisions are being read for unsynced watchers.
  var watchSyncHoldsLock = false

  let costs: StoreCosts
  let watchStreams: Int
  let raftStream: StreamID
  let diskStream: StreamID
  var metrics: StoreMetrics

  /// - Parameters:
  ///   - configuration: the store's knobs.
  ///   - disk: its disk type.
  ///   - machine: the members' machine type.
  ///   - watchStreams: API servers that watch every resource kept here.
  package init(
    id: StoreID, name: String, configuration: StoreConfiguration, disk: DiskConfiguration,
    machine: MachineConfiguration, watchStreams: Int, _ context: inout ClusterContext
  ) {
    self.id = id
    self.name = name
    self.configuration = configuration
    members = (0..<configuration.members).map { member in
      StoreMember(
        disk: context.disks.place(disk, hostDisk: configuration.hostDisk, member: member),
        bandwidth: disk.bandwidth.map { Int64($0.bytesPerSecond) }, machine: machine,
        memory: StoreMemory(
          store: name, member: member, limit: Int64(machine.memory.bytes), &context.instruments),
        strategy: configuration.logStrategy)
    }
    matches = Array(repeating: 0, count: configuration.members)
    keySpace = KeySpace(members: configuration.members, emptyBytes: KeySpace.newFileBytes)
    leased = LeasedObjects(
      window: configuration.leaseReuseDuration,
      objectLimit: configuration.leaseMaxObjectCount.map { Int64($0) } ?? .max)
    costs = StoreCosts(configuration, on: machine)
    self.watchStreams = watchStreams
    diskStream = context.streams.stream("etcd/\(name)/disk")
    raftStream = context.streams.stream("etcd/\(name)/raft")
    metrics = StoreMetrics(store: name, members: configuration.members, &context.instruments)
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
    for member in members.indices {
      schedule(
        .backendCommitDue(MemberID(member)), after: configuration.backendBatchInterval, context,
        &agenda)
    }
    schedule(.leaseCheck, after: Self.leaseCheckInterval, context, &agenda)
    startWatches(context, &agenda)
  }

  package mutating func handle(
    _ event: StoreEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .write(let id): receiveWrite(id, &context, &agenda)
    case .propose(let id): propose(id, &context, &agenda)
    case .logWrite(let epoch): writeBatch(epoch, &context, &agenda)
    case .logSynced(let epoch): awaitCore(epoch, &context, &agenda)
    case .logResumed(let epoch): finishLogSync(epoch, &context, &agenda)
    case .applied: finishApply(&context, &agenda)
    case .lockFree: applierMeetsReaders(&context, &agenda)
    case .read(let id): receiveRead(id, &context, &agenda)
    case .readIndexConfirmed(let epoch): finishReadIndexRound(epoch, &context, &agenda)
    case .readAdmitted(let id): admitRead(id, &context, &agenda)
    case .readDone(let id): finishRead(id, &context, &agenda)
    case .backendCommitDue(let member): backendTimer(member, &context, &agenda)
    case .backendDataSynced(let member): syncBackendMeta(member, &context, &agenda)
    case .backendCommitted(let member): finishBackendCommit(member, &context, &agenda)
    case .compactionDue: startCompaction(&context, &agenda)
    case .compactionStep: stepCompaction(&context, &agenda)
    case .compactionStepDone: finishCompactionStep(&context, &agenda)
    case .leaseCheck: checkLeases(&context, &agenda)
    case .maintenance(let action): perform(action, &context, &agenda)
    case .defragmented(let member): finishDefragmentation(member, &context, &agenda)
    case .timeoutCheck: failOverdueRequests(&context, &agenda)
    case .memberStarted(let member): processStarted(member, &context, &agenda)
    case .watchers(let step): handle(step, &context, &agenda)
    case .electionTimeout(let epoch): startElection(epoch, &context, &agenda)
    case .votesRequested(let epoch): collectVotes(epoch, &context, &agenda)
    case .elected(let epoch): finishElection(epoch, &context, &agenda)
    case .appendArrived, .followerSynced, .acknowledged, .catchUpReceived, .caughtUp:
      replicate(event, &context, &agenda)
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

  /// Makes bytes durable on a member as the store's log strategy asks; returns when they are.
  mutating func persist(
    bytes: Int, on member: Int, _ context: inout ClusterContext, at now: SimTime
  ) -> SimTime {
    guard members[member].writesToDisk else { return now }
    return context.disks[members[member].disk].write(
      bytes: bytes, at: now, &context.streams[diskStream])
  }

  /// Accounts CPU of the leader's process.
  mutating func spend(_ cpu: SimDuration, _ context: inout ClusterContext, at now: SimTime) {
    busyUntil = now
    if cpu > .zero { context.instruments.add(cpu, to: metrics.cpuSeconds, at: now) }
  }

  /// The leader's process goes on after a pause; returns how much longer its first work takes.
  @discardableResult
  mutating func warmUp(_ context: inout ClusterContext, at now: SimTime) -> SimDuration {
    let pause = now - busyUntil
    spend(costs.process.cost(ofPause: pause), &context, at: now)
    return costs.process.coldStart(after: pause)
  }

  /// A call has arrived; returns how much longer its first work takes.
  @discardableResult
  mutating func takeInHand(_ context: inout ClusterContext, at now: SimTime) -> SimDuration {
    requestsInHand += 1
    return warmUp(&context, at: now)
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
  mutating func answer(
    _ id: RequestID, at time: SimTime, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    requestsInHand -= 1
    let requester = context.classes[context.requests[id].classID.index].requester
    agenda.schedule(
      requester == .storeClients
        ? .storeClients(.answered(id)) : .apiServer(.storeAnswered(id)),
      in: context.cluster, at: time)
  }
}
