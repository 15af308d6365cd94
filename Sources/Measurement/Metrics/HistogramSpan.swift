// SPDX-License-Identifier: Apache-2.0

/// Up to which value a histogram tells values apart. Longer ones are counted in its last bucket and
/// reported as saturated; their sum and maximum stay exact.
package enum HistogramSpan: String, Hashable, Sendable, Codable {
  /// A little over an hour (2³² µs = 71.6 min); 26 KB. For requests, pod starts, scheduling cycles.
  case hour
  /// A little over fifty days (2⁴² µs); 36 KB. For jobs, node lifetimes, repairs.
  case month

  /// The largest recordable value, in steps of the histogram (microseconds for a time).
  var largestValue: UInt64 {
    switch self {
    case .hour: (1 << 32) - 1
    case .month: (1 << 42) - 1
    }
  }
}
