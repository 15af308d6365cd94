// SPDX-License-Identifier: Apache-2.0

extension DecodingError {
  /// A saved state whose parts contradict each other: it was damaged or edited, and going on with it
  /// would stop the program later, far from the cause.
  static func inconsistent(_ what: String, _ decoder: any Decoder) -> DecodingError {
    .dataCorrupted(
      Context(
        codingPath: decoder.codingPath,
        debugDescription: "the saved \(what) contradicts itself: damaged or edited"))
  }
}
