// SPDX-License-Identifier: Apache-2.0

/// Log-linear buckets of latencies: sixteen per factor of two, so that a bucket is at most 1/16
/// (6.25 %) of its lower bound wide. Latencies below 1.024 µs share the first bucket. Integers only.
enum LatencyScale {
  private static let subBucketBits = 4
  /// Octave of the smallest latency that is told apart: 2¹⁰ ns.
  private static let firstOctave = 10
  /// Buckets up to the longest duration of 2⁶³ ns.
  static let bucketCount = 1 + ((63 - firstOctave) << subBucketBits)

  /// The bucket of a latency of `nanoseconds >= 0`.
  static func bucket(of nanoseconds: Int64) -> Int {
    let octave = 63 - nanoseconds.leadingZeroBitCount
    if octave < firstOctave { return 0 }
    let sub = Int(nanoseconds >> (octave - subBucketBits)) & ((1 << subBucketBits) - 1)
    return 1 + ((octave - firstOctave) << subBucketBits) + sub
  }

  /// The smallest latency, in nanoseconds, of a bucket.
  static func lowerBound(of bucket: Int) -> Int64 {
    if bucket == 0 { return 0 }
    let octave = firstOctave + ((bucket - 1) >> subBucketBits)
    let sub = (bucket - 1) & ((1 << subBucketBits) - 1)
    return Int64((1 << subBucketBits) + sub) << (octave - subBucketBits)
  }

  /// The largest latency, in nanoseconds, of a bucket.
  static func upperBound(of bucket: Int) -> Int64 {
    bucket + 1 < bucketCount ? lowerBound(of: bucket + 1) - 1 : .max
  }
}
