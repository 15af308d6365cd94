// SPDX-License-Identifier: Apache-2.0
internal import DiscreteEvents

/// The slowest accounts of a class, whole: a min-heap by latency, whose weakest gives way. Of equal
/// latencies the one closed earlier stays.
struct SlowestAccounts: Sendable, Codable, Equatable {
  private struct Entry: Sendable, Codable, Equatable {
    var latency: Int64
    var order: Int
    var run: Int
    var subject: UInt64
    var opened: SimTime
    /// Which row of `vectors` holds its parts.
    var row: Int

    func isWeaker(than other: Entry) -> Bool {
      latency < other.latency || (latency == other.latency && order > other.order)
    }
  }

  let capacity: Int
  let width: Int
  private var heap: [Entry] = []
  private var vectors: [Int64] = []

  init(capacity: Int, width: Int) {
    self.capacity = capacity
    self.width = width
    heap.reserveCapacity(capacity)
    vectors.reserveCapacity(capacity * width)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    capacity = try container.decode(Int.self, forKey: .capacity)
    width = try container.decode(Int.self, forKey: .width)
    heap = try container.decode([Entry].self, forKey: .heap)
    vectors = try container.decode([Int64].self, forKey: .vectors)
    guard heap.count <= capacity, width >= 0, vectors.count == heap.count * width,
      heap.allSatisfy({ heap.indices.contains($0.row) })
    else { throw DecodingError.inconsistent("list of slowest accounts", decoder) }
  }

  /// Offers an account; O(log capacity), does not allocate.
  mutating func offer(
    latency: Int64, order: Int, run: Int = 0, subject: UInt64, opened: SimTime,
    parts: ArraySlice<Int64>
  ) {
    var entry = Entry(
      latency: latency, order: order, run: run, subject: subject, opened: opened, row: heap.count)
    if heap.count < capacity {
      vectors.append(contentsOf: parts)
      heap.append(entry)
      siftUp(heap.count - 1)
    } else if let weakest = heap.first, weakest.isWeaker(than: entry) {
      entry.row = weakest.row
      for column in 0..<width {
        vectors[entry.row * width + column] = parts[parts.startIndex + column]
      }
      heap[0] = entry
      siftDown(0)
    }
  }

  /// Offers all of `other`, whose accounts are taken to have been closed after those seen here.
  mutating func merge(_ other: SlowestAccounts, orderOffset: Int, runOffset: Int) {
    for entry in other.heap {
      offer(
        latency: entry.latency, order: entry.order + orderOffset, run: entry.run + runOffset,
        subject: entry.subject, opened: entry.opened, parts: other.parts(of: entry))
    }
  }

  mutating func reset() {
    heap.removeAll(keepingCapacity: true)
    vectors.removeAll(keepingCapacity: true)
  }

  /// The accounts, slowest first.
  var accounts: [KeptAccount] {
    heap.sorted { $1.isWeaker(than: $0) }.map { entry in
      KeptAccount(
        subject: entry.subject, run: entry.run, opened: entry.opened,
        latency: SimDuration(nanoseconds: entry.latency),
        parts: parts(of: entry).map { SimDuration(nanoseconds: $0) })
    }
  }

  var memoryFootprint: Int {
    MemoryLayout<Self>.size + heap.capacity * MemoryLayout<Entry>.stride
      + vectors.capacity * MemoryLayout<Int64>.stride
  }

  private func parts(of entry: Entry) -> ArraySlice<Int64> {
    vectors[entry.row * width..<(entry.row + 1) * width]
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      if !heap[child].isWeaker(than: heap[parent]) { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown(_ start: Int) {
    var parent = start
    while 2 * parent + 1 < heap.count {
      var child = 2 * parent + 1
      if child + 1 < heap.count && heap[child + 1].isWeaker(than: heap[child]) { child += 1 }
      if !heap[child].isWeaker(than: heap[parent]) { return }
      heap.swapAt(child, parent)
      parent = child
    }
  }
}
