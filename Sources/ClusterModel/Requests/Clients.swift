// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
import Measurement
import Stochastics

/// Everything that can happen on the client's side of a request.
package enum ClientEvent: BitwiseCopyable, Codable, Sendable {
  /// A part of the model wants to make the request.
  case submit(RequestID)
  /// The client's rate limit (or back-off) lets it go.
  case dispatch(RequestReference)
  /// The answer has arrived.
  case answered(RequestReference, RequestOutcome)
  /// The oldest request of a time-out lane may have run out of patience.
  case deadlineCheck(UInt8)
  /// The component's working process has ended, and its connections with it.
  case processEnded(ControlPlaneComponent)
}

/// The client's side of the request path: name resolution, the client's own token bucket, the choice
/// of an API server, patience, and tries after a 429.
///
/// The requesting part gets `.completed` with the row still in place and needs to know nothing of
/// this.
package struct Clients: Codable, Sendable {
  private var lanes: [DeadlineLane<RequestReference>] = []
  private let servers: Int
  private var nextServer = 0
  private let backOff: StreamID

  /// client-go rest/request.go honours `Retry-After`; kube-apiserver sends 1 s with a 429
  /// (staging/src/k8s.io/apiserver/pkg/server/filters/maxinflight.go `retryAfter = "1"`).
  private static var retryAfter: SimDuration { .seconds(1) }

  package init(servers: Int, _ context: inout ClusterContext) {
    self.servers = servers
    backOff = context.streams.stream("clients/back-off")
  }

  /// The lane that keeps the deadlines of all requests with this time-out.
  package mutating func lane(for timeout: SimDuration) -> Int {
    if let index = lanes.firstIndex(where: { $0.timeout == timeout }) { return index }
    lanes.append(DeadlineLane(timeout: timeout))
    return lanes.count - 1
  }

  package mutating func handle(
    _ event: ClientEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .submit(let id): submit(id, &context, &agenda)
    case .dispatch(let reference):
      // The client may have lost patience while it waited for its turn.
      guard context.requests.isCurrent(reference), context.requests[reference.id].clientWaits
      else { return }
      if hasNoName(
        reference.id, context.requests[reference.id].attempt > 1, &context, at: agenda.now)
      {
        complete(reference.id, .nameNotResolved, &context, &agenda)
        return
      }
      dispatch(reference.id, &context, &agenda)
    case .answered(let reference, let outcome):
      guard context.requests.isCurrent(reference), context.requests[reference.id].clientWaits
      else { return }
      takeAnswer(reference.id, outcome, &context, &agenda)
    case .deadlineCheck(let lane): checkDeadlines(Int(lane), &context, &agenda)
    case .processEnded(let component):
      for id in context.requests.slots where context.requests[id].clientWaits {
        guard context.classes[context.requests[id].classID.index].component == component
        else { continue }
        end(id, .connectionLost, &context, &agenda)
      }
    }
  }

  private mutating func submit(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let index = context.requests[id].classID.index
    context.classes[index].metrics.occupancy.enter(at: now)
    if hasNoName(id, true, &context, at: now) {
      complete(id, .nameNotResolved, &context, &agenda)
      return
    }
    let grant = context.takeToken(for: id, at: now)
    if grant > now {
      agenda.schedule(
        .client(.dispatch(context.requests.reference(id))), in: context.cluster, at: grant)
    } else {
      dispatch(id, &context, &agenda)
    }
  }

  /// Whether the client has to look the server up (a try after a 429 keeps its connection) and
  /// cannot.
  private func hasNoName(
    _ id: RequestID, _ looksUp: Bool, _ context: inout ClusterContext, at now: SimTime
  ) -> Bool {
    let row = context.requests[id]
    let requestClass = context.classes[row.classID.index]
    guard looksUp, requestClass.resolvesName, row.attempt == 1 || requestClass.retry != nil
    else { return false }
    return !context.nameResolution.resolves(
      client: row.origin, context.runningPods, at: now)
  }

  private mutating func dispatch(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    context.charge(id, .client, waitingUntil: now)
    context.requests[id].issued = now
    context.requests[id].serverWorks = true
    context.requests[id].serverIsAsked = true
    context.requests[id].server = chooseServer(for: context.requests[id], context)
    let requestClass = context.classes[context.requests[id].classID.index]
    let startsPatience = !requestClass.timeoutCoversRetries || context.requests[id].attempt == 1
    if let lane = requestClass.deadlineLane, startsPatience {
      if let wake = lanes[lane].issue(context.requests.reference(id), at: now) {
        agenda.schedule(.client(.deadlineCheck(UInt8(lane))), in: context.cluster, at: wake)
      }
    }
    agenda.schedule(
      .apiServer(.arrive(id)), in: context.cluster, at: now + context.clientRoundTrip / 2)
  }

  /// A node's kubelet and agents keep their connection to one replica; others go round.
  private mutating func chooseServer(
    for row: RequestRow, _ context: borrowing ClusterContext
  ) -> APIServerID {
    if row.origin != .none { return APIServerID(context.connections.server(of: row.origin)) }
    nextServer = context.connections.next(from: nextServer + 1)
    return APIServerID(nextServer)
  }

  private mutating func takeAnswer(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    context.charge(id, .network, serviceUntil: agenda.now)
    let row = context.requests[id]
    let requestClass = context.classes[row.classID.index]
    context.instruments.record(
      agenda.now - row.issued, in: requestClass.metrics.clientDuration, at: agenda.now)
    context.instruments.add(
      1, to: requestClass.metrics.clientOutcomes[outcome], at: agenda.now)
    if outcome == .tooManyRequests, Int(row.attempt) <= requestClass.throttledRetries {
      context.requests[id].attempt += 1
      context.requests[id].prepareForNextTry()
      agenda.schedule(
        .client(.dispatch(context.requests.reference(id))), in: context.cluster,
        at: agenda.now + Self.retryAfter)
      return
    }
    if repeats(id, outcome, &context, &agenda) { return }
    end(id, outcome, &context, &agenda)
  }

  /// Starts the client's own next try if its policy says so.
  ///
  /// A try that a server still works on goes on as a row of its own, without a client; the next try
  /// takes over everything that belongs to the client.
  private mutating func repeats(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) -> Bool {
    let row = context.requests[id]
    guard let policy = context.classes[row.classID.index].retry,
      policy.repeats(after: outcome, attempt: row.attempt)
    else { return false }
    var next = id
    if row.serverWorks {
      next = context.requests.insert(row.nextTry)
      context.requests[id].clientWaits = false
      context.requests.endClientSide(id)
    }
    context.requests[next].attempt = row.attempt + 1
    context.requests[next].prepareForNextTry()
    let wait = policy.wait(
      attempt: row.attempt, unit: context.streams[backOff].nextUnit())
    agenda.schedule(
      .client(.dispatch(context.requests.reference(next))), in: context.cluster,
      at: agenda.now + wait)
    return true
  }

  /// Ends a request that never reached a server, or that its client has given up.
  private mutating func complete(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let metrics = context.classes[context.requests[id].classID.index].metrics
    context.instruments.add(
      1, to: metrics.clientOutcomes[outcome], at: agenda.now)
    if outcome == .clientTimeout {
      context.instruments.record(
        agenda.now - context.requests[id].issued, in: metrics.clientDuration, at: agenda.now)
    }
    if repeats(id, outcome, &context, &agenda) { return }
    end(id, outcome, &context, &agenda)
  }

  private mutating func end(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let row = context.requests[id]
    context.classes[row.classID.index].metrics.occupancy.leave(enteredAt: row.submitted, at: now)
    // What a given-up request was waiting for when its client left stays unaccounted: the station
    // that holds it has not said yet whether that time was waiting or service.
    context.accounts.close(row.account, at: now)
    context.requests[id].clientWaits = false
    agenda.send(.completed(id, outcome), in: context.cluster)
  }

  private mutating func checkDeadlines(
    _ lane: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    while let reference = lanes[lane].expire(at: now) {
      let id = reference.id
      guard context.requests.isCurrent(reference), context.requests[id].clientWaits,
        hasLostPatience(id, after: lanes[lane].timeout, at: now, context)
      else { continue }
      complete(id, .clientTimeout, &context, &agenda)
    }
    lanes[lane].dropFinished {
      !context.requests.isCurrent($0) || !context.requests[$0.id].clientWaits
    }
    if let wake = lanes[lane].nextWake {
      agenda.schedule(.client(.deadlineCheck(UInt8(lane))), in: context.cluster, at: wake)
    }
  }
}

