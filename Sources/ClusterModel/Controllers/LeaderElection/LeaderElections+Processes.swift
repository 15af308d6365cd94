// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// Processes that begin to lead, end and start again.
extension LeaderElections {
  mutating func lead(
    _ index: Int, _ replica: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    elections[index].replicas[replica].phase = .leading
    elections[index].leader = replica
    context.instruments.set(1, elections[index].replicas[replica].status, at: agenda.now)
    context.instruments.add(1, to: elections[index].transitions, at: agenda.now)
    if !elections[index].hasCaches { fillCaches(index, context, &agenda) }
    workIfReady(index, &context, &agenda)
  }

  mutating func fillCaches(
    _ index: Int, _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    elections[index].hasCaches = true
    elections[index].unfilled = elections[index].informers
    agenda.send(.informers(.started(elections[index].component)), in: context.cluster)
  }

  mutating func workIfReady(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard !elections[index].isWorking, elections[index].leader != nil,
      elections[index].hasCaches, elections[index].unfilled == 0
    else { return }
    elections[index].isWorking = true
    context.instruments.set(1, elections[index].isWorkingGauge, at: agenda.now)
    agenda.send(.setWorking(elections[index].component, true), in: context.cluster)
  }

  mutating func start(
    _ process: ReplicaProcess, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let (index, replica) = (process.component.index, Int(process.replica))
    guard elections[index].replicas[replica].life == process.life,
      elections[index].replicas[replica].phase < .candidate
    else { return }
    elections[index].replicas[replica].phase = .candidate
    elections[index].replicas[replica].startedAt = agenda.now
    // It has seen no version yet: 0 is none.
    elections[index].replicas[replica].seenVersion = 0
    if elections[index].standbyIsWarm, !elections[index].hasCaches {
      fillCaches(index, context, &agenda)
    }
    if elections[index].settings.elects {
      take(process, &context, &agenda)
    } else {
      lead(index, replica, &context, &agenda)
    }
  }

  /// A process ends, with all it was about to do.
  mutating func exit(
    _ index: Int, _ replica: Int, restarts: Bool, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let component = elections[index].component
    let longest = Self.longestBackoff
    elections[index].hasEnded = true
    if now - elections[index].replicas[replica].startedAt > longest * 2 {
      elections[index].replicas[replica].exits = 0
    }
    elections[index].replicas[replica].life &+= 1
    elections[index].replicas[replica].phase = restarts ? .down : .stopped
    elections[index].replicas[replica].isAsking = false
    elections[index].replicas[replica].roundSince = .end
    context.instruments.set(0, elections[index].replicas[replica].status, at: now)
    elections[index].leader = nil
    if elections[index].isWorking {
      elections[index].isWorking = false
      context.instruments.set(0, elections[index].isWorkingGauge, at: now)
      agenda.send(.setWorking(component, false), in: context.cluster)
    }
    let hasCandidate = elections[index].replicas.contains { $0.phase == .candidate }
    if !(elections[index].standbyIsWarm && hasCandidate) {
      elections[index].hasCaches = false
      agenda.send(.informers(.stopped(component)), in: context.cluster)
    }
    // Whatever the parts have sent at this instant is on its way before.
    agenda.schedule(
      .client(.processEnded(component)), in: context.cluster, at: now + .nanoseconds(1))
    guard restarts else { return }
    let exits = elections[index].replicas[replica].exits
    let backoff: SimDuration =
      exits == 0 ? .zero : Self.firstBackoff.doubled(exits - 1, atMost: longest)
    elections[index].replicas[replica].exits += 1
    schedule(
      .start(process(index, replica)),
      at: now + elections[index].settings.restartTime + backoff, context, &agenda)
  }
}
