// SPDX-License-Identifier: Apache-2.0

/// The station that a request is at, of those that keep the moment of entry in its row
/// (`RequestRow.entered`); the log and the applier of a store keep it in their entries.
package enum RequestStation: Hashable, Codable, Sendable, BitwiseCopyable {
  case none
  case apiserverQueue
  case apiserverCPU
  case apiserverEgress
  case etcdCPU(StoreID)
  case etcdRead(StoreID)
}
