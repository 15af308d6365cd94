// SPDX-License-Identifier: Apache-2.0
extension CronJobEvent: PartEvent {
  static var part: String { "cron-job" }

  static let kindNames = ["round", "enqueue", "created", "finished", "set-running"]

  var signature: EventSignature {
    switch self {
    case .round: EventSignature(kind: 0)
    case .enqueue(let a): EventSignature(kind: 1, payload: (UInt64(a), 0))
    case .created(let a, let b, let c):
      EventSignature(kind: 2, payload: (UInt64(a) << 32 | UInt64(b.rawValue), c ? 1 : 0))
    case .finished(let a, let b, let c):
      EventSignature(kind: 3, payload: (UInt64(a) << 32 | UInt64(b.rawValue), c ? 1 : 0))
    case .setRunning(let a, let b):
      EventSignature(kind: 4, payload: (UInt64(a.rawValue), b ? 1 : 0))
    }
  }
}

extension FinishedJobEvent: PartEvent {
  static var part: String { "finished-job" }

  static let kindNames = ["finished", "due"]

  var signature: EventSignature {
    switch self {
    case .finished(let a, let b):
      EventSignature(kind: 0, payload: (UInt64(a.rawValue), UInt64(b)))
    case .due(let a): EventSignature(kind: 1, payload: (UInt64(a.rawValue), 0))
    }
  }
}
