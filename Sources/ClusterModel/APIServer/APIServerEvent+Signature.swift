// SPDX-License-Identifier: Apache-2.0

extension APIServerEvent: PartEvent {
  static var part: String { "kube-apiserver" }

  static let kindNames = [
    "arrive", "cpu-done", "store-answered", "responded", "timeout-check", "changed",
    "compaction-due", "flow-control-wait-over", "seats-free", "adjust-seats",
    "admitted", "audited",
    "watch", "watch-tick", "node-joined", "node-stopped",
    "stop", "start", "cache-filled", "watcher-ended", "watch-established",
  ]

  var signature: EventSignature {
    switch self {
    case .arrive(let a): EventSignature(kind: 0, payload: (UInt64(a.rawValue), 0))
    case .cpuDone(let a): EventSignature(kind: 1, payload: (UInt64(a.rawValue), 0))
    case .storeAnswered(let a): EventSignature(kind: 2, payload: (UInt64(a.rawValue), 0))
    case .responded(let a): EventSignature(kind: 3, payload: (UInt64(a.rawValue), 0))
    case .timeoutCheck: EventSignature(kind: 4)
    case .changed(let a, let b, let c):
      EventSignature(kind: 5, payload: (UInt64(a.rawValue), UInt64(b.rawValue) << 32 | UInt64(c)))
    case .compactionDue: EventSignature(kind: 6)
    case .flowControlWaitOver: EventSignature(kind: 7)
    case .seatsFree(let server, let level, let queue, let seats):
      EventSignature(
        kind: 8,
        payload: (
          UInt64(server) << 32 | UInt64(level) << 16 | UInt64(queue), UInt64(seats)
        ))
    case .adjustSeats: EventSignature(kind: 9)
    case .watchEstablished(let a): EventSignature(kind: 20, payload: (UInt64(a.rawValue), 0))
    case .admitted(let a): EventSignature(kind: 10, payload: (UInt64(a.rawValue), 0))
    case .audited(let a): EventSignature(kind: 11, payload: (UInt64(a.rawValue), 0))
    case .watch(let a, let b, let c):
      EventSignature(kind: 12, payload: (UInt64(a.rawValue) << 8 | UInt64(c.rawValue), UInt64(b)))
    case .watchTick: EventSignature(kind: 13)
    case .nodeJoined(let a): EventSignature(kind: 14, payload: (UInt64(a.rawValue), 0))
    case .nodeStopped(let a): EventSignature(kind: 15, payload: (UInt64(a.rawValue), 0))
    case .stop(let a): EventSignature(kind: 16, payload: (UInt64(a), 0))
    case .start(let a): EventSignature(kind: 17, payload: (UInt64(a), 0))
    case .cacheFilled(let a, let b): EventSignature(kind: 18, payload: (UInt64(a), UInt64(b)))
    case .watcherEnded(let a): EventSignature(kind: 19, payload: (UInt64(a.rawValue), 0))
    }
  }
}
