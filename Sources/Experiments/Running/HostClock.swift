// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a run costs the machine it runs on. Nothing of it ever reaches the model.
enum HostClock {
  /// CPU time of the calling thread so far, user and system, in seconds.
  static var threadCPUSeconds: Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

  /// Wall time in seconds since some fixed moment.
  static var wallSeconds: Double { seconds(CLOCK_MONOTONIC) }

  /// Peak resident size of the process so far, in bytes.
  static var peakResidentBytes: Int {
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss * 1_024  // Linux counts KiB; getrusage(2)
    #else
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #endif
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
