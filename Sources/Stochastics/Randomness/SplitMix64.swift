// SPDX-License-Identifier: Apache-2.0

/// A 64-bit counter whose every step is scrambled: the generator that fills the states of others.
///
/// Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA
/// 2014, with the output function (variant 13) and increment published by S. Vigna. The counter
/// takes every 64-bit value once and the scrambling is one-to-one, so within one period of 2^64
/// draws no value comes twice.
package struct SplitMix64: Sendable, RandomNumberGenerator {
  /// The odd integer next to 2^64 divided by the golden ratio.
  package static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  private var counter: UInt64

  /// A generator whose first draw is `scramble(seed + increment)`.
  package init(seed: UInt64) {
    counter = seed
  }

  /// The next draw, uniform over all 64-bit values.
  package mutating func next() -> UInt64 {
    counter &+= Self.increment
    return Self.scramble(counter)
  }

  /// A one-to-one map of the 64-bit integers in which every input bit flips about half of the
  /// output bits. It maps zero to zero.
  package static func scramble(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
