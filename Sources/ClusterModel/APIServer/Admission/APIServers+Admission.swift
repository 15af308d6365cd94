// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Webhooks before a write, the audit log before an answer.
extension APIServers {
  /// Asks the webhooks about a write; false when there is nobody to ask.
  mutating func asksWebhooks(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) -> Bool {
    let row = context.requests[id]
    guard !row.isAdmitted, webhooks.see(row.classID) else { return false }
    let round = webhooks.call(row.classID, &context, at: agenda.now)
    context.requests[id].isAdmitted = true
    if round.isRejected { context.requests[id].outcome = .webhookFailed }
    schedule(.admitted(id), at: agenda.now + round.time, context, &agenda)
    return true
  }

  /// The webhooks have answered or run out of time.
  mutating func takeAdmission(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    context.charge(id, .admissionWebhook, serviceUntil: agenda.now)
    if context.requests[id].serverGaveUp {
      context.requests.endServerSide(id)
    } else if context.requests[id].outcome == .webhookFailed {
      finish(id, &context, &agenda)
    } else {
      proceed(id, &context, &agenda)
    }
  }

  /// The CPU that a request's audit event adds to it; with `batch` it is spent in the background.
  mutating func auditCost(
    of row: RequestRow, _ requestClass: RequestClass, responseBytes: Int64,
    _ context: inout ClusterContext, at now: SimTime
  ) -> SimDuration {
    let audit = configuration.audit
    guard audit.level != .none else { return .zero }
    var bytes = audit.eventBytes.bytes
    if audit.level != .metadata, requestClass.verb.isMutating {
      bytes += ContentType.json.bytes(ofStored: Int64(row.objectBytes), objects: 1)
    }
    if audit.level == .requestResponse { bytes += responseBytes }
    context.instruments.add(1, to: metrics.auditEvents, at: now)
    context.instruments.add(Int(bytes), to: metrics.auditBytes, at: now)
    let cost = perKilobyte(auditCPUPerKilobyte, bytes)
    guard audit.mode == .batch else { return cost }
    _ = occupyCore(of: row.server.index, for: cost, &context, at: now)
    return .zero
  }
}
