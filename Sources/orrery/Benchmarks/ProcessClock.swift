// SPDX-License-Identifier: Apache-2.0
import Foundation

/// CPU time of this process. Wall time means nothing on a shared machine.
enum ProcessClock {
  /// User and system time so far, of all threads, in nanoseconds.
  static var nanoseconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }

  /// What an operation costs, in nanoseconds, with its result.
  static func measure<Result>(
    _ operation: () throws -> Result
  ) rethrows -> (nanoseconds: Double, result: Result) {
    let start = nanoseconds
    let result = try operation()
    return (nanoseconds - start, result)
  }
}
