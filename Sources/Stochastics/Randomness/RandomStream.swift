// SPDX-License-Identifier: Apache-2.0

/// A source of random numbers that belongs to one named component of the model.
///
/// The generator is xoshiro256++ 1.0 (D. Blackman, S. Vigna, "Scrambled linear pseudorandom number
/// generators", ACM TOMS 47(4), 2021): 32 bytes of state, period 2^256 - 1. A stream is a plain
/// value: copying it forks the sequence, storing it lets a run resume with the next draw.
///
/// Every draw uses integers and IEEE basic operations only, so the same stream gives the same bits
/// on every CPU. About 1 ns per integer draw in a release build.
///
/// `usableFromInline` because the compiler (Swift 6.3) inlines an `@inlinable package` member into
/// other modules only if its type has the attribute too.
@frozen
@usableFromInline
package struct RandomStream: Sendable, Hashable, RandomNumberGenerator {
  @usableFromInline var s0: UInt64
  @usableFromInline var s1: UInt64
  @usableFromInline var s2: UInt64
  @usableFromInline var s3: UInt64

  /// A stream that continues from the four words of a state, as `state` returned them.
  ///
  /// - Precondition: not all words are zero, the one state that xoshiro never leaves.
  package init(state: (UInt64, UInt64, UInt64, UInt64)) {
    precondition(
      state.0 | state.1 | state.2 | state.3 != 0, "a random stream's state is never all zero")
    (s0, s1, s2, s3) = state
  }

  /// The four state words, in the order of the published algorithm.
  package var state: (UInt64, UInt64, UInt64, UInt64) {
    (s0, s1, s2, s3)
  }

  /// The next draw, uniform over all 64-bit values.
  @inlinable @inline(__always)
  package mutating func next() -> UInt64 {
    let sum = s0 &+ s3
    let result = ((sum << 23) | (sum >> 41)) &+ s0
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = (s3 << 45) | (s3 >> 19)
    return result
  }

  /// A uniform draw from [0, 1): a multiple of 2^-53, zero included.
  @inlinable
  package mutating func nextUnit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A uniform draw from the open interval (0, 1): an odd multiple of 2^-53, so that neither end
  /// can come and the values are symmetric about one half.
  @inlinable
  package mutating func nextOpenUnit() -> Double {
    (Double(next() >> 12) + 0.5) * 0x1p-52
  }

  /// A uniform draw from 0, 1, ..., `bound` - 1, without bias.
  ///
  /// Source: D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019.
  /// One multiplication as a rule; a division only with probability `bound` / 2^64.
  ///
  /// - Precondition: `bound` is above zero.
  @inlinable
  package mutating func below(_ bound: UInt64) -> UInt64 {
    precondition(bound > 0, "no integer is below zero")
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      // The `surplus` lowest fractions of each interval would make some results likelier.
      let surplus = (0 &- bound) % bound
      while product.low < surplus {
        product = next().multipliedFullWidth(by: bound)
      }
    }
    return product.high
  }
}
