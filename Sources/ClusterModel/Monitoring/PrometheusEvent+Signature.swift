// SPDX-License-Identifier: Apache-2.0
extension PrometheusEvent: PartEvent {
  static var part: String { "prometheus" }

  static let kindNames = [
    "scrape", "cut", "ask", "client-leaves", "server-gives-up", "next", "stop", "start", "replayed",
  ]

  var signature: EventSignature {
    switch self {
    case .scrape: EventSignature(kind: 0)
    case .cut: EventSignature(kind: 1)
    case .ask(let a): EventSignature(kind: 2, payload: (UInt64(a), 0))
    case .clientLeaves(let a): EventSignature(kind: 3, payload: (UInt64(a), 0))
    case .serverGivesUp: EventSignature(kind: 4)
    case .next(let a): EventSignature(kind: 5, payload: (UInt64(a), 0))
    case .stop(let a): EventSignature(kind: 6, payload: (UInt64(a), 0))
    case .start(let a): EventSignature(kind: 7, payload: (UInt64(a), 0))
    case .replayed(let a): EventSignature(kind: 8, payload: (UInt64(a), 0))
    }
  }
}
