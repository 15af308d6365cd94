// SPDX-License-Identifier: Apache-2.0

extension FabricEvent: PartEvent {
  static var part: String { "fabric" }

  static let kindNames = ["begin", "cancel", "settle", "due"]

  var signature: EventSignature {
    switch self {
    case .begin(let a): EventSignature(kind: 0, payload: (UInt64(a.rawValue), 0))
    case .cancel(let a): EventSignature(kind: 1, payload: (UInt64(a.rawValue), 0))
    case .settle(let a): EventSignature(kind: 2, payload: (UInt64(a), 0))
    case .due: EventSignature(kind: 3)
    }
  }
}

extension DownloadEvent: PartEvent {
  static var part: String { "downloads" }

  static let kindNames = ["pods-changed", "arrived", "again"]

  var signature: EventSignature {
    switch self {
    case .podsChanged(let a): EventSignature(kind: 0, payload: (UInt64(a.rawValue), 0))
    case .arrived(let a): EventSignature(kind: 1, payload: (UInt64(a.rawValue), 0))
    case .again(let a, let b): EventSignature(kind: 2, payload: (UInt64(a.rawValue), UInt64(b)))
    }
  }
}
