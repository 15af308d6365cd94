// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A flag that asks all runs to stop. Setting it is one atomic store, so a signal handler may do
/// it.
package final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  package init() {}

  /// Asks for the end; what runs notices within some ten thousand events.
  package func cancel() { flag.store(true, ordering: .relaxed) }

  /// Whether the end was asked for.
  package var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
