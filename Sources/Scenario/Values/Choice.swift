// SPDX-License-Identifier: Apache-2.0

/// A closed set of words: declare an `enum X: String, KnobChoice` with the real spellings.
package protocol KnobChoice: KnobValue, RawRepresentable, CaseIterable, Hashable
where RawValue == String {}

extension KnobChoice {
  package static var kind: KnobKind { .choice(allCases.map(\.rawValue)) }
  package var rendered: String { rawValue.quotedForYAML }

  package static var placeholder: Self {
    guard let first = allCases.first else { preconditionFailure("\(Self.self) has no cases") }
    return first
  }

  package static func read(
    _ node: ScenarioNode, in context: ValueContext
  ) throws(ValueProblem) -> Self {
    guard case .scalar(let text, _) = node.content else {
      throw ValueProblem(.wrongShape(found: node.shapeName, kind: kind))
    }
    guard let choice = Self(rawValue: text) else {
      let choices = allCases.map(\.rawValue)
      throw ValueProblem(
        .unknownChoice(
          found: text, nearest: NearestName.of(text, among: choices), choices: choices))
    }
    return choice
  }
}
