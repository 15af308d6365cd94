// SPDX-License-Identifier: Apache-2.0

extension TeamEvent: PartEvent {
  static var part: String { "team" }

  static let kindNames = ["sync", "running"]

  var signature: EventSignature {
    switch self {
    case .sync: EventSignature(kind: 0)
    case .running(let a, let b): EventSignature(kind: 1, payload: (UInt64(a.rawValue), b ? 1 : 0))
    }
  }
}
