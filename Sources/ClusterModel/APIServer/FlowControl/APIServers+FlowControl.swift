// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// The request path through Priority and Fairness.
extension APIServers {
  /// Sorts an arriving request into its level and queue.
  mutating func sortIntoLevel(
    _ id: RequestID, _ requestClass: RequestClass, server: Int, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let sorted = flowControl.sorted(context.requests[id].classID)
    let level = Int(sorted.level)
    let seats = flowControl.seats(
      of: context.requests[id], requestClass,
      readsStore: storePlan(of: requestClass).map { $0 != .revision } ?? false,
      watchers: requestClass.verb.isMutating
        ? interestedWatchers(requestClass.resource, on: server) : 0,
      level: level, context)
    let flow = flowControl.flow(of: context.requests[id])
    context.requests[id].level = sorted.level
    context.requests[id].seats = UInt16(seats)
    context.requests[id].queue = UInt16(flowControl.servers[server][level].choose(flow: flow))
    let schema = Int(sorted.schema)
    switch flowControl.servers[server][level].arrive(id, &context.requests, at: now) {
    case .seated:
      context.instruments.adjust(flowControl.metrics.executingSeats[level], by: seats, at: now)
      startDeadline(id, &context, &agenda)
      letIn(id, schema: schema, waited: .zero, server: server, &context, &agenda)
    case .queued:
      startDeadline(id, &context, &agenda)
      enterQueue(id, level: level, server: server, &context, &agenda)
    case .overLimit:
      context.instruments.add(1, to: flowControl.metrics.overLimit[schema], at: now)
      refuse(id, .tooManyRequests, &context, &agenda)
    case .queueFull:
      context.instruments.add(1, to: flowControl.metrics.queueFull[schema], at: now)
      refuse(id, .tooManyRequests, &context, &agenda)
    }
  }

  private mutating func enterQueue(
    _ id: RequestID, level: Int, server: Int, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    context.requests[id].isQueued = true
    context.requests[id].enter(.apiserverQueue, at: now)
    metrics.queueOccupancy.enter(at: now)
    context.instruments.adjust(flowControl.metrics.inQueue[level], by: 1, at: now)
    dispatch(level: level, server: server, &context, &agenda)
    guard context.requests[id].isQueued else { return }
    if let wake = flowControl.waits.issue(context.requests.reference(id), at: now) {
      schedule(.flowControlWaitOver, at: wake, context, &agenda)
    }
  }

  /// Hands out free seats.
  private mutating func dispatch(
    level: Int, server: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    while let id = flowControl.servers[server][level].next(context.requests, at: now) {
      let row = context.requests[id]
      leaveQueue(id, level: level, &context, at: now)
      let isWatch = context.classes[row.classID.index].verb == .watch
      guard row.clientWaits || isWatch else {
        // The client has gone: its request is taken off without work.
        flowControl.servers[server][level].release(
          seats: Int(row.seats), queue: Int(row.queue), heldFor: .zero, at: now)
        context.instruments.add(
          1, to: context.classes[row.classID.index].metrics.answeredTooLate, at: now)
        context.requests.endServerSide(id)
        continue
      }
      context.instruments.adjust(
        flowControl.metrics.executingSeats[level], by: Int(row.seats), at: now)
      let schema = Int(flowControl.sorted(row.classID).schema)
      letIn(
        id, schema: schema, waited: now - row.entered, server: server, &context, &agenda)
    }
  }

  private mutating func leaveQueue(
    _ id: RequestID, level: Int, _ context: inout ClusterContext, at now: SimTime
  ) {
    context.requests[id].isQueued = false
    context.charge(id, .apiserverQueue, waitingUntil: now)
    metrics.queueOccupancy.leave(enteredAt: context.requests[id].leaveStation(), at: now)
    context.instruments.adjust(flowControl.metrics.inQueue[level], by: -1, at: now)
  }

