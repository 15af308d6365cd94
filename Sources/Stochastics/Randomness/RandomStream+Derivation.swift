// SPDX-License-Identifier: Apache-2.0

extension RandomStream {
  /// The stream of the component `name` in the run seeded with `seed`.
  ///
  /// The state is a documented function of the two, the same on every platform and in every
  /// release: `h` is the FNV-1a hash (64 bit) of the name's UTF-8 bytes, `k` is
  /// `scramble(seed + increment)` and the four state words are the first four draws of
  /// `SplitMix64(seed: scramble(h ^ k))`. For one seed, two names share a stream only if their
  /// hashes collide; for one name, no two seeds share one. The four draws of one SplitMix64 differ
  /// from each other, so the state is never all zero.
  ///
  /// A component keeps its stream when others are added or removed: this is what makes two
  /// configurations comparable under the same seed.
  package init(seed: UInt64, name: String) {
    self.init(origin: Self.origin(seed: seed, name: name))
  }

  /// The stream of the member `index` of the component `name`, for example of one node.
  ///
  /// As `init(seed:name:)`, with SplitMix64 seeded by
  /// `scramble(scramble(h ^ k) + increment * (index + 1))`; different members of one component
  /// never share a stream, and no text is built per member.
  package init(seed: UInt64, name: String, index: UInt64) {
    let origin = Self.origin(seed: seed, name: name)
    let offset = SplitMix64.increment &* (index &+ 1)
    self.init(origin: SplitMix64.scramble(origin &+ offset))
  }

  private static func origin(seed: UInt64, name: String) -> UInt64 {
    let key = SplitMix64.scramble(seed &+ SplitMix64.increment)
    return SplitMix64.scramble(fnv1a(name) ^ key)
  }

  private init(origin: UInt64) {
    var filler = SplitMix64(seed: origin)
    self.init(state: (filler.next(), filler.next(), filler.next(), filler.next()))
  }

  /// FNV-1a, 64 bit, over the UTF-8 bytes of `text` (G. Fowler, L. C. Noll, K.-P. Vo; RFC 9923).
  package static func fnv1a(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    return hash
  }
}
