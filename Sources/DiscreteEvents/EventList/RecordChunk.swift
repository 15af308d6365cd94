// SPDX-License-Identifier: Apache-2.0

/// A block of up to 32 records with a link to the next block: what the slots of an ``EventQueue``
/// are made of.
///
/// Records are only appended and read in order, so the hardware fetches them ahead; that is where
/// the event list gets its speed once it is larger than the caches.
@frozen
@usableFromInline
struct RecordChunk<Payload: BitwiseCopyable>: BitwiseCopyable {
  @usableFromInline typealias Record = EventRecord<Payload>

  @frozen
  @usableFromInline
  struct Header: BitwiseCopyable {
    @usableFromInline var next: UnsafeMutableRawPointer?
    @usableFromInline var count: Int

    @inlinable
    init(next: UnsafeMutableRawPointer?, count: Int) {
      self.next = next
      self.count = count
    }
  }

  /// Records in a chunk. 32 records of 32 bytes are 16 cache lines.
  @inlinable static var capacity: Int { 32 }
  /// A cache line, so that the records start on one.
  @inlinable static var headerSize: Int { 64 }
  @inlinable static var byteCount: Int {
    (headerSize + capacity * MemoryLayout<Record>.stride + 63) & ~63
  }

  @usableFromInline let address: UnsafeMutableRawPointer

  @inlinable
  init(_ address: UnsafeMutableRawPointer) {
    self.address = address
  }

  @inlinable var header: UnsafeMutablePointer<Header> {
    address.assumingMemoryBound(to: Header.self)
  }

  @inlinable var records: UnsafeMutablePointer<Record> {
    (address + Self.headerSize).assumingMemoryBound(to: Record.self)
  }

  @inlinable var count: Int {
    get { header.pointee.count }
    nonmutating set { header.pointee.count = newValue }
  }

  @inlinable var next: RecordChunk? {
    get { header.pointee.next.map { RecordChunk($0) } }
    nonmutating set { header.pointee.next = newValue?.address }
  }
}

/// Hands out chunks and takes them back; what was returned last is handed out first, while it is
/// still in the cache. Memory is only asked for when more chunks are in use than ever before.
@frozen
@usableFromInline
struct ChunkPool<Payload: BitwiseCopyable>: ~Copyable {
  @usableFromInline typealias Chunk = RecordChunk<Payload>

  @usableFromInline var free: UnsafeMutableRawPointer?
  /// The blocks of memory asked for so far, linked through their first word.
  @usableFromInline var slabs: UnsafeMutableRawPointer?
  @usableFromInline var chunkCount: Int

  @inlinable
  init() {
    free = nil
    slabs = nil
    chunkCount = 0
  }

  @inlinable
  deinit {
    var slab = slabs
    while let address = slab {
      slab = address.load(as: UnsafeMutableRawPointer?.self)
      address.deallocate()
    }
  }

  @inlinable
  mutating func take() -> Chunk {
    if free == nil { grow() }
    let chunk = Chunk(free.unsafelyUnwrapped)
    free = chunk.header.pointee.next
    return chunk
  }

  @inlinable
  mutating func release(_ chunk: Chunk) {
    chunk.header.pointee.next = free
    free = chunk.address
  }

  /// Doubles the number of chunks, 1,024 at most at a time.
  @inlinable @inline(never)
  mutating func grow() {
    let count = Swift.min(Swift.max(chunkCount, 16), 1_024)
    let slab = UnsafeMutableRawPointer.allocate(
      byteCount: 64 + count * Chunk.byteCount, alignment: 64)
    slab.initializeMemory(as: UnsafeMutableRawPointer?.self, to: slabs)
    slabs = slab
    for index in (0..<count).reversed() {
      let address = slab + 64 + index * Chunk.byteCount
      address.initializeMemory(as: Chunk.Header.self, to: Chunk.Header(next: free, count: 0))
      free = address
    }
    chunkCount += count
  }
}
