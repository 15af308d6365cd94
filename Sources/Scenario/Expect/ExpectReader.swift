// SPDX-License-Identifier: Apache-2.0

/// The names an expectation may use.
struct ExpectVocabulary: Sendable {
  let metrics: MetricCatalogue
  /// Without the base.
  let variants: [String]
  let sweep: [SweepAxis]
}

/// Turns the members of `expect` into expectations.
struct ExpectReader {
  let vocabulary: ExpectVocabulary
  let session: ReadingSession

  func read(_ declarations: [ExpectDeclaration]) -> [Expectation] {
    var seen: Set<String> = []
    return declarations.compactMap { declaration in
      if !declaration.id.isEmpty, !seen.insert(declaration.id).inserted {
        report(.duplicateID(declaration.id), at: declaration.place(of: "id"))
      }
      let known = [Variant.base] + vocabulary.variants
      for name in declaration.variants where !known.contains(name) {
        session.report(
          .unknownVariant(name, nearest: NearestName.of(name, among: known), known: known),
          at: declaration.place(of: "variants"))
      }
      // A missing 'that' was reported already.
      guard let node = declaration.that, case .scalar(let text, _) = node.content, !text.isEmpty
      else { return nil }
      let tolerance = declaration.within.flatMap { self.tolerance($0, of: declaration) }
      var parser = ExpectParser(
        text, class: declaration.toleranceClass, tolerance: tolerance, vocabulary: vocabulary)
      let expression = parser.parse()
      for problem in parser.problems {
        report(problem.fault, at: Self.place(problem.offset, in: text, of: node))
      }
      return expression.map { declaration.expectation(that: $0, text: text) }
    }
  }

  private func tolerance(_ text: String, of declaration: ExpectDeclaration) -> Tolerance? {
    var parser = ExpectParser(text, class: declaration.toleranceClass, vocabulary: vocabulary)
    let tolerance = parser.parseTolerance()
    if let tolerance { parser.check(tolerance, at: 0) }
    for problem in parser.problems { report(problem.fault, at: declaration.place(of: "within")) }
    return tolerance
  }

  private func report(_ fault: ExpectFault, at location: SourceLocation) {
    session.report(.expectation(fault), at: location)
  }

  /// The place of a letter of a scalar. Only in a text of one line does the column count.
  private static func place(
    _ offset: Int, in text: String, of node: ScenarioNode
  ) -> SourceLocation {
    guard case .scalar(_, let quoted) = node.content, !text.contains(where: \.isNewline) else {
      return node.location
    }
    return node.location.advanced(by: offset + (quoted ? 1 : 0))
  }
}

extension ExpectDeclaration {
  fileprivate func place(of member: String) -> SourceLocation { places[member] ?? location }

  fileprivate func expectation(that: ExpectExpression, text: String) -> Expectation {
    Expectation(
      id: id, experiment: experiment, that: that, text: text, published: published,
      toleranceClass: toleranceClass, because: because,
      variants: variants.isEmpty ? [Variant.base] : variants,
      isFitted: fitted != nil && fitted != "false",
      fittedBecause: fitted.flatMap { $0 == "true" || $0 == "false" ? nil : $0 },
      location: location)
  }
}
