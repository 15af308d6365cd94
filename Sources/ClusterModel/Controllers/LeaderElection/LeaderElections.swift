// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// Everything that can happen to the replicas of kube-controller-manager and kube-scheduler.
package enum LeaderElectionEvent: BitwiseCopyable, Codable, Sendable {
  /// Time for a process to look at its lock or to renew it.
  case turn(ReplicaProcess)
  /// A round of tries to renew may have lasted as long as it may.
  case deadline(ReplicaProcess, UInt16)
  /// A process starts.
  case start(ReplicaProcess)
  /// The process of the leader is killed; whether its kubelet starts it again.
  case stopLeader(ControlPlaneComponent, Bool)
  /// All replicas that were stopped for good start again.
  case startAll(ControlPlaneComponent)
  /// An informer of a component has listed and watches.
  case informed(WatchKindID)
}

/// Which replica of a component works, as client-go tools/leaderelection has it.
///
/// The leader renews its lock every `leader-elect-retry-period`; candidates look at it, and one takes
/// over when it has not seen a change for `leader-elect-lease-duration` by its own clock. A leader
/// that could not renew for `leader-elect-renew-deadline` exits, and so do its requests, its queues
/// and its caches. Whoever leads first fills its caches, through the API servers; until then nobody
/// does the component's work.
///
/// A component without election has one process, which works as soon as its caches are full.
package struct LeaderElections: Codable, Sendable {
  enum Phase: UInt8, Codable, Comparable {
    /// Killed for good, between two processes, waiting for the lock, holding it.
    case stopped, down, candidate, leading

    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  struct Replica: Codable {
    var phase = Phase.candidate
    var life: UInt16 = 0
    /// Requests of the try under way: reads of all locks, then writes.
    var step = 0
    var isAsking = false
    /// The try began with a write.
    var isOptimistic = false
    /// The lock's version as last seen, and when it was first seen.
    var seenVersion: UInt32 = 0
    var seenAt = SimTime.zero
    var turnAt = SimTime.zero
    /// Number and beginning of the round of tries to renew; `end` between two.
    var round: UInt16 = 0
    var roundSince = SimTime.end
    var startedAt = SimTime.zero
    /// Exits in a row, for the back-off of its kubelet.
    var exits = 0
    let status: GaugeID
  }

  struct Election: Codable {
    let component: ControlPlaneComponent
    let settings: LeaderElectionConfiguration
    /// Candidates fill their caches before they lead.
    let standbyIsWarm: Bool
    let locks: [LeaderLockClasses]
    let stream: StreamID
    let isWorkingGauge: GaugeID
    let transitions: CounterID
    let slowPath: CounterID
    var replicas: [Replica]
    /// Its informers, and those that have still to be filled; bit i is watch kind i.
    var informers: UInt64 = 0
    var unfilled: UInt64 = 0
    /// Some process has its caches full, or fills them.
    var hasCaches = true
    var leader: Int?
    var isWorking = true
    /// A process of it has ended in this run.
    var hasEnded = false
  }

  var elections: [Election] = []

  /// pkg/kubelet/kubelet.go: `backOffPeriod = 10 s`, `MaxContainerBackOff = 300 s`; a process that has
  /// run twice as long as the longest begins anew.
  static var firstBackoff: SimDuration { .seconds(10) }
  static var longestBackoff: SimDuration { .seconds(300) }

  package init() {}

  package mutating func add(
    _ component: ControlPlaneComponent, _ settings: LeaderElectionConfiguration,
    standbyIsWarm: Bool, locks: [LeaderLockClasses], _ context: inout ClusterContext
  ) {
    let name = MetricLabel("name", component.name)
    let replicas = (0..<settings.replicas).map { index in
      let labels = [name, MetricLabel("instance", "\(component.name)-\(index)")]
      return Replica(status: context.instruments.gauge(.leaderMasterStatus, labels))
    }
    let working = context.instruments.gauge(.componentWorking, [name])
    context.instruments.set(1, working, at: .zero)
    context.instruments.trace(working)
    elections.append(
      Election(
        component: component, settings: settings, standbyIsWarm: standbyIsWarm, locks: locks,
        stream: context.streams.stream("\(component.name)/leader-election"),
        isWorkingGauge: working,
        transitions: context.instruments.counter(.leaderTransitions, [name]),
        slowPath: context.instruments.counter(.leaderSlowPath, [name]), replicas: replicas))
  }

  /// Takes in which watches are whose.
  package mutating func setInformers(_ kinds: [WatchKind]) {
    for (index, kind) in kinds.enumerated() {
      guard let component = kind.component else { continue }
      elections[component.index].informers |= 1 << UInt64(index)
    }
  }

  /// When the run starts, the first replica has led for some time, and all caches are full.
  package mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    for index in elections.indices {
      elections[index].leader = 0
      elections[index].replicas[0].phase = .leading
      elections[index].replicas[0].seenVersion = 1
      for replica in elections[index].replicas.indices {
        context.instruments.set(
          replica == 0 ? 1 : 0, elections[index].replicas[replica].status, at: .zero)
        guard elections[index].settings.elects else { continue }
        let wait = elections[index].settings.retryPeriod.scaled(
          by: context.streams[elections[index].stream].nextUnit())
        agenda.schedule(
          .leaderElections(.turn(process(index, replica))), in: context.cluster,
          at: agenda.now + wait)
      }
    }
  }

  package mutating func handle(
    _ event: LeaderElectionEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .turn(let process): take(process, &context, &agenda)
    case .deadline(let process, let round):
      let (index, replica) = (process.component.index, Int(process.replica))
      let row = elections[index].replicas[replica]
      guard row.life == process.life, row.round == round, row.roundSince != .end else { return }
      exit(index, replica, restarts: true, &context, &agenda)
    case .start(let process): start(process, &context, &agenda)
    case .stopLeader(let component, let restarts):
      guard let leader = elections[component.index].leader else { return }
      exit(component.index, leader, restarts: restarts, &context, &agenda)
    case .startAll(let component):
      for replica in elections[component.index].replicas.indices
      where elections[component.index].replicas[replica].phase == .stopped {
        start(process(component.index, replica), &context, &agenda)
      }
    case .informed(let kind):
      guard
        let index = elections.firstIndex(where: { $0.informers >> UInt64(kind.rawValue) & 1 == 1 })
      else { return }
      elections[index].unfilled &= ~(1 << UInt64(kind.rawValue))
      workIfReady(index, &context, &agenda)
    }
  }

  func process(_ index: Int, _ replica: Int) -> ReplicaProcess {
    ReplicaProcess(
      component: elections[index].component, replica: UInt8(replica),
      life: elections[index].replicas[replica].life)
  }

  func schedule(
    _ event: LeaderElectionEvent, at time: SimTime, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(.leaderElections(event), in: context.cluster, at: time)
  }
}

extension LeaderElections {
  func addIdleKnobs(
    to idle: inout IdleKnobs, in path: KnobPath, of component: ControlPlaneComponent
  ) {
    typealias Knobs = LeaderElectionConfiguration
    let election = elections[component.index]
    let elects = election.settings.elects
    idle.add(
      [
        Knobs.retryPeriod.name, Knobs.lock.name, Knobs.renewsOptimistically.name,
        Knobs.requestTimeout.name,
      ], in: path, unless: elects)
    idle.add(
      [Knobs.leaseDuration.name], in: path,
      unless: elects && (election.replicas.count > 1 || election.hasEnded))
    idle.add([Knobs.renewDeadline.name], in: path, unless: elects && election.hasEnded)
    idle.add([Knobs.restartTime.name], in: path, unless: election.hasEnded)
  }
}

/// The requests for one lock object.
package struct LeaderLockClasses: Codable, Sendable {
  package var read: RequestClassID
  package var write: RequestClassID
}