extension Clients {
  /// A deadline that was set for an earlier try says nothing about this one, unless the client's
  /// patience covers all of them.
  private func hasLostPatience(
    _ id: RequestID, after timeout: SimDuration, at now: SimTime,
    _ context: borrowing ClusterContext
  ) -> Bool {
    let row = context.requests[id]
    if context.classes[row.classID.index].timeoutCoversRetries { return true }
    return row.serverIsAsked && row.issued + timeout <= now
  }
}

extension ClusterContext {
  /// Opens a request and hands it to the client side; the requester is told by `.completed`.
  ///
  /// - Parameters:
  ///   - subject: the requester's own number for what this is about.
  ///   - object: the object in its resource's numbering.
  ///   - origin: the node it comes from, `.none` for the control plane and outside.
  package mutating func request(
    _ classID: RequestClassID, subject: UInt32 = 0, object: UInt32 = 0, payload: UInt64 = 0,
    objectBytes: Int = 0, origin: NodeID = .none, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let account = accounts.open(
      classes[classID.index].metrics.account, at: now, subject: UInt64(subject))
    let id = requests.insert(
      RequestRow(
        classID: classID, subject: subject, object: object, payload: payload, origin: origin,
        objectBytes: UInt32(clamping: objectBytes), issued: now, submitted: now, stamp: now,
        account: account))
    agenda.send(.client(.submit(id)), in: cluster)
  }

  /// The client's token bucket: when the request may go.
  fileprivate mutating func takeToken(for id: RequestID, at now: SimTime) -> SimTime {
    let row = requests[id]
    let index = row.classID.index
    guard let limit = classes[index].rateLimit else { return now }
    if classes[index].rateLimitPerNode, row.origin != .none {
      return limit.take(at: now, fullAt: &nodes[row.origin].kubeletBucketFullAt)
    }
    if let bucket = classes[index].sharedBucket {
      return limit.take(at: now, fullAt: &clientBuckets[bucket])
    }
    return limit.take(at: now, fullAt: &classes[index].bucketFullAt)
  }
}
