// SPDX-License-Identifier: Apache-2.0

/// What one batch saw of one series, in stored steps. Series of one metric, and neighbouring
/// batches, are put together by addition.
package struct BatchReading: Hashable, Sendable, Codable {
  /// Samples of a histogram that fell into one of its buckets.
  struct Bucket: Hashable, Sendable, Codable {
    /// Twice the middle of it, in bucket units: which bucket it is.
    let twiceMiddle: UInt64
    let count: UInt64
  }

  /// Growth of a counter; level times nanoseconds of a gauge; sum of the samples of a histogram.
  private(set) var amount = ExactSum()
  /// Samples of a histogram.
  private(set) var count = 0
  /// The occupied buckets of a histogram, ascending.
  private(set) var buckets: [Bucket] = []

  init() {}

  /// The running totals of a series since the window was opened.
  init(_ reading: MetricSeriesSnapshot.Reading) {
    switch reading {
    case .counter(let counter): amount = counter.inWindow
    case .gauge(let gauge): amount = gauge.integral
    case .histogram(let histogram):
      amount = histogram.distribution.sum
      count = histogram.distribution.count
      buckets = histogram.distribution.occupied
    }
  }

  static func += (sum: inout BatchReading, other: BatchReading) {
    sum.amount += other.amount
    sum.count += other.count
    sum.buckets = combined(sum.buckets, other.buckets) { $0 + $1 }
  }

  /// What came after `earlier`, of which these are the totals.
  func since(_ earlier: BatchReading) -> BatchReading {
    var difference = self
    difference.amount = amount - earlier.amount
    difference.count = count - earlier.count
    difference.buckets = Self.combined(buckets, earlier.buckets) { $0 - $1 }
    return difference
  }

  /// Merges two ascending lists; buckets that come to nothing are left out.
  private static func combined(
    _ a: [Bucket], _ b: [Bucket], _ operation: (UInt64, UInt64) -> UInt64
  ) -> [Bucket] {
    if b.isEmpty { return a }
    var result: [Bucket] = []
    var (i, j) = (0, 0)
    while i < a.count || j < b.count {
      let next = min(
        i < a.count ? a[i].twiceMiddle : .max, j < b.count ? b[j].twiceMiddle : .max)
      var counts: (UInt64, UInt64) = (0, 0)
      if i < a.count, a[i].twiceMiddle == next {
        counts.0 = a[i].count
        i += 1
      }
      if j < b.count, b[j].twiceMiddle == next {
        counts.1 = b[j].count
        j += 1
      }
      let count = operation(counts.0, counts.1)
      if count > 0 { result.append(Bucket(twiceMiddle: next, count: count)) }
    }
    return result
  }

  /// The middle of the bucket of the sample that `percent` of the samples do not exceed, by the
  /// nearest rank, in bucket units; nil without samples.
  func percentile(_ percent: Double) -> Double? {
    guard count > 0 else { return nil }
    let rank = max(1, UInt64((percent / 100 * Double(count)).rounded(.up)))
    var passed: UInt64 = 0
    for bucket in buckets {
      passed += bucket.count
      if passed >= rank { return Double(bucket.twiceMiddle) / 2 }
    }
    return nil
  }
}
