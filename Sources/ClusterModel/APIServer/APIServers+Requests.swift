// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// The server's half of the request path.
extension APIServers {
  mutating func accept(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    context.charge(id, .network, serviceUntil: now)
    context.requests[id].accepted = now
    let server = context.requests[id].server.index
    guard servers[server].phase == .serving else {
      loseConnection(id, &context, &agenda)
      context.requests.endServerSide(id)
      return
    }
    let requestClass = context.classes[context.requests[id].classID.index]
    let isMutating = requestClass.verb.isMutating
    if configuration.flowControl == .priorityAndFairness {
      return sortIntoLevel(id, requestClass, server: server, &context, &agenda)
    }
    let inFlight = isMutating ? servers[server].writesInFlight : servers[server].readsInFlight
    let limit =
      isMutating ? configuration.maxMutatingRequestsInflight : configuration.maxRequestsInflight
    guard inFlight < limit else {
      context.instruments.add(
        1, to: isMutating ? metrics.droppedWrites : metrics.droppedReads, at: now)
      return refuse(id, .tooManyRequests, &context, &agenda)
    }
    startDeadline(id, &context, &agenda)
    begin(id, requestClass, server: server, &context, &agenda)
  }

  /// `request-timeout` runs from the arrival.
  mutating func startDeadline(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    // A watch may last for as long as it likes.
    guard context.classes[context.requests[id].classID.index].verb != .watch else { return }
    if let wake = timeouts.issue(context.requests.reference(id), at: agenda.now) {
      schedule(.timeoutCheck, at: wake, context, &agenda)
    }
  }

  /// A request that has been let in takes its seat and goes on a core.
  mutating func begin(
    _ id: RequestID, _ requestClass: RequestClass, server: Int, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    takeSeat(
      id, isMutating: requestClass.verb.isMutating, server: server, &context, agenda.now)
    context.requests[id].cpuLeft =
      arrivalCost(of: context.requests[id], requestClass) + wakeUp(server)
    spend(id, &context, &agenda)
  }

  mutating func takeSeat(
    _ id: RequestID, isMutating: Bool, server: Int, _ context: inout ClusterContext,
    _ now: SimTime
  ) {
    context.requests[id].holdsSeat = true
    context.requests[id].seated = now
    metrics.seatOccupancy.enter(at: now)
    if isMutating {
      servers[server].writesInFlight += 1
      context.instruments.adjust(metrics.writesInFlight, by: 1, at: now)
    } else {
      servers[server].readsInFlight += 1
      context.instruments.adjust(metrics.readsInFlight, by: 1, at: now)
    }
  }

  mutating func releaseSeat(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    guard context.requests[id].holdsSeat else { return }
    context.requests[id].holdsSeat = false
    metrics.seatOccupancy.leave(enteredAt: context.requests[id].seated, at: now)
    let server = context.requests[id].server.index
    if context.classes[context.requests[id].classID.index].verb.isMutating {
      servers[server].writesInFlight -= 1
      context.instruments.adjust(metrics.writesInFlight, by: -1, at: now)
    } else {
      servers[server].readsInFlight -= 1
      context.instruments.adjust(metrics.readsInFlight, by: -1, at: now)
    }
    if configuration.flowControl == .priorityAndFairness {
      leaveLevel(id, &context, &agenda)
    }
  }

  /// An answer without work.
  mutating func refuse(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    if context.classes[context.requests[id].classID.index].verb == .watch {
      refuseWatch(id, &context, &agenda)
      context.requests.endServerSide(id)
      return
    }
    context.requests[id].outcome = outcome
    finish(id, &context, &agenda)
  }

  /// Puts the request's next slice on a core.
  private mutating func spend(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let server = context.requests[id].server.index
    let slice = min(context.requests[id].cpuLeft, Self.cpuSlice)
    context.requests[id].cpuLeft -= slice
    context.requests[id].enter(.apiserverCPU, at: now)
    metrics.cpuOccupancy.enter(at: now)
    servers[server].slices += 1
    let visit = occupyCore(of: server, for: slice, &context, at: now)
    context.requests[id].serviceStart = visit.start
    schedule(.cpuDone(id), at: visit.finish, context, &agenda)
  }

