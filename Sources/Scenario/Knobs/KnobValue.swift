// SPDX-License-Identifier: Apache-2.0

/// A type of value that a knob may have.
package protocol KnobValue: Sendable {
  /// What is accepted, for the schema, the reference and error messages.
  static var kind: KnobKind { get }

  /// The range that applies when a knob declares none. Nil: every value is fine.
  static var customaryLimits: KnobLimits<Self>? { get }

  /// A harmless value with which reading goes on after an error.
  static var placeholder: Self { get }

  /// Reads the value of a node.
  static func read(_ node: ScenarioNode, in context: ValueContext) throws(ValueProblem) -> Self

  /// What is odd, though legal, about how a value was written, given the knob's usual value.
  static func suspicion(about node: ScenarioNode, usual: Self?) -> Diagnostic.Problem?

  /// The value as a scenario would state it. Reading it gives the same value back.
  var rendered: String { get }
}

extension KnobValue {
  package static var customaryLimits: KnobLimits<Self>? { nil }

  package static func suspicion(about node: ScenarioNode, usual: Self?) -> Diagnostic.Problem? {
    nil
  }
}

/// The names a reference may have, in file order, and for looking up.
struct ReferenceNames: Sendable {
  let names: [String]
  let set: Set<String>

  init(_ names: [String]) {
    self.names = names
    set = Set(names)
  }
}

/// What reading a value may look at beside the node itself.
package struct ValueContext: Sendable {
  /// What a reference may point at; nil for a name that is not checked.
  let target: ReferenceTarget?
  /// The names that the target has in this scenario.
  let known: ReferenceNames?
}

/// A knob value that is written as one scalar.
package protocol ScalarKnobValue: KnobValue {
  /// Parses the text of a scalar. Never traps; the text may be anything.
  init(parsing text: String) throws(ValueProblem)
}

extension ScalarKnobValue {
  package static func read(
    _ node: ScenarioNode, in context: ValueContext
  ) throws(ValueProblem) -> Self {
    guard case .scalar(let text, _) = node.content else {
      throw ValueProblem(.wrongShape(found: node.shapeName, kind: kind))
    }
    return try Self(parsing: text)
  }
}

/// The closed range a knob's value must lie in.
package struct KnobLimits<Value>: Sendable {
  /// Whether a value is inside.
  let contains: @Sendable (Value) -> Bool
  /// The bounds as a scenario would state them.
  let low: String
  let high: String
  /// Whether the bounds say something a reader of the reference wants to know.
  let isDeclared: Bool

  /// Lifts the limits of an element to a container of elements.
  func lifted<Container>(
    _ elements: @escaping @Sendable (Container) -> [Value]
  ) -> KnobLimits<Container> where Value: Sendable {
    let inside = contains
    return KnobLimits<Container>(
      contains: { elements($0).allSatisfy(inside) }, low: low, high: high, isDeclared: isDeclared)
  }
}

extension KnobLimits where Value: KnobValue & Comparable {
  init(_ range: ClosedRange<Value>, isDeclared: Bool = true) {
    self.init(
      contains: { range.contains($0) }, low: range.lowerBound.rendered,
      high: range.upperBound.rendered, isDeclared: isDeclared)
  }
}
