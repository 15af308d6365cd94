// SPDX-License-Identifier: Apache-2.0

/// A row of the table of transmissions; reused after it has ended.
package struct TransmissionID: TableIndex {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// Data on its way over the fabric from one node, or from the Internet, to a node.
package struct Transmission: BitwiseCopyable, Codable, Sendable {
  /// The part that wants to know when it has arrived.
  package enum Owner: UInt8, BitwiseCopyable, Codable, Sendable {
    case transfers
    case downloads
  }

  /// `.none`: the Internet.
  var source: NodeID
  var destination: NodeID
  var bytes: Double
  /// Bytes per second at most; `nil`: what the links give.
  var rateLimit: Double?
  /// Between pods of an overlay.
  var isEncapsulated = false
  var owner: Owner
  /// The owner's load.
  var load: UInt16
  /// Whatever the owner wants.
  var tag: UInt32
}

/// Transmissions under way: written by those who want them, read by `Fabric`.
///
/// Who has begun one gives its row back when it has been told of the end; one that is cancelled is
/// given back by the fabric.
package struct FlowTable: Codable, Sendable {
  /// The cluster has a fabric; without one, transfers are computed in closed form.
  package var hasFabric = false
  private var rows: [Transmission] = []
  private var free: [UInt32] = []

  package init() {}

  package subscript(id: TransmissionID) -> Transmission { rows[id.index] }

  mutating func add(_ transmission: Transmission) -> TransmissionID {
    if let row = free.popLast() {
      rows[Int(row)] = transmission
      return TransmissionID(rawValue: row)
    }
    rows.append(transmission)
    return TransmissionID(rows.count - 1)
  }

  mutating func giveBack(_ id: TransmissionID) { free.append(id.rawValue) }
}
