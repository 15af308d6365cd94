// SPDX-License-Identifier: Apache-2.0

extension LeaderElectionEvent: PartEvent {
  static var part: String { "leader-election" }

  static let kindNames = [
    "turn", "deadline", "start", "stop-leader", "start-all", "informed",
  ]

  var signature: EventSignature {
    switch self {
    case .turn(let a): EventSignature(kind: 0, payload: (UInt64(a.packed), 0))
    case .deadline(let a, let b): EventSignature(kind: 1, payload: (UInt64(a.packed), UInt64(b)))
    case .start(let a): EventSignature(kind: 2, payload: (UInt64(a.packed), 0))
    case .stopLeader(let a, let b):
      EventSignature(kind: 3, payload: (UInt64(a.index), b ? 1 : 0))
    case .startAll(let a): EventSignature(kind: 4, payload: (UInt64(a.index), 0))
    case .informed(let a): EventSignature(kind: 5, payload: (UInt64(a.rawValue), 0))
    }
  }
}
