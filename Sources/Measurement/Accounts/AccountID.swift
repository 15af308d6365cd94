// SPDX-License-Identifier: Apache-2.0

/// An account in flight: a slot of the slab and its generation, so that an id that outlives its
/// account is noticed.
package struct AccountID: BitwiseCopyable, Hashable, Sendable, Codable {
  let slot: UInt32
  let generation: UInt32
}

/// A class of accounts that are summed together, such as `pod start` or `update request`.
package struct AccountClassID: BitwiseCopyable, Hashable, Sendable, Codable {
  let index: UInt32
}
