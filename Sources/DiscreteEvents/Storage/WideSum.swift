// SPDX-License-Identifier: Apache-2.0

/// A sum of nanoseconds in 128 bits: what many customers wait for long exceeds 64 bits (585 years).
///
/// Stored as two 64-bit numbers, because not every encoder knows wider ones.
@frozen
@usableFromInline
struct WideSum: Hashable, Sendable, BitwiseCopyable {
  @usableFromInline var value: UInt128

  @inlinable
  init(_ value: UInt128 = 0) {
    self.value = value
  }

  @inlinable
  mutating func add(_ duration: SimDuration) {
    value &+= UInt128(truncatingIfNeeded: duration.nanoseconds)
  }
}

extension WideSum: Codable {
  @usableFromInline
  func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    try container.encode(UInt64(truncatingIfNeeded: value >> 64))
    try container.encode(UInt64(truncatingIfNeeded: value))
  }

  @usableFromInline
  init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    let high = try container.decode(UInt64.self)
    let low = try container.decode(UInt64.self)
    value = UInt128(high) << 64 | UInt128(low)
  }
}
