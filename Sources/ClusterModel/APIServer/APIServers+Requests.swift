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
    let inFlight = isMutating ? servers[server].writesInFlight : servers[server].readsInFlight
    let limit =
      isMutating ? configuration.maxMutatingRequestsInflight : configuration.maxRequestsInflight
    guard inFlight < limit else {
      context.instruments.add(
        1, to: isMutating ? metrics.droppedWrites : metrics.droppedReads, at: now)
      return refuse(id, .tooManyRequests, &context, &agenda)
    }
    takeSeat(id, isMutating: isMutating, server: server, &context, now)
    if let wake = timeouts.issue(context.requests.reference(id), at: now) {
      schedule(.timeoutCheck, at: wake, context, &agenda)
    }
    context.requests[id].cpuLeft = cost(of: context.requests[id], requestClass)
    spend(id, &context, &agenda)
  }

  private mutating func takeSeat(
    _ id: RequestID, isMutating: Bool, server: Int, _ context: inout ClusterContext,
    _ now: SimTime
  ) {
    context.requests[id].holdsSeat = true
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
    _ id: RequestID, _ context: inout ClusterContext, _ now: SimTime
  ) {
    guard context.requests[id].holdsSeat else { return }
    context.requests[id].holdsSeat = false
    metrics.seatOccupancy.leave(enteredAt: context.requests[id].accepted, at: now)
    let server = context.requests[id].server.index
    if context.classes[context.requests[id].classID.index].verb.isMutating {
      servers[server].writesInFlight -= 1
      context.instruments.adjust(metrics.writesInFlight, by: -1, at: now)
    } else {
      servers[server].readsInFlight -= 1
      context.instruments.adjust(metrics.readsInFlight, by: -1, at: now)
    }
  }

  /// An answer without work.
  private mutating func refuse(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    context.requests[id].outcome = outcome
    finish(id, &context, &agenda)
  }

  /// CPU before the store is asked.
  private func cost(of row: RequestRow, _ requestClass: RequestClass) -> SimDuration {
    let bytes = row.objectBytes > 0 ? Int64(row.objectBytes) : Int64(requestClass.objectBytes)
    switch requestClass.verb {
    case .list: return configuration.readCPU
    case .get: return configuration.readCPU + perKilobyte(configuration.cpuPerKilobyte, bytes)
    case .patch:
      return configuration.writeCPU + perKilobyte(configuration.patchCPUPerKilobyte, bytes)
    case .create, .update, .delete:
      return configuration.writeCPU + perKilobyte(configuration.cpuPerKilobyte, bytes)
    }
  }

  private func perKilobyte(_ cost: SimDuration, _ bytes: Int64) -> SimDuration {
    SimDuration(nanoseconds: cost.nanoseconds * bytes / 1_000)
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
    let visit = servers[server].cpu.arrive(at: now, service: slice)
    context.requests[id].serviceStart = visit.start
    schedule(.cpuDone(id), at: visit.finish, context, &agenda)
  }

  mutating func finishSlice(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    context.chargeVisit(id, .apiserverCPU, until: now)
    metrics.cpuOccupancy.leave(enteredAt: context.requests[id].leaveStation(), at: now)
    if context.requests[id].serverGaveUp {
      releaseAnswer(id, &context)
      context.requests.endServerSide(id)
    } else if context.requests[id].cpuLeft > .zero {
      spend(id, &context, &agenda)
    } else if context.requests[id].answering {
      respond(id, &context, &agenda)
    } else {
      fetch(id, &context, &agenda)
    }
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
    } else if readsStore(requestClass) {
      context.requests[id].sentToStore = agenda.now
      agenda.schedule(
        .store(store, .read(id)), in: context.cluster,
        at: agenda.now + context.storeRoundTrip / 2)
    } else {
      let isList = requestClass.verb == .list
      if isList {
        context.requests[id].revision = context.objects.changes(requestClass.resource)
      }
      context.requests[id].keys = isList ? context.objects.count(requestClass.resource) : 1
      context.requests[id].responseBytes =
        isList
        ? context.objects.totalBytes(requestClass.resource) : Int64(requestClass.objectBytes)
      if isList { selectOwn(id, requestClass, &context) }
      encode(id, requestClass, &context, &agenda)
    }
  }

  /// A field selector leaves the asking node's own objects in the answer. The watch cache finds them
  /// through an index; what etcd sends is decoded whole first.
  private func selectOwn(
    _ id: RequestID, _ requestClass: RequestClass, _ context: inout ClusterContext
  ) {
    let row = context.requests[id]
    guard requestClass.selectsOwn, row.origin != .none, row.keys > 0 else { return }
    let isPods = requestClass.resource == context.builtin.pods
    let own = min(row.keys, isPods ? Int64(context.nodes[row.origin].podCount) : 1)
    context.requests[id].responseBytes = row.responseBytes / row.keys * own
    context.requests[id].keys = own
  }

  private func readsStore(_ requestClass: RequestClass) -> Bool {
    if uncached[requestClass.resource.index] { return true }
    switch requestClass.readSource {
    case .cache: return false
    case .store: return !(requestClass.verb == .list && configuration.consistentListFromCache)
    }
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
    if requestClass.verb.isMutating { context.requests[id].responseBytes = Int64(row.objectBytes) }
    encode(id, requestClass, &context, &agenda)
  }

  /// Makes the response: a LIST decodes, filters and encodes each object.
  private mutating func encode(
    _ id: RequestID, _ requestClass: RequestClass, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    context.requests[id].answering = true
    context.requests[id].answerBytes = context.requests[id].responseBytes
    guard holdAnswer(id, requestClass, &context, &agenda) else {
      context.requests.endServerSide(id)
      return
    }
    if requestClass.verb == .list {
      let row = context.requests[id]
      context.requests[id].cpuLeft =
        configuration.listCPUPerObject * Int(row.keys)
        + perKilobyte(configuration.listCPUPerKilobyte, row.responseBytes)
      selectOwn(id, requestClass, &context)
      if context.requests[id].cpuLeft > .zero {
        spend(id, &context, &agenda)
        return
      }
    }
    respond(id, &context, &agenda)
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
    releaseSeat(id, &context, now)
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
    context.instruments.add(1, to: metrics.serverOutcomes[Int(row.outcome.rawValue)], at: now)
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
        context.requests[reference.id].holdsSeat
      else { continue }
      let id = reference.id
      context.requests[id].serverGaveUp = true
      context.requests[id].outcome = .serverTimeout
      // Where it waited is not known here: that time stays unaccounted, as with given-up requests.
      context.requests[id].stamp = now
      releaseSeat(id, &context, now)
      reportEnd(of: id, &context, &agenda)
    }
    timeouts.dropFinished { !context.requests.isCurrent($0) || !context.requests[$0.id].holdsSeat }
    if let wake = timeouts.nextWake { schedule(.timeoutCheck, at: wake, context, &agenda) }
  }
}
