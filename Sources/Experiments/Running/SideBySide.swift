// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Synchronization

/// Runs tasks on several threads. Results are in the order of the tasks, whatever thread ran which.
package enum SideBySide {
  private struct State<Output: Sendable, Failure: Error>: Sendable {
    var next = 0
    var outputs: [Output?]
    var failure: (index: Int, error: Failure)?
  }

  /// Runs `task` for each index below `count` on at most `threads` threads. After an error no
  /// further task is begun; of several errors that of the lowest index is thrown.
  static func map<Output: Sendable, Failure: Error>(
    _ count: Int, threads: Int, _ task: @Sendable (Int) throws(Failure) -> Output
  ) throws(Failure) -> [Output] {
    let state = Mutex(
      State<Output, Failure>(outputs: Array(repeating: nil, count: count)))
    DispatchQueue.concurrentPerform(iterations: min(max(1, threads), max(1, count))) { _ in
      while true {
        let index: Int? = state.withLock { state in
          guard state.failure == nil, state.next < count else { return nil }
          state.next += 1
          return state.next - 1
        }
        guard let index else { return }
        do throws(Failure) {
          let output = try task(index)
          state.withLock { $0.outputs[index] = output }
        } catch {
          state.withLock { state in
            if index < state.failure?.index ?? .max { state.failure = (index, error) }
          }
        }
      }
    }
    let outcome = state.withLock { $0 }
    if let failure = outcome.failure { throw failure.error }
    return outcome.outputs.compactMap { $0 }
  }

  private struct Queue<Output: Sendable>: Sendable {
    var next = 0
    var delivered = 0
    var outputs: [Output?]
  }

  /// The same for tasks that cannot fail.
  ///
  /// - Parameter deliver: called once for each index, in ascending order and never twice at a time,
  ///   as soon as that output and all before it are there.
  package static func inOrder<Output: Sendable>(
    _ count: Int, threads: Int, _ task: @Sendable (Int) -> Output,
    deliver: @Sendable (Int, Output) -> Void
  ) -> [Output] {
    let queue = Mutex(Queue<Output>(outputs: Array(repeating: nil, count: count)))
    DispatchQueue.concurrentPerform(iterations: min(max(1, threads), max(1, count))) { _ in
      while true {
        let index: Int? = queue.withLock { queue in
          guard queue.next < count else { return nil }
          queue.next += 1
          return queue.next - 1
        }
        guard let index else { return }
        let output = task(index)
        queue.withLock { queue in
          queue.outputs[index] = output
          while queue.delivered < count, let ready = queue.outputs[queue.delivered] {
            deliver(queue.delivered, ready)
            queue.delivered += 1
          }
        }
      }
    }
    return queue.withLock { $0.outputs.compactMap { $0 } }
  }
}
