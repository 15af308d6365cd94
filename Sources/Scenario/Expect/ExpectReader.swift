// SPDX-License-Identifier: Apache-2.0

/// The names an expectation may use.
struct ExpectVocabulary: Sendable {
  let metrics: MetricCatalogue
  /// Without the base.
  let variants: [String]
  /// Paths of the sweep's axes.
  let sweep: [String]
}

/// Turns the members of `expect` into expectations.
struct ExpectReader {
  let vocabulary: ExpectVocabulary
  let session: ReadingSession

  func read(_ declarations: [ExpectDeclaration]) -> [Expectation] {
    []
  }
}
