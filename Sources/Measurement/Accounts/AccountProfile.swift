// SPDX-License-Identifier: Apache-2.0
internal import DiscreteEvents

/// All closed accounts of a class in bounded memory: per latency bucket their number and the sum of
/// their vectors, and the slowest ones whole. Profiles of several runs can be merged.
///
/// A bucket is 6 % wide (`LatencyScale`) and takes memory, 16 bytes a column, once it is hit; the
/// sums are exact integers, so nothing is lost and the order of merging does not matter.
package struct AccountProfile: Sendable, Codable, Equatable {
  /// Accounts of one latency bucket.
  struct Bucket: Sendable, Codable, Equatable {
    var count = 0
    var latency = ExactSum()
  }

  /// Name of the class.
  package let name: String
  /// The columns of its accounts.
  package let layout: AccountLayout
  /// Accounts closed.
  package private(set) var count = 0
  /// Accounts given up before they were closed; they are in no bucket.
  package private(set) var abandoned = 0
  /// Accounts to which more was charged than time had passed: a mistake in the model, which shows as
  /// negative unaccounted time.
  package private(set) var overcharged = 0
  /// Runs merged in it.
  package private(set) var runs = 1
  private var slowestAccounts: SlowestAccounts
  /// Row of each latency bucket in `buckets`, or -1 as long as it is empty.
  private var rows: [Int32]
  private var buckets: [Bucket] = []
  /// Summed vectors, one row of `layout.width` after the other.
  private var sums: [ExactSum] = []

  init(name: String, layout: AccountLayout, keeping slowest: Int) {
    self.name = name
    self.layout = layout
    slowestAccounts = SlowestAccounts(capacity: slowest, width: layout.width)
    rows = Array(repeating: -1, count: LatencyScale.bucketCount)
  }

  /// The slowest accounts, slowest first; of equal latencies the one closed first.
  package var slowest: [KeptAccount] { slowestAccounts.accounts }

  /// Exact sum of all latencies, in nanoseconds.
  package var totalLatency: ExactSum {
    buckets.reduce(into: ExactSum()) { $0 += $1.latency }
  }

  /// Exact sum of what was charged for a resource of the layout, in nanoseconds.
  package func total(_ resource: Int, _ phase: AccountPhase) -> ExactSum {
    let column = layout.column(resource, phase)
    return buckets.indices.reduce(into: ExactSum()) { $0 += sums[$1 * layout.width + column] }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    layout = try container.decode(AccountLayout.self, forKey: .layout)
    count = try container.decode(Int.self, forKey: .count)
    abandoned = try container.decode(Int.self, forKey: .abandoned)
    overcharged = try container.decode(Int.self, forKey: .overcharged)
    runs = try container.decode(Int.self, forKey: .runs)
    slowestAccounts = try container.decode(SlowestAccounts.self, forKey: .slowestAccounts)
    rows = try container.decode([Int32].self, forKey: .rows)
    buckets = try container.decode([Bucket].self, forKey: .buckets)
    sums = try container.decode([ExactSum].self, forKey: .sums)
    guard rows.count == LatencyScale.bucketCount, sums.count == buckets.count * layout.width,
      rows.allSatisfy({ $0 == -1 || buckets.indices.contains(Int($0)) }),
      slowestAccounts.width == layout.width, buckets.map(\.count).reduce(0, +) == count
    else { throw DecodingError.inconsistent("profile of '\(name)'", decoder) }
  }

  // MARK: Recording

  mutating func add(
    _ parts: ArraySlice<Int64>, latency: Int64, subject: UInt64, opened: SimTime
  ) {
    let row = row(of: LatencyScale.bucket(of: latency))
    buckets[row].count += 1
    buckets[row].latency += Int(latency)
    let base = row * layout.width
    var charged: Int64 = 0
    var totals = sums.mutableSpan  // one check for uniqueness instead of one a column
    for (column, part) in parts.enumerated() where part != 0 {
      totals[base + column] += Int(part)
      charged += part
    }
    if charged > latency { overcharged += 1 }
    slowestAccounts.offer(
      latency: latency, order: count, subject: subject, opened: opened, parts: parts)
    count += 1
  }

  mutating func noteAbandoned() { abandoned += 1 }

  mutating func reset() {
    count = 0
    abandoned = 0
    overcharged = 0
    slowestAccounts.reset()
    for bucket in rows.indices { rows[bucket] = -1 }
    buckets.removeAll(keepingCapacity: true)
    sums.removeAll(keepingCapacity: true)
  }

  /// Adds the accounts of another run of the same class; they count as closed later.
  package mutating func merge(_ other: AccountProfile) {
    precondition(
      name == other.name && layout == other.layout, "only profiles of one class can be merged")
    for (bucket, otherRow) in other.rows.enumerated() where otherRow >= 0 {
      let row = row(of: bucket)
      let theirs = other.buckets[Int(otherRow)]
      buckets[row].count += theirs.count
      buckets[row].latency += theirs.latency
      for column in 0..<layout.width {
        sums[row * layout.width + column] += other.sums[Int(otherRow) * layout.width + column]
      }
    }
    slowestAccounts.merge(other.slowestAccounts, orderOffset: count, runOffset: runs)
    count += other.count
    abandoned += other.abandoned
    overcharged += other.overcharged
    runs += other.runs
  }

  private mutating func row(of bucket: Int) -> Int {
    if rows[bucket] < 0 {
      rows[bucket] = Int32(buckets.count)
      buckets.append(Bucket())
      sums.append(contentsOf: repeatElement(ExactSum(), count: layout.width))
    }
    return Int(rows[bucket])
  }

  // MARK: Reading

  /// The occupied buckets in ascending order of latency: bucket, content, summed vector.
  var ascending: [(bucket: Int, content: Bucket, sums: ArraySlice<ExactSum>)] {
    rows.enumerated().compactMap { bucket, row in
      guard row >= 0 else { return nil }
      let base = Int(row) * layout.width
      return (bucket, buckets[Int(row)], sums[base..<base + layout.width])
    }
  }

  /// Size in memory, in bytes; texts are left out.
  package var memoryFootprint: Int {
    MemoryLayout<Self>.size + rows.capacity * MemoryLayout<Int32>.stride
      + buckets.capacity * MemoryLayout<Bucket>.stride
      + sums.capacity * MemoryLayout<ExactSum>.stride + slowestAccounts.memoryFootprint
  }
}
