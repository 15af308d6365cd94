// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement
import Scenario

/// What operators and accidents do to the members.
extension Store {
  mutating func perform(
    _ action: StoreAction, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch action {
    case .compact: append(.compactionToPresent, valueBytes: 0, &context, &agenda)
    case .disarm: append(.alarmDisarmed, valueBytes: 0, &context, &agenda)
    case .defragment(let member):
      guard members[member.index].isUp, !members[member.index].isDefragmenting else { return }
      members[member.index].isDefragmentationDue = true
      let isBusy =
        members[member.index].isCommitting
        || member.index == leader && (isApplying || compactionHoldsLock)
      if !isBusy { defragment(member.index, context, &agenda) }
    case .stop(let member): stop(member.index, &context, &agenda)
    case .start(let member): startProcess(member.index, context, &agenda)
    case .setConnected(let member, let isConnected):
      setConnected(member.index, isConnected, &context, &agenda)
    }
  }

  mutating func setAlarm(_ isOn: Bool, _ context: inout ClusterContext, at now: SimTime) {
    alarmed = isOn
    context.instruments.set(isOn ? 1 : 0, metrics.alarm, at: now)
  }

  // MARK: Defragmentation

  /// The member rewrites its file and does nothing else meanwhile: its applier and its reads wait. The
  /// log goes on.
  mutating func defragment(
    _ member: Int, _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    members[member].isDefragmentationDue = false
    members[member].isDefragmenting = true
    members[member].defragmentationStarted = agenda.now
    let duration =
      configuration.defragmentationBase
      + SimDuration(
        nanoseconds: configuration.defragmentationPerMegabyte.nanoseconds * keySpace.bytesInUse
          / 1_000_000)
      + SimDuration(
        nanoseconds: configuration.defragmentationPerThousandKeys.nanoseconds
          * keySpace.revisionsKept / 1_000)
    if member != leader {
      members[member].appliedUntil = max(members[member].appliedUntil, agenda.now) + duration
    }
    schedule(.defragmented(MemberID(member)), after: duration, context, &agenda)
  }

  mutating func finishDefragmentation(
    _ id: MemberID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard members[id.index].isDefragmenting else { return }
    members[id.index].isDefragmenting = false
    keySpace.defragment(id.index)
    defragmentations += 1
    context.instruments.record(
      agenda.now - members[id.index].defragmentationStarted, in: metrics.defragmentation,
      at: agenda.now)
    recordSpace(&context, at: agenda.now)
    if id.index == leader {
      giveLockBack(commitsAtOnce: false, &context, &agenda)
    } else {
      admitWaitingReads(&context, &agenda)
    }
  }

  // MARK: Members that go and come

  private mutating func stop(
    _ member: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard members[member].isUp else { return }
    members[member].isUp = false
    members[member].memory.stop(&context.instruments, at: agenda.now)
    members[member].isDefragmenting = false
    members[member].isDefragmentationDue = false
    leave(member, &context, &agenda)
  }

  private mutating func setConnected(
    _ member: Int, _ isConnected: Bool, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard members[member].isConnected != isConnected else { return }
    members[member].isConnected = isConnected
    if !isConnected {
      leave(member, &context, &agenda)
    } else if members[member].isUp {
      rejoin(MemberID(member), &context, &agenda)
    }
  }

  /// A member is out of the cluster's reach. A leader that has lost its majority steps down
  /// (raft `checkQuorum`).
  private mutating func leave(
    _ member: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    members[member].forgetMessages()
    members[member].catchUp = nil
    if member == leader {
      loseLeader(proposalsAreLost: true, &context, &agenda)
    } else if !hasQuorum {
      loseLeader(proposalsAreLost: false, &context, &agenda)
    }
  }

  /// An answer takes memory on a member; one whose machine has no more is killed, and comes back after
  /// `restart-delay`. etcd's client asks the next member again for what the killed one was answering
  /// (clientv3 retry.go: reads are repeated), which may be too much for that one as well. The work of
  /// reading it again is left out.
  mutating func hold(
    _ bytes: Int64, until time: SimTime, on member: Int, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    guard members[member].isAlive,
      !members[member].memory.hold(
        bytes: bytes, until: time, fileBytes: keySpace.fileBytes(of: member),
        &context.instruments, at: now)
    else { return }
    let answers = members[member].memory.kill(&context.instruments, at: now)
    stop(member, &context, &agenda)
    schedule(
      .maintenance(.start(MemberID(member))), after: configuration.restartDelay, context, &agenda)
    for answer in answers where answer.until > now {
      guard let next = memberAlive(from: member) else { return }
      hold(answer.bytes, until: answer.until, on: next, &context, &agenda)
    }
  }

  /// The process serves.
  mutating func processStarted(
    _ id: MemberID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard !members[id.index].isUp else { return }
    members[id.index].memory.start(
      fileBytes: keySpace.fileBytes(of: id.index), &context.instruments, at: agenda.now)
    rejoin(id, &context, &agenda)
  }

  /// The process starts: it reads its database before it serves.
  private mutating func startProcess(
    _ member: Int, _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard !members[member].isUp else { return }
    let bytes = keySpace.fileBytes(of: member)
    let reading = members[member].recoveryRate.map {
      SimDuration(of: bytes, at: $0)
    }
    schedule(.memberStarted(MemberID(member)), after: reading ?? .zero, context, &agenda)
  }

  /// A member is back: it follows the leader, or makes the majority that can elect one.
  mutating func rejoin(
    _ id: MemberID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    members[id.index].isUp = true
    guard members[id.index].isConnected else { return }
    if hasLeader {
      if id.index != leader { startCatchUp(id.index, &context, &agenda) }
    } else if !electionIsUnderWay {
      scheduleElection(&context, &agenda)
    }
  }
}
