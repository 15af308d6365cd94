// SPDX-License-Identifier: Apache-2.0

/// A link of a flow network: one direction of a cable, a port, a limit. Never reused.
package struct LinkID: TableIndex {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package static let none = LinkID(rawValue: .max)
}

/// A flow under way; reused after it has finished or was cancelled.
package struct FlowID: TableIndex {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package static let none = FlowID(rawValue: .max)
}
