// SPDX-License-Identifier: Apache-2.0

/// Reproducible data for the tests (Steele, Lea and Flood 2014).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number whose size is spread evenly over the powers of two below `2^bits`.
  mutating func spread(bits: Int) -> Int64 {
    Int64(bitPattern: next() >> 1) >> Int64.random(in: Int64(63 - bits)...62, using: &self)
  }
}
