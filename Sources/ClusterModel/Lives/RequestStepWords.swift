// SPDX-License-Identifier: Apache-2.0
import Measurement

/// What is said of the steps of a request.
enum RequestStepWords {
  /// What of its row says where on its way a request is.
  struct State: Sendable, Hashable {
    let server: Int
    let attempt: Int
    let isAnswering: Bool

    init(_ row: RequestRow) {
      server = row.server.index
      attempt = Int(row.attempt)
      isAnswering = row.answering
    }
  }

  static let unaccounted = "at work or waiting somewhere that did not say"
  static let givenUp = "the client gave up; what it waited for last is not accounted"

  /// In which order one event charges: along the path, and the network last.
  static let order: [(AccountedResource, AccountPhase)] =
    (AccountedResource.allCases.filter { $0 != .network } + [.network]).flatMap { resource in
      AccountPhase.allCases.map { (resource, $0) }
    }

  static func text(
    _ resource: AccountedResource, _ phase: AccountPhase, _ state: State,
    endedBy event: WorldEvent
  ) -> String {
    let server = "kube-apiserver-\(state.server)"
    switch (resource, phase) {
    case (.client, _):
      return state.attempt > 1
        ? "waits for the client's back-off and rate limit before another try"
        : "waits for the client's rate limit (qps, burst)"
    case (.network, _): return travel(event, server)
    case (.apiserverQueue, _): return "\(server): queued for a seat (Priority and Fairness)"
    case (.admissionWebhook, _): return "admission webhooks answer"
    case (.auditLog, _): return "\(server): the audit event is written"
    case (.apiserverCPU, .waiting): return "\(server): waits for a core"
    case (.apiserverCPU, .service):
      return state.isAnswering
        ? "\(server): encodes the answer" : "\(server): decodes, authorises and admits"
    case (.apiserverEgress, .waiting): return "\(server): answer waits for the network card"
    case (.apiserverEgress, .service): return "\(server): answer leaves by the network card"
    case (.etcdCPU, .waiting): return "etcd: waits for a core"
    case (.etcdCPU, .service): return "etcd: received and proposed"
    case (.etcdLog, .waiting): return "etcd: waits for the batch before it to be synced"
    case (.etcdLog, .service): return "etcd: its batch is encoded"
    case (.etcdDisk, _): return "etcd: its batch is written to the log (fsync)"
    case (.etcdQuorum, .waiting): return "etcd: waits for a leader"
    case (.etcdQuorum, .service): return "etcd: waits for the quorum's acknowledgement"
    case (.etcdApply, .waiting): return "etcd: waits for its turn to be applied"
    case (.etcdApply, .service): return "etcd: applied"
    case (.etcdRead, .waiting): return "etcd: waits for the read index and the lock"
    case (.etcdRead, .service): return "etcd: read"
    case (.etcdEgress, .waiting): return "etcd: answer waits for the network card"
    case (.etcdEgress, .service): return "etcd: answer leaves by the network card"
    }
  }

  private static func travel(_ event: WorldEvent, _ server: String) -> String {
    guard case .cluster(let body) = event.body else { return "on the network" }
    return switch body {
    case .apiServer(.arrive): "travels to \(server)"
    case .store: "travels to etcd"
    case .apiServer: "answer travels back to \(server)"
    case .client(.answered(_, let outcome)) where outcome != .ok:
      "answer (\(text(outcome))) travels to the client"
    case .client, .storeClients: "answer travels to the client"
    default: "on the network"
    }
  }

  static func text(_ outcome: RequestOutcome) -> String {
    switch outcome {
    case .ok: "200 OK"
    case .clientTimeout: "the client lost patience"
    case .nameNotResolved: "name not resolved"
    case .connectionLost: "connection lost"
    case .tooManyRequests: "429 Too Many Requests"
    case .notFound: "404 Not Found"
    case .conflict: "409 Conflict"
    case .serverTimeout: "504 Timeout"
    case .noSpace, .storeOverloaded, .webhookFailed, .requestTooLarge, .storeUnavailable: "500"
    }
  }
}