  /// A request goes out of its queue because the server goes.
  mutating func leaveQueueUnserved(
    _ id: RequestID, _ context: inout ClusterContext, at now: SimTime
  ) {
    let row = context.requests[id]
    flowControl.servers[row.server.index][Int(row.level)].drop(id, context.requests, at: now)
    leaveQueue(id, level: Int(row.level), &context, at: now)
  }

  private mutating func letIn(
    _ id: RequestID, schema: Int, waited: SimDuration, server: Int,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    context.instruments.add(1, to: flowControl.metrics.dispatched[schema], at: agenda.now)
    context.instruments.record(waited, in: flowControl.metrics.wait[schema], at: agenda.now)
    let requestClass = context.classes[context.requests[id].classID.index]
    if requestClass.verb == .watch { return establishWatch(id, &context, &agenda) }
    begin(id, requestClass, server: server, &context, &agenda)
  }

  /// A request that had a seat ends; a write with many watchers keeps its seats for a while.
  mutating func leaveLevel(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    let server = row.server.index
    let requestClass = context.classes[row.classID.index]
    if requestClass.verb.isMutating, row.outcome == .ok {
      let extra = FlowControl.latencyAfterAnswer(
        watchers: interestedWatchers(requestClass.resource, on: server), seats: Int(row.seats))
      if extra > .zero {
        schedule(
          .seatsFree(UInt8(server), row.level, row.queue, row.seats), at: agenda.now + extra,
          context, &agenda)
        return
      }
    }
    give(
      back: Int(row.seats), server: server, level: Int(row.level), queue: Int(row.queue),
      heldFor: agenda.now - row.seated, &context, &agenda)
  }

  mutating func freeSeats(
    server: Int, level: Int, queue: Int, seats: Int, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    give(
      back: seats, server: server, level: level, queue: queue,
      heldFor: SimDuration(nanoseconds: FairQueues.estimatedService), &context, &agenda)
  }

  private mutating func give(
    back seats: Int, server: Int, level: Int, queue: Int, heldFor duration: SimDuration,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    flowControl.servers[server][level].release(
      seats: seats, queue: queue, heldFor: duration, at: now)
    context.instruments.adjust(flowControl.metrics.executingSeats[level], by: -seats, at: now)
    dispatch(level: level, server: server, &context, &agenda)
  }

  /// Requests that have waited a quarter of `request-timeout` are answered with 429.
  mutating func rejectLongWaits(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    let now = agenda.now
    while let reference = flowControl.waits.expire(at: now) {
      let id = reference.id
      guard context.requests.isCurrent(reference), context.requests[id].isQueued,
        context.requests[id].entered + flowControl.waits.timeout <= now
      else { continue }
      let row = context.requests[id]
      let level = Int(row.level)
      flowControl.servers[row.server.index][level].drop(id, context.requests, at: now)
      leaveQueue(id, level: level, &context, at: now)
      let schema = Int(flowControl.sorted(row.classID).schema)
      context.instruments.add(1, to: flowControl.metrics.timedOut[schema], at: now)
      refuse(id, .tooManyRequests, &context, &agenda)
    }
    flowControl.waits.dropFinished { reference in
      !context.requests.isCurrent(reference) || !context.requests[reference.id].isQueued
    }
    if let wake = flowControl.waits.nextWake {
      schedule(.flowControlWaitOver, at: wake, context, &agenda)
    }
  }

  /// Every 10 s: levels lend and borrow seats, and what waits may go on.
  mutating func adjustSeats(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    let now = agenda.now
    for server in flowControl.servers.indices {
      flowControl.adjust(server: server, at: now)
      for level in flowControl.levels.indices {
        dispatch(level: level, server: server, &context, &agenda)
      }
    }
    for level in flowControl.levels.indices {
      let seats = flowControl.servers.reduce(0) { $0 + $1[level].limit }
      context.instruments.set(seats, flowControl.metrics.currentLimit[level], at: now)
    }
    schedule(.adjustSeats, after: FlowControl.adjustmentPeriod, context, &agenda)
  }
}
