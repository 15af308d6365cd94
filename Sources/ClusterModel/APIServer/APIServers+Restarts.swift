// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// API servers stop, are killed and come back.
///
/// All connections of a replica that goes are gone with it: its requests fail, its watchers and the
/// clients of its nodes go to the replicas that are left, or come back when there is one. A new process
/// fills its watch caches from etcd before it serves, and its windows begin there: a watch from before
/// is too old.
extension APIServers {
  mutating func stop(
    _ server: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard servers[server].phase != .stopped else { return }
    let wasServing = servers[server].phase == .serving
    servers[server].phase = .stopped
    servers[server].life &+= 1
    servers[server].restingMemory = 0
    servers[server].answerMemory = 0
    servers[server].retainedGarbage = 0
    servers[server].shownMemory = 0
    context.instruments.set(0, metrics.resident[server], at: agenda.now)
    context.connections.setServing(server, false)
    guard wasServing else { return }
    dropRequests(of: server, &context, &agenda)
    for kind in watches.kinds.indices {
      end(WatchKindID(kind), on: server, sawNewest: true, &context, &agenda)
    }
    servers[server].forgetWork()
  }

  private mutating func dropRequests(
    of server: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    for id in context.requests.slots
    where context.requests[id].isQueued && context.requests[id].server.index == server {
      leaveQueueUnserved(id, &context, at: agenda.now)
      loseConnection(id, &context, &agenda)
      context.requests.endServerSide(id)
    }
    for id in context.requests.slots {
      let row = context.requests[id]
      guard row.serverWorks, row.server.index == server else { continue }
      context.requests[id].holdsAnswer = false
      guard row.holdsSeat else { continue }
      context.requests[id].serverGaveUp = true
      context.requests[id].outcome = .connectionLost
      context.requests[id].stamp = agenda.now
      releaseSeat(id, &context, &agenda)
      loseConnection(id, &context, &agenda)
    }
  }

  /// The client finds that nobody answers.
  func loseConnection(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let isWatch = context.classes[context.requests[id].classID.index].verb == .watch
    // One that was let in is ended as a watch.
    if isWatch, !context.requests[id].serverGaveUp { refuseWatch(id, &context, &agenda) }
    guard context.requests[id].clientWaits else { return }
    agenda.schedule(
      .client(.answered(context.requests.reference(id), .connectionLost)), in: context.cluster,
      at: agenda.now + context.clientRoundTrip / 2)
  }

  /// A new process starts: one LIST of each resource from etcd, all at once.
  mutating func start(
    _ server: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard servers[server].phase == .stopped else { return }
    servers[server].phase = .filling
    context.instruments.add(1, to: metrics.restarts[server], at: agenda.now)
    for index in watches.windows.indices where !uncached[index] {
      servers[server].fillsLeft += 1
      fill(ResourceID(index), server, &context, &agenda)
    }
    if servers[server].fillsLeft == 0 { serve(server, &context) }
  }

  mutating func fill(
    _ resource: ResourceID, _ server: Int, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let classID = watches.fills[resource.index]
    context.instruments.add(1, to: watches.metrics.initializations[resource.index], at: now)
    let account = context.accounts.open(
      context.classes[classID.index].metrics.account, at: now, subject: UInt64(server))
    context.accounts.close(account, at: now)
    var row = RequestRow(
      classID: classID, subject: UInt32(servers[server].life), object: 0, payload: 0,
      origin: .none, issued: now, submitted: now, stamp: now, account: account)
    row.server = APIServerID(server)
    row.clientWaits = false
    row.requesterHolds = false
    row.serverWorks = true
    row.plan = .collection
    row.sentToStore = now
    let id = context.requests.insert(row)
    agenda.schedule(
      .store(context.objects.store(of: resource), .read(id)), in: context.cluster,
      at: now + context.storeRoundTrip / 2)
  }

  /// etcd has sent the objects: they are decoded on all cores.
  mutating func takeFill(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let row = context.requests[id]
    let resource = context.classes[row.classID.index].resource
    let server = row.server.index
    context.requests.endServerSide(id)
    guard servers[server].phase == .filling, row.subject == UInt32(servers[server].life)
    else { return }
    let decoding =
      watchCPUPerEvent * Int(row.keys)
      + watchCPUPerKilobyte.forKilobytes(of: row.responseBytes)
    watches.replicas[server].floor[resource.index] = row.revision
    let visit = spend(decoding, inPartsOn: server, &context, at: now)
    schedule(.cacheFilled(UInt8(server), servers[server].life), at: visit.finish, context, &agenda)
  }

  mutating func finishFill(_ server: Int, life: UInt16, _ context: inout ClusterContext) {
    guard servers[server].phase == .filling, servers[server].life == life else { return }
    servers[server].fillsLeft -= 1
    if servers[server].fillsLeft == 0 { serve(server, &context) }
  }

  private mutating func serve(_ server: Int, _ context: inout ClusterContext) {
    servers[server].phase = .serving
    context.connections.setServing(server, true)
  }
}

/// Where a replica's process is in its life.
package enum ServerPhase: UInt8, Codable, Sendable {
  case stopped
  /// It fills its watch caches; `/readyz` is not yet ok.
  case filling
  case serving
}
