// SPDX-License-Identifier: Apache-2.0

extension RandomStream: Codable {
  /// Reads the four state words from a list of four unsigned integers.
  ///
  /// - Throws: `DecodingError` when a word is missing or all four are zero.
  @usableFromInline
  package init(from decoder: any Decoder) throws {
    var words = try decoder.unkeyedContainer()
    let state = (
      try words.decode(UInt64.self), try words.decode(UInt64.self),
      try words.decode(UInt64.self), try words.decode(UInt64.self)
    )
    guard state.0 | state.1 | state.2 | state.3 != 0 else {
      throw DecodingError.dataCorruptedError(
        in: words, debugDescription: "a random stream's state is never all zero")
    }
    self.init(state: state)
  }

  /// Writes the four state words as a list.
  @usableFromInline
  package func encode(to encoder: any Encoder) throws {
    var words = encoder.unkeyedContainer()
    for word in [s0, s1, s2, s3] {
      try words.encode(word)
    }
  }
}