  mutating func finishSlice(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    servers[context.requests[id].server.index].slices -= 1
    context.chargeVisit(id, .apiserverCPU, until: now)
    metrics.cpuOccupancy.leave(enteredAt: context.requests[id].leaveStation(), at: now)
    if context.requests[id].serverGaveUp {
      releaseAnswer(id, &context)
      context.requests.endServerSide(id)
    } else if context.requests[id].cpuLeft > .zero {
      spend(id, &context, &agenda)
    } else if context.requests[id].answering {
      waitForAudit(id, &context, &agenda)
    } else if !asksWebhooks(id, &context, &agenda) {
      fetch(id, &context, &agenda)
    }
  }

  /// A write that its webhooks have let through goes on.
  mutating func proceed(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    fetch(id, &context, &agenda)
  }

  /// Turns to the watch cache or to etcd.
  private mutating func fetch(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let requestClass = context.classes[context.requests[id].classID.index]
    let store = context.objects.store(of: requestClass.resource)
    if requestClass.verb.isMutating {
      if context.requests[id].objectBytes == 0 {
        context.requests[id].objectBytes = UInt32(clamping: requestClass.objectBytes)
      }
      context.requests[id].sentToStore = agenda.now
      agenda.schedule(
        .store(store, .write(id)), in: context.cluster,
        at: agenda.now + context.storeRoundTrip / 2)
    } else if let plan = storePlan(of: requestClass) {
      context.requests[id].plan = plan
      context.requests[id].sentToStore = agenda.now
      agenda.schedule(
        .store(store, .read(id)), in: context.cluster,
        at: agenda.now + context.storeRoundTrip / 2)
    } else {
      readCache(id, requestClass, &context)
      encode(id, requestClass, &context, &agenda)
    }
  }

  /// What etcd is asked for a read, `nil` when the watch cache answers alone.
  func storePlan(of requestClass: RequestClass) -> ReadPlan? {
    let isList = requestClass.verb == .list
    if uncached[requestClass.resource.index] {
      guard isList else { return .object }
      return requestClass.limit == nil ? .collection : .page
    }
    guard requestClass.readSource == .store else { return nil }
    guard isList else { return .object }
    if requestClass.limit != nil, !configuration.listFromCacheSnapshot { return .page }
    return configuration.consistentListFromCache ? .revision : .collection
  }

  /// What a read finds in the watch cache; a LIST that accepts any version ignores its `limit`.
  private func readCache(
    _ id: RequestID, _ requestClass: RequestClass, _ context: inout ClusterContext
  ) {
    var found = (keys: Int64(1), bytes: Int64(requestClass.objectBytes))
    if requestClass.verb == .list {
      context.requests[id].revision = context.objects.changes(requestClass.resource)
      if requestClass.limit != nil, requestClass.readSource == .store {
        found = context.page(of: context.requests[id], requestClass)
      } else {
        found = (
          context.objects.count(requestClass.resource),
          context.objects.totalBytes(requestClass.resource)
        )
      }
    }
    context.requests[id].keys = found.keys
    context.requests[id].responseBytes = found.bytes
  }

  mutating func takeStoreAnswer(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let row = context.requests[id]
    let requestClass = context.classes[row.classID.index]
    if !requestClass.verb.isMutating { context.chargeVisit(id, .etcdEgress, until: row.sent) }
    context.charge(id, .network, serviceUntil: now)
    if requestClass.requester == .watchCache { return takeFill(id, &context, &agenda) }
    context.instruments.record(
      now - row.sentToStore, in: requestClass.metrics.storeDuration, at: now)
    if row.serverGaveUp {
      context.requests.endServerSide(id)
      return
    }
    var fromStore = true
    if requestClass.verb.isMutating {
      context.requests[id].responseBytes = Int64(row.objectBytes)
      context.requests[id].keys = 1
    } else if row.plan == .revision {
      readCache(id, requestClass, &context)
      fromStore = false
    }
    encode(id, requestClass, fromStore: fromStore, &context, &agenda)
  }

