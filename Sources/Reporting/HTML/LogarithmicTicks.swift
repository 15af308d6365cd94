// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Round values along a logarithmic axis.
enum LogarithmicTicks {
  /// Logarithms to base ten of at least two round values; the first and the last enclose all values.
  ///
  /// Steps are 1, 2, 5 where the values span less than two decades, and whole decades otherwise, of
  /// which at most seven are named.
  static func heights(from smallest: Double, to largest: Double) -> [Double] {
    guard smallest > 0, largest >= smallest, largest.isFinite else { return [0, 1] }
    let low: Double = log10(smallest)
    let high: Double = log10(largest)
    let isNarrow = high - low < 2.0
    let parts: [Double] = isNarrow ? [0, log10(2.0), log10(5.0)] : [0.0]
    let all: [Double] = (Int(floor(low)) - 1...Int(ceil(high)) + 1).flatMap { decade in
      parts.map { Double(decade) + $0 }
    }
    let first = all.lastIndex { $0 <= low + 1e-9 } ?? 0
    var last = all.firstIndex { $0 >= high - 1e-9 } ?? all.count - 1
    if last == first { last += 1 }
    let step = max(1, (last - first + 5) / 6)
    // A coarser step may have to go past the largest value.
    let count = (last - first + step - 1) / step
    return (0...count).map { index in
      let position = first + index * step
      return position < all.count
        ? all[position] : all[all.count - 1] + Double(position - all.count + 1)
    }
  }
}
