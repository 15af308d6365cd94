// SPDX-License-Identifier: Apache-2.0

extension StoreEvent: PartEvent {
  static var part: String { "etcd" }

  static let kindNames = [
    "write", "propose", "log-write", "log-synced", "log-resumed", "applied", "lock-free", "read",
    "read-index-confirmed", "read-admitted", "read-done", "backend-commit-due",
    "backend-data-synced", "backend-committed", "compaction-due", "compaction-step",
    "compaction-step-done", "lease-check", "maintenance", "defragmented", "append-arrived",
    "follower-synced", "acknowledged", "election-timeout", "votes-requested", "elected",
    "catch-up-received", "caught-up", "timeout-check", "member-started", "watchers",
  ]

  // The second word of the payload is the store's number.
  var signature: EventSignature {
    switch self {
    case .write(let a): EventSignature(kind: 0, payload: (UInt64(a.rawValue), 0))
    case .propose(let a): EventSignature(kind: 1, payload: (UInt64(a.rawValue), 0))
    case .logWrite(let a): EventSignature(kind: 2, payload: (UInt64(a.rawValue), 0))
    case .logSynced(let a): EventSignature(kind: 3, payload: (UInt64(a.rawValue), 0))
    case .logResumed(let a): EventSignature(kind: 4, payload: (UInt64(a.rawValue), 0))
    case .applied: EventSignature(kind: 5)
    case .lockFree: EventSignature(kind: 6)
    case .read(let a): EventSignature(kind: 7, payload: (UInt64(a.rawValue), 0))
    case .readIndexConfirmed(let a): EventSignature(kind: 8, payload: (UInt64(a.rawValue), 0))
    case .readAdmitted(let a): EventSignature(kind: 9, payload: (UInt64(a.rawValue), 0))
    case .readDone(let a): EventSignature(kind: 10, payload: (UInt64(a.rawValue), 0))
    case .backendCommitDue(let a): EventSignature(kind: 11, payload: (UInt64(a.rawValue), 0))
    case .backendDataSynced(let a): EventSignature(kind: 12, payload: (UInt64(a.rawValue), 0))
    case .backendCommitted(let a): EventSignature(kind: 13, payload: (UInt64(a.rawValue), 0))
    case .compactionDue: EventSignature(kind: 14)
    case .compactionStep: EventSignature(kind: 15)
    case .compactionStepDone: EventSignature(kind: 16)
    case .leaseCheck: EventSignature(kind: 17)
    case .maintenance(let a): EventSignature(kind: 18, payload: (a.digest, 0))
    case .defragmented(let a): EventSignature(kind: 19, payload: (UInt64(a.rawValue), 0))
    case .appendArrived(let a, let b):
      EventSignature(kind: 20, payload: (UInt64(a.rawValue) << 16 | UInt64(b.rawValue), 0))
    case .followerSynced(let a, let b):
      EventSignature(kind: 21, payload: (UInt64(a.rawValue) << 16 | UInt64(b.rawValue), 0))
    case .acknowledged(let a, let b):
      EventSignature(kind: 22, payload: (UInt64(a.rawValue) << 16 | UInt64(b.rawValue), 0))
    case .electionTimeout(let a): EventSignature(kind: 23, payload: (UInt64(a.rawValue), 0))
    case .votesRequested(let a): EventSignature(kind: 24, payload: (UInt64(a.rawValue), 0))
    case .elected(let a): EventSignature(kind: 25, payload: (UInt64(a.rawValue), 0))
    case .catchUpReceived(let a, let b):
      EventSignature(kind: 26, payload: (UInt64(a.rawValue) << 16 | UInt64(b.rawValue), 0))
    case .caughtUp(let a, let b):
      EventSignature(kind: 27, payload: (UInt64(a.rawValue) << 16 | UInt64(b.rawValue), 0))
    case .timeoutCheck: EventSignature(kind: 28)
    case .memberStarted(let a): EventSignature(kind: 29, payload: (UInt64(a.rawValue), 0))
    case .watchers(let a): EventSignature(kind: 30, payload: (a.digest, 0))
    }
  }
}

extension StoreAction {
  fileprivate var digest: UInt64 {
    switch self {
    case .compact: 0
    case .disarm: 1
    case .defragment(let member): 2 << 8 | UInt64(member.rawValue)
    case .stop(let member): 3 << 8 | UInt64(member.rawValue)
    case .start(let member): 4 << 8 | UInt64(member.rawValue)
    case .setConnected(let member, let isConnected):
      (isConnected ? 5 : 6) << 8 | UInt64(member.rawValue)
    }
  }
}
