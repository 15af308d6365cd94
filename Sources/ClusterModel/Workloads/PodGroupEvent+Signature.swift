// SPDX-License-Identifier: Apache-2.0

extension PodGroupEvent: PartEvent {
  static var part: String { "pod-group" }

  static let kindNames = ["running"]

  var signature: EventSignature {
    switch self {
    case .running(let a, let b): EventSignature(kind: 0, payload: (UInt64(a.rawValue), b ? 1 : 0))
    }
  }
}
