// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// Requests for watches in Priority and Fairness: each waits for a seat of its level and keeps it until
/// the watch is established and the client has what it had missed
/// (filters/priority-and-fairness.go; a watch takes one seat, flowcontrol/request/width.go).
extension APIServers {
  mutating func askForWatch(
    _ kind: WatchKindID, _ node: NodeID, seen: UInt32, _ classID: RequestClassID, server: Int,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let account = context.accounts.open(
      context.classes[classID.index].metrics.account, at: now, subject: UInt64(seen))
    context.accounts.close(account, at: now)
    var row = RequestRow(
      classID: classID, subject: seen, object: UInt32(kind.rawValue), payload: 0, origin: node,
      issued: now, submitted: now, stamp: now, account: account)
    row.server = APIServerID(server)
    // The informer hears of its watch by events of its own.
    row.clientWaits = false
    row.requesterHolds = false
    row.serverWorks = true
    row.accepted = now
    let id = context.requests.insert(row)
    sortIntoLevel(
      id, context.classes[classID.index], server: server, &context, &agenda)
  }

  /// A request for a watch has its seat.
  mutating func establishWatch(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    takeSeat(id, isMutating: false, server: row.server.index, &context, agenda.now)
    let done = establish(
      WatchKindID(rawValue: UInt8(truncatingIfNeeded: row.object)), row.origin, seen: row.subject,
      on: row.server.index, &context, &agenda)
    schedule(.watchEstablished(id), at: done, context, &agenda)
  }

  mutating func endWatchRequest(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    if !context.requests[id].serverGaveUp { releaseSeat(id, &context, &agenda) }
    context.requests.endServerSide(id)
  }

  /// A request for a watch that got no seat, or lost its server: the client backs off and asks again.
  func refuseWatch(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    tell(
      .refused(
        row.origin, row.subject, WatchKindID(rawValue: UInt8(truncatingIfNeeded: row.object))),
      after: context.clientRoundTrip / 2, context, &agenda)
  }
}
