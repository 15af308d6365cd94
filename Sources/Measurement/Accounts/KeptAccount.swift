// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// One closed account, whole.
package struct KeptAccount: Hashable, Sendable, Codable {
  /// Whatever the model passed when it opened the account: the number of the pod or request.
  package let subject: UInt64
  /// Which of the merged runs it comes from, from 0.
  package let run: Int
  /// When it was opened.
  package let opened: SimTime
  /// From opening to closing.
  package let latency: SimDuration
  /// Waiting and service of the first resource, then of the second, and so on.
  let parts: [SimDuration]

  /// Time spent waiting for a resource of the layout.
  package func waiting(_ resource: Int) -> SimDuration { parts[2 * resource] }
  /// Time spent in service at a resource of the layout.
  package func service(_ resource: Int) -> SimDuration { parts[2 * resource + 1] }
  /// Time that was charged to no resource; negative if more was charged than passed.
  package var unaccounted: SimDuration {
    parts.reduce(latency) { $0 - $1 }
  }
}
