// SPDX-License-Identifier: Apache-2.0

/// A sum of integers that cannot overflow in practice: 64-bit nanoseconds would, after 292 years,
/// and ten thousand GPUs accumulate that much in eleven days.
package struct ExactSum: Hashable, Sendable, BitwiseCopyable {
  /// The sum.
  package private(set) var value: Int128

  /// A sum that starts at `value`.
  package init(_ value: Int128 = 0) {
    self.value = value
  }

  /// The sum divided by `grain`, correctly rounded twice (to a double, then by the division).
  package func scaled(by grain: Int) -> Double {
    // The conversion from 128 bits takes 0.4 µs, that from 64 bits a single instruction.
    let double = Int64(exactly: value).map(Double.init) ?? Double(value)
    return double / Double(grain)
  }

  static func += (sum: inout ExactSum, term: Int) { sum.value += Int128(term) }
  static func += (sum: inout ExactSum, term: ExactSum) { sum.value += term.value }
  static func - (sum: ExactSum, term: ExactSum) -> ExactSum { ExactSum(sum.value - term.value) }

  /// Adds `level * duration` without rounding; `duration` in nanoseconds.
  mutating func add(_ level: Int, heldFor duration: Int64) {
    value += Int128(level) * Int128(duration)
  }
}

/// Two words, high first: not every coder knows 128-bit integers.
extension ExactSum: Codable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    try container.encode(Int64(truncatingIfNeeded: value >> 64))
    try container.encode(UInt64(truncatingIfNeeded: value))
  }

  package init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    let high = try container.decode(Int64.self)
    let low = try container.decode(UInt64.self)
    value = Int128(high) << 64 | Int128(low)
  }
}
