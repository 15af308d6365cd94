// SPDX-License-Identifier: Apache-2.0

/// A first-in-first-out queue in an array that is used in a circle and grows by doubling.
@frozen
@usableFromInline
struct RingBuffer<Element> {
  /// A power of two elements, or none; what lies outside the used part is a stale copy.
  @usableFromInline var storage: [Element]
  @usableFromInline var head: Int
  @usableFromInline var count: Int

  @inlinable
  init() {
    storage = []
    head = 0
    count = 0
  }

  @inlinable var isEmpty: Bool { count == 0 }

  @inlinable var first: Element? { count == 0 ? nil : storage[head] }

  @inlinable
  subscript(offset: Int) -> Element { storage[(head &+ offset) & (storage.count &- 1)] }

  @inlinable
  mutating func append(_ element: Element) {
    if count == storage.count { grow(with: element) }
    storage[(head &+ count) & (storage.count &- 1)] = element
    count &+= 1
  }

  /// Removes the oldest element; there must be one.
  @inlinable
  mutating func removeFirst() -> Element {
    let element = storage[head]
    head = (head &+ 1) & (storage.count &- 1)
    count &-= 1
    return element
  }

  @inlinable @inline(never)
  mutating func grow(with filler: Element) {
    var larger: [Element] = []
    larger.reserveCapacity(Swift.max(8, count * 2))
    for offset in 0..<count { larger.append(self[offset]) }
    while larger.count < Swift.max(8, count * 2) { larger.append(filler) }
    storage = larger
    head = 0
  }
}

extension RingBuffer: Sendable where Element: Sendable {}

extension RingBuffer: Encodable where Element: Encodable {
  @usableFromInline
  func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    for offset in 0..<count { try container.encode(self[offset]) }
  }
}

extension RingBuffer: Decodable where Element: Decodable {
  @usableFromInline
  init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    self.init()
    while !container.isAtEnd { append(try container.decode(Element.self)) }
  }
}
