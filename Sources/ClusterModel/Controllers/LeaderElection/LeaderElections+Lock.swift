// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Stochastics

/// Reading and writing the lock.
extension LeaderElections {
  /// leaderelection.go `tryAcquireOrRenew` begins.
  mutating func take(
    _ process: ReplicaProcess, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let (index, replica) = (process.component.index, Int(process.replica))
    let settings = elections[index].settings
    var row = elections[index].replicas[replica]
    guard row.life == process.life, row.phase >= .candidate, !row.isAsking else { return }
    let now = agenda.now
    row.turnAt = now
    row.isAsking = true
    row.isOptimistic =
      row.phase == .leading && settings.renewsOptimistically
      && now - row.seenAt < settings.leaseDuration
    row.step = row.isOptimistic ? elections[index].locks.count : 0
    if row.phase == .leading, row.roundSince == .end {
      row.roundSince = now
      schedule(
        .deadline(process, row.round), at: now + settings.renewDeadline, context, &agenda)
    }
    elections[index].replicas[replica] = row
    ask(process, &context, &agenda)
  }

  /// Sends the next request of a try. With two locks only the first decides.
  private func ask(
    _ process: ReplicaProcess, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let election = elections[process.component.index]
    let row = election.replicas[Int(process.replica)]
    let count = election.locks.count
    let lock = election.locks[row.step % count]
    let isRead = row.step < count
    context.request(
      isRead ? lock.read : lock.write, subject: process.packed,
      object: process.component.lockObject,
      payload: UInt64(process.packed) << 32 | UInt64(row.seenVersion), &agenda)
  }

  /// A request for a lock has ended.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let process = ReplicaProcess(packed: context.requests[id].subject)
    let (index, replica) = (process.component.index, Int(process.replica))
    guard elections[index].replicas[replica].life == process.life,
      elections[index].replicas[replica].isAsking
    else { return }
    let count = elections[index].locks.count
    let step = elections[index].replicas[replica].step
    guard outcome == .ok else {
      if elections[index].replicas[replica].isOptimistic {
        elections[index].replicas[replica].isOptimistic = false
        elections[index].replicas[replica].step = 0
        ask(process, &context, &agenda)
      } else {
        tryAgain(process, &context, &agenda)
      }
      return
    }
    if step == 0 { see(context.leaderRecords[index].version, by: process, at: agenda.now) }
    if step + 1 == count, !mayWrite(process, &context, at: agenda.now) {
      tryAgain(process, &context, &agenda)
      return
    }
    elections[index].replicas[replica].step += 1
    if step + 1 < 2 * count {
      ask(process, &context, &agenda)
    } else {
      succeed(process, &context, &agenda)
    }
  }

  private mutating func see(_ version: UInt32, by process: ReplicaProcess, at now: SimTime) {
    let (index, replica) = (process.component.index, Int(process.replica))
    guard elections[index].replicas[replica].seenVersion != version else { return }
    elections[index].replicas[replica].seenVersion = version
    elections[index].replicas[replica].seenAt = now
  }

  /// Whether the lock that has been read is the process's own or has not changed for too long.
  private func mayWrite(
    _ process: ReplicaProcess, _ context: inout ClusterContext, at now: SimTime
  ) -> Bool {
    let election = elections[process.component.index]
    let row = election.replicas[Int(process.replica)]
    if row.phase == .leading {
      context.instruments.add(1, to: election.slowPath, at: now)
      return context.leaderRecords[process.component.index].holder == process.packed
    }
    return now - row.seenAt >= election.settings.leaseDuration
  }

  private mutating func tryAgain(
    _ process: ReplicaProcess, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let (index, replica) = (process.component.index, Int(process.replica))
    let period = elections[index].settings.retryPeriod
    elections[index].replicas[replica].isAsking = false
    let row = elections[index].replicas[replica]
    let next: SimTime
    if row.phase == .leading {
      // wait.PollImmediateUntil: a ticker, not a pause after the try.
      next = max(agenda.now, row.turnAt + period)
    } else {
      let unit = context.streams[elections[index].stream].nextUnit()
      next = agenda.now + period.scaled(by: 1 + LeaderElectionConfiguration.jitter * unit)
    }
    schedule(.turn(process), at: next, context, &agenda)
  }

  private mutating func succeed(
    _ process: ReplicaProcess, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let (index, replica) = (process.component.index, Int(process.replica))
    let now = agenda.now
    elections[index].replicas[replica].isAsking = false
    elections[index].replicas[replica].seenVersion += 1
    elections[index].replicas[replica].seenAt = now
    elections[index].replicas[replica].roundSince = .end
    elections[index].replicas[replica].round &+= 1
    if elections[index].replicas[replica].phase == .candidate {
      lead(index, replica, &context, &agenda)
      schedule(.turn(process), at: now, context, &agenda)
    } else {
      schedule(
        .turn(process), at: now + elections[index].settings.retryPeriod, context, &agenda)
    }
  }
}
