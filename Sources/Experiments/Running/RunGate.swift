// SPDX-License-Identifier: Apache-2.0
import Dispatch

/// Lets so many runs at a time through, over all experiments that share it: whole scenarios run side
/// by side without more threads at work than were asked for.
package final class RunGate: Sendable {
  private let places: DispatchSemaphore

  /// - Parameter threads: at least 1.
  package init(threads: Int) { places = DispatchSemaphore(value: max(1, threads)) }

  /// Waits for a place and does the work in it.
  func pass<Value, Failure: Error>(
    _ work: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    places.wait()
    defer { places.signal() }
    return try work()
  }
}
