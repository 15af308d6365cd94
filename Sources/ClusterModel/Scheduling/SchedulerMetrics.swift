// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// What moves pods between the queues (`event` of `scheduler_queue_incoming_pods_total`).
enum QueueEvent: UInt8, CaseIterable, Sendable {
  case podAdd, scheduleAttemptFailure, backoffComplete, unschedulableTimeout
  case assignedPodDelete, nodeAdd, nodeUpdate, forceActivate

  var name: String {
    switch self {
    case .podAdd: "PodAdd"
    case .scheduleAttemptFailure: "ScheduleAttemptFailure"
    case .backoffComplete: "BackoffComplete"
    case .unschedulableTimeout: "UnschedulableTimeout"
    case .assignedPodDelete: "AssignedPodDelete"
    case .nodeAdd: "NodeAdd"
    case .nodeUpdate: "NodeUpdate"
    case .forceActivate: "ForceActivate"
    }
  }
}

/// How a scheduling attempt ended (`result` of `scheduler_schedule_attempts_total`).
enum AttemptResult: Int, CaseIterable, Sendable {
  case scheduled, unschedulable, error

  var name: String {
    switch self {
    case .scheduled: "scheduled"
    case .unschedulable: "unschedulable"
    case .error: "error"
    }
  }
}

/// The instruments of the scheduler.
struct SchedulerMetrics: Codable, Sendable {
  private let pending: [GaugeID]
  private let attempts: [CounterID]
  private let unschedulable: [GaugeID]
  private let filtered: [CounterID]
  private let incoming: [CounterID]
  let cycle: HistogramID
  let cpu: CounterID
  let preemptionAttempts: CounterID
  let preemptionVictims: CounterID
  let emptyNodes: GaugeID

  init(_ instruments: inout Instruments) {
    pending = ["active", "backoff", "unschedulable"].map {
      instruments.gauge(.schedulerPending, [MetricLabel("queue", $0)])
    }
    attempts = AttemptResult.allCases.map {
      instruments.counter(.schedulerAttempts, [MetricLabel("result", $0.name)])
    }
    unschedulable = SchedulerFilter.allCases.map {
      instruments.gauge(.schedulerUnschedulablePods, [MetricLabel("plugin", $0.name)])
    }
    filtered = SchedulerFilter.allCases.map {
      instruments.counter(.schedulerFilteredNodes, [MetricLabel("plugin", $0.name)])
    }
    incoming = QueueEvent.allCases.map {
      instruments.counter(.schedulerIncomingPods, [MetricLabel("event", $0.name)])
    }
    cycle = instruments.histogram(.schedulerCycle)
    cpu = instruments.counter(.processCPU, [MetricLabel("job", "kube-scheduler")])
    preemptionAttempts = instruments.counter(.preemptionAttempts)
    preemptionVictims = instruments.counter(.preemptionVictims)
    emptyNodes = instruments.gauge(.emptyNodes)
    // How many are placed is a question of when.
    instruments.trace(attempts[AttemptResult.scheduled.rawValue])
    for gauge in pending {
      instruments.set(0, gauge, at: .zero)
      instruments.trace(gauge)
    }
    for gauge in unschedulable { instruments.set(0, gauge, at: .zero) }
    instruments.set(0, emptyNodes, at: .zero)
    instruments.trace(emptyNodes)
  }

  /// Brings the gauge of the queues up to date.
  func setPending(_ queues: SchedulingQueues, _ instruments: inout Instruments, at now: SimTime) {
    for index in pending.indices {
      instruments.set(queues.counts[index + 1], pending[index], at: now)
    }
  }

  func count(_ result: AttemptResult, _ instruments: inout Instruments, at now: SimTime) {
    instruments.add(1, to: attempts[result.rawValue], at: now)
  }

  func count(_ event: QueueEvent, _ instruments: inout Instruments, at now: SimTime) {
    instruments.add(1, to: incoming[Int(event.rawValue)], at: now)
  }

  /// The filters that turned a waiting pod down have changed.
  func move(
    from old: FilterSet, to new: FilterSet, _ instruments: inout Instruments, at now: SimTime
  ) {
    guard old != new else { return }
    for filter in SchedulerFilter.allCases where old.contains(filter) != new.contains(filter) {
      instruments.adjust(
        unschedulable[Int(filter.rawValue)], by: new.contains(filter) ? 1 : -1, at: now)
    }
  }

  /// Nodes that a filter turned down in a cycle.
  func count(
    _ nodes: Int, rejectedBy filter: Int, _ instruments: inout Instruments, at now: SimTime
  ) {
    if nodes > 0 { instruments.add(nodes, to: filtered[filter], at: now) }
  }

  func hasCounted(_ result: AttemptResult, _ instruments: Instruments) -> Bool {
    instruments.hasCounted(attempts[result.rawValue])
  }
}