  /// Makes the response on a core: decoding, filtering, encoding, compressing.
  private mutating func encode(
    _ id: RequestID, _ requestClass: RequestClass, fromStore: Bool = false,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    let response = response(to: row, requestClass, fromStore: fromStore, context)
    context.requests[id].answering = true
    // A field selector on what etcd sends works on all of it.
    context.requests[id].answerBytes = fromStore ? row.responseBytes : response.bytes
    guard holdAnswer(id, requestClass, &context, &agenda) else {
      context.requests.endServerSide(id)
      return
    }
    context.requests[id].responseBytes = response.bytes
    context.requests[id].cpuLeft =
      response.cpu
      + auditCost(
        of: row, requestClass, responseBytes: response.bytes, &context, at: agenda.now)
    if fromStore || row.plan == .revision {
      // A write's change also comes back as an event for the watch cache.
      let steps = requestClass.verb.isMutating ? 2 : 1
      context.requests[id].cpuLeft += wakeUp(row.server.index) * steps
    }
    if context.requests[id].cpuLeft > .zero {
      spend(id, &context, &agenda)
    } else {
      waitForAudit(id, &context, &agenda)
    }
  }

  private mutating func waitForAudit(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard auditWait > .zero else { return respond(id, &context, &agenda) }
    schedule(.audited(id), at: agenda.now + auditWait, context, &agenda)
  }

  /// The audit event of an answer is written.
  mutating func takeAudit(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    context.charge(id, .auditLog, serviceUntil: agenda.now)
    if context.requests[id].serverGaveUp {
      releaseAnswer(id, &context)
      context.requests.endServerSide(id)
    } else {
      respond(id, &context, &agenda)
    }
  }

  private mutating func respond(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let row = context.requests[id]
    let bytes = row.outcome == .ok ? row.responseBytes : 0
    metrics.egressOccupancy.enter(at: now)
    context.requests[id].enter(.apiserverEgress, at: now)
    let sent = servers[row.server.index].egress.send(bytes: bytes, at: now)
    context.requests[id].serviceStart = sent.start
    context.instruments.add(Int(bytes), to: metrics.responseBytes, at: now)
    schedule(.responded(id), at: sent.finish, context, &agenda)
  }

  /// The server is done with the request: the seat is free and the answer is on its way, or falls
  /// on the floor when the client has left.
  mutating func finish(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    releaseAnswer(id, &context)
    let row = context.requests[id]
    if row.answering {
      context.chargeVisit(id, .apiserverEgress, until: now)
      metrics.egressOccupancy.leave(enteredAt: context.requests[id].leaveStation(), at: now)
    }
    guard !row.serverGaveUp else {
      context.requests.endServerSide(id)
      return
    }
    releaseSeat(id, &context, &agenda)
    reportEnd(of: id, &context, &agenda)
    context.requests.endServerSide(id)
  }

  private mutating func reportEnd(
    of id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let row = context.requests[id]
    let metrics = context.classes[row.classID.index].metrics
    context.instruments.record(now - row.accepted, in: metrics.serverDuration, at: now)
    context.instruments.add(1, to: metrics.serverOutcomes[row.outcome], at: now)
    context.instruments.add(1, to: self.metrics.requests[row.server.index], at: now)
    if row.clientWaits {
      agenda.schedule(
        .client(.answered(context.requests.reference(id), row.outcome)), in: context.cluster,
        at: now + context.clientRoundTrip / 2)
    } else {
      context.instruments.add(1, to: metrics.answeredTooLate, at: now)
    }
  }

  /// `request-timeout`: answered with 504 and the seat given back, while the store may still be at
  /// work on it.
  mutating func checkTimeouts(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    let now = agenda.now
    while let reference = timeouts.expire(at: now) {
      guard context.requests.isCurrent(reference), context.requests[reference.id].serverWorks,
        context.requests[reference.id].holdsSeat,
        // A row that was refused and is used again for the next try has a later timer.
        context.requests[reference.id].accepted + timeouts.timeout <= now
      else { continue }
      let id = reference.id
      context.requests[id].serverGaveUp = true
      context.requests[id].outcome = .serverTimeout
      // Where it waited is not known here: that time stays unaccounted, as with given-up requests.
      context.requests[id].stamp = now
      releaseSeat(id, &context, &agenda)
      reportEnd(of: id, &context, &agenda)
    }
    timeouts.dropFinished { reference in
      guard context.requests.isCurrent(reference) else { return true }
      let row = context.requests[reference.id]
      return !row.holdsSeat && !row.isQueued
    }
    if let wake = timeouts.nextWake { schedule(.timeoutCheck, at: wake, context, &agenda) }
  }
}
