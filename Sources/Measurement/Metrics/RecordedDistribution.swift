// SPDX-License-Identifier: Apache-2.0
internal import Histogram

/// The distribution of a metric's samples in bounded memory (26 KB for ``HistogramSpan/hour``).
///
/// Percentiles come from an HDR histogram with two significant digits: buckets are at most 1/128 of
/// their value wide and a percentile is reported as the middle of its bucket, hence within 0.4 % of
/// the exact sample (for times at least within 0.5 µs of bucket width, plus the rounding to whole
/// microseconds). Count, sum, minimum and maximum are exact.
package struct RecordedDistribution: Sendable {
  private var buckets: Histogram<UInt64>
  /// Up to which value percentiles are kept.
  package let span: HistogramSpan
  /// Stored steps of the unit per step of the buckets: 1000 for times (ns to µs), otherwise 1.
  let stepsPerBucketUnit: Int
  /// Samples, saturated ones included.
  package private(set) var count = 0
  /// Exact sum of all samples, in stored steps.
  private(set) var sum = ExactSum()
  private var smallest = Int.max
  private var largest = Int.min
  /// Samples beyond the span: a percentile that falls among them is a lower bound.
  package private(set) var saturated = 0

  init(unit: MetricUnit, span: HistogramSpan) {
    self.init(stepsPerBucketUnit: Self.stepsPerBucketUnit(unit), span: span)
  }

  static func stepsPerBucketUnit(_ unit: MetricUnit) -> Int { unit == .seconds ? 1000 : 1 }

  private init(stepsPerBucketUnit: Int, span: HistogramSpan) {
    self.stepsPerBucketUnit = stepsPerBucketUnit
    self.span = span
    buckets = Histogram(
      highestTrackableValue: span.largestValue, numberOfSignificantValueDigits: .two)
  }

  /// Exact minimum in stored steps; nil without samples.
  var minimum: Int? { count == 0 ? nil : smallest }
  /// Exact maximum in stored steps; nil without samples.
  var maximum: Int? { count == 0 ? nil : largest }

  /// Smallest and largest sample in stored steps; nil without samples.
  var extremes: ClosedRange<Double>? {
    count == 0 ? nil : Double(smallest)...Double(largest)
  }

  /// Records a sample of `value >= 0` stored steps. O(1), does not allocate.
  mutating func record(_ value: Int) {
    precondition(value >= 0, "a sample of a histogram cannot be negative")
    count += 1
    sum += value
    smallest = min(smallest, value)
    largest = max(largest, value)
    // Rounded to the nearest bucket unit; halves go up.
    let rounded = UInt64((value + stepsPerBucketUnit / 2) / stepsPerBucketUnit)
    if rounded > span.largestValue { saturated += 1 }
    buckets.record(min(rounded, span.largestValue))
  }

  /// Adds all samples of `other`, exactly as if they had been recorded here. Both must have the same
  /// unit and span. O(buckets).
  mutating func merge(_ other: RecordedDistribution) {
    precondition(
      stepsPerBucketUnit == other.stepsPerBucketUnit && span == other.span,
      "only distributions of the same metric can be merged")
    buckets.add(other.buckets)
    count += other.count
    sum += other.sum
    smallest = min(smallest, other.smallest)
    largest = max(largest, other.largest)
    saturated += other.saturated
  }

  /// Forgets all samples and keeps the memory.
  mutating func reset() {
    buckets.reset()
    count = 0
    sum = ExactSum()
    smallest = .max
    largest = .min
    saturated = 0
  }

  /// The value, in stored steps, that `percent` (0...100) of the samples do not exceed: the nearest
  /// rank, within the error of the type. Nil without samples. O(buckets).
  func percentile(_ percent: Double) -> Double? {
    precondition((0...100).contains(percent), "a percentile lies between 0 and 100")
    guard count > 0 else { return nil }
    if percent == 0 { return Double(smallest) }
    if percent == 100 { return Double(largest) }
    let twiceMiddle = twiceMiddle(ofBucket: buckets.valueAtPercentile(percent))
    let middle = Double(twiceMiddle) / 2 * Double(stepsPerBucketUnit)
    return min(max(middle, Double(smallest)), Double(largest))
  }

  /// Twice the middle of the integers in the bucket of a value, in bucket units; the middle itself
  /// is exact where a bucket holds a single one.
  private func twiceMiddle(ofBucket value: UInt64) -> UInt64 {
    let range = buckets.equivalentRangeForValue(value)
    return range.lowerBound + range.upperBound
  }

  /// The occupied buckets, ascending. O(buckets).
  var occupied: [BatchReading.Bucket] {
    buckets.recordedValues().map {
      BatchReading.Bucket(twiceMiddle: twiceMiddle(ofBucket: $0.value), count: $0.count)
    }
  }

  /// How many samples do not exceed `value` stored steps; samples in the same bucket as `value` are
  /// counted as not exceeding it. O(buckets).
  func count(atOrBelow value: Int) -> Int {
    guard count > 0, value >= 0 else { return 0 }
    if value >= largest { return count }
    let unit = UInt64(value / stepsPerBucketUnit)
    guard unit < span.largestValue else { return count - saturated }
    return Int(buckets.count(within: 0...unit))
  }

  /// Size in memory, in bytes.
  var memoryFootprint: Int { MemoryLayout<Self>.size + buckets.estimatedFootprintInBytes }
}

extension RecordedDistribution: Equatable {
  /// Whether both hold the same samples, as far as they can tell.
  package static func == (a: RecordedDistribution, b: RecordedDistribution) -> Bool {
    a.stepsPerBucketUnit == b.stepsPerBucketUnit && a.span == b.span && a.count == b.count
      && a.sum == b.sum && a.smallest == b.smallest && a.largest == b.largest
      && a.saturated == b.saturated && a.occupiedBuckets == b.occupiedBuckets
  }
}

/// Only the occupied buckets are stored: a few hundred numbers instead of 3 328.
extension RecordedDistribution: Codable {
  private enum CodingKeys: String, CodingKey {
    case span, stepsPerBucketUnit, count, sum, smallest, largest, saturated, buckets
  }

  /// Value and count of each occupied bucket, alternating, ascending.
  private var occupiedBuckets: [UInt64] {
    buckets.recordedValues().flatMap { [$0.value, $0.count] }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(span, forKey: .span)
    try container.encode(stepsPerBucketUnit, forKey: .stepsPerBucketUnit)
    try container.encode(count, forKey: .count)
    try container.encode(sum, forKey: .sum)
    try container.encode(smallest, forKey: .smallest)
    try container.encode(largest, forKey: .largest)
    try container.encode(saturated, forKey: .saturated)
    try container.encode(occupiedBuckets, forKey: .buckets)
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      stepsPerBucketUnit: try container.decode(Int.self, forKey: .stepsPerBucketUnit),
      span: try container.decode(HistogramSpan.self, forKey: .span))
    count = try container.decode(Int.self, forKey: .count)
    sum = try container.decode(ExactSum.self, forKey: .sum)
    smallest = try container.decode(Int.self, forKey: .smallest)
    largest = try container.decode(Int.self, forKey: .largest)
    saturated = try container.decode(Int.self, forKey: .saturated)
    let occupied = try container.decode([UInt64].self, forKey: .buckets)
    for index in stride(from: 0, to: occupied.count - 1, by: 2) {
      buckets.record(occupied[index], count: occupied[index + 1])
    }
    guard buckets.totalCount == UInt64(clamping: count), stepsPerBucketUnit > 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .buckets, in: container,
        debugDescription: "the buckets of a distribution do not add up to its count")
    }
  }
}
