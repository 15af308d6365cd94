// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// A value over time in a bounded number of points.
///
/// Time is cut into buckets of equal width. When a value arrives beyond the last bucket, neighbours
/// are merged in pairs, which doubles the width, until it fits: at any time between half and all of
/// the capacity covers what has been seen. Every bucket keeps minimum and maximum, so no spike is
/// ever lost, only its time becomes less sharp. What is stored depends on the values alone, not on
/// the machine.
package struct TimeSeries: Hashable, Sendable, Codable {
  /// What lies between two recorded values.
  package enum Interpolation: String, Sendable, Codable {
    /// The value holds until the next one: gauges, and counters by their running total. A bucket
    /// includes the value it began with.
    case level
    /// Nothing: samples stand alone, and a bucket may be empty.
    case samples
  }

  /// One bucket.
  package struct Point: Hashable, Sendable, Codable {
    /// When the bucket begins; it ends where the next one begins.
    package internal(set) var start: SimTime
    /// Lowest value in the bucket.
    package internal(set) var minimum: Double
    /// Highest value in the bucket.
    package internal(set) var maximum: Double
    /// Value at the end of the bucket.
    package internal(set) var last: Double
    /// Values recorded in it.
    package internal(set) var count: Int
  }

  /// What lies between two recorded values.
  package let interpolation: Interpolation
  /// The largest number of points.
  package let capacity: Int
  /// Start of the first bucket.
  package let origin: SimTime
  /// Current width of a bucket.
  package private(set) var bucketWidth: SimDuration
  /// The buckets up to the one that holds the latest value, without gaps. A bucket of samples
  /// without any has `count` 0 and no meaning otherwise.
  package private(set) var points: [Point] = []
  /// End of the last bucket in `points`, in nanoseconds.
  private var frontier: UInt64

  /// An empty series from `origin` on.
  /// - Parameters:
  ///   - capacity: the largest number of points, even, at least 2.
  ///   - bucketWidth: the initial width; the finest resolution in time that is ever kept.
  package init(
    _ interpolation: Interpolation, capacity: Int = 512, from origin: SimTime,
    bucketWidth: SimDuration = .seconds(1)
  ) {
    precondition(capacity >= 2 && capacity.isMultiple(of: 2), "the capacity is even, at least 2")
    precondition(bucketWidth.nanoseconds > 0, "the width of a bucket is positive")
    self.interpolation = interpolation
    self.capacity = capacity
    self.origin = origin
    self.bucketWidth = bucketWidth
    frontier = origin.nanoseconds
    points.reserveCapacity(capacity)
  }

  /// Records a finite value; times do not decrease. Amortised O(1); allocates nothing once the
  /// buffer is there.
  package mutating func record(_ value: Double, at time: SimTime) {
    precondition(value.isFinite, "a series holds finite values")
    precondition(
      time >= (points.last?.start ?? origin), "the times of a series do not decrease")
    if time.nanoseconds >= frontier { advance(to: time.nanoseconds, before: value) }
    let index = points.count - 1
    points[index].minimum = min(points[index].minimum, value)
    points[index].maximum = max(points[index].maximum, value)
    points[index].last = value
    points[index].count += 1
  }

  /// The buckets up to `time`: those of ``points``, and for a level those in which it just went on.
  package func points(until time: SimTime) -> [Point] {
    guard interpolation == .level, let last = points.last?.last, time.nanoseconds > frontier
    else { return points }
    var extended = self
    extended.advance(to: time.nanoseconds - 1, before: last)
    return extended.points
  }

  /// Start of the first bucket in which the value exceeded `threshold`; nil if it never did.
  package func first(above threshold: Double) -> SimTime? {
    points.first { isOccupied($0) && $0.maximum > threshold }?.start
  }

  /// Start of the first bucket in which the value was less than `threshold`; nil if it never was.
  package func first(below threshold: Double) -> SimTime? {
    points.first { isOccupied($0) && $0.minimum < threshold }?.start
  }

  private func isOccupied(_ point: Point) -> Bool {
    interpolation == .level || point.count > 0
  }

  /// Appends buckets until one holds `time`; `value` is about to be recorded in it.
  private mutating func advance(to time: UInt64, before value: Double) {
    while (time - origin.nanoseconds) / UInt64(bucketWidth.nanoseconds) >= UInt64(capacity) {
      mergePairs()
    }
    while time >= frontier {
      let start = frontier
      frontier += UInt64(bucketWidth.nanoseconds)
      // A level holds on, except in a bucket that begins with the new value.
      let held = interpolation == .level && start != time ? points.last?.last : nil
      let isBare = interpolation == .samples && time >= frontier
      let filler = held ?? (isBare ? 0 : value)
      points.append(
        Point(
          start: SimTime(nanoseconds: start), minimum: filler, maximum: filler, last: filler,
          count: 0))
    }
  }

  private mutating func mergePairs() {
    let merged = (points.count + 1) / 2
    for index in 0..<merged {
      var point = points[2 * index]
      if 2 * index + 1 < points.count { absorb(points[2 * index + 1], into: &point) }
      points[index] = point
    }
    points.removeLast(points.count - merged)
    bucketWidth = SimDuration(nanoseconds: bucketWidth.nanoseconds * 2)
    frontier = origin.nanoseconds + UInt64(merged) * UInt64(bucketWidth.nanoseconds)
  }

  private func absorb(_ next: Point, into point: inout Point) {
    if !isOccupied(next) { return }
    if isOccupied(point) {
      point.minimum = min(point.minimum, next.minimum)
      point.maximum = max(point.maximum, next.maximum)
      point.last = next.last
      point.count += next.count
    } else {
      let start = point.start
      point = next
      point.start = start
    }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    interpolation = try container.decode(Interpolation.self, forKey: .interpolation)
    capacity = try container.decode(Int.self, forKey: .capacity)
    origin = try container.decode(SimTime.self, forKey: .origin)
    bucketWidth = try container.decode(SimDuration.self, forKey: .bucketWidth)
    points = try container.decode([Point].self, forKey: .points)
    frontier = try container.decode(UInt64.self, forKey: .frontier)
    guard capacity >= 2, capacity.isMultiple(of: 2), points.count <= capacity,
      bucketWidth > .zero,
      frontier == origin.nanoseconds &+ UInt64(points.count) &* UInt64(bucketWidth.nanoseconds)
    else { throw DecodingError.inconsistent("time series", decoder) }
  }

  /// Size in memory, in bytes.
  package var memoryFootprint: Int {
    MemoryLayout<Self>.size + points.capacity * MemoryLayout<Point>.stride
  }
}
