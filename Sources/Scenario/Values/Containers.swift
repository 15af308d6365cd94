// SPDX-License-Identifier: Apache-2.0

/// A value that may be absent. An explicit `null` also means absent.
extension Optional: KnobValue where Wrapped: KnobValue {
  package static var kind: KnobKind { .optional(Wrapped.kind) }
  package static var placeholder: Wrapped? { nil }
  package var rendered: String { self?.rendered ?? "null" }

  package static var customaryLimits: KnobLimits<Wrapped?>? {
    Wrapped.customaryLimits?.lifted { $0.map { [$0] } ?? [] }
  }

  package static func read(
    _ node: ScenarioNode, in context: ValueContext
  ) throws(ValueProblem) -> Wrapped? {
    if node.isNull { return .none }
    return try Wrapped.read(node, in: context)
  }

  package static func suspicion(
    about node: ScenarioNode, usual: Wrapped??
  ) -> Diagnostic.Problem? {
    Wrapped.suspicion(about: node, usual: usual ?? nil)
  }
}

/// A list of values: `[a, b]`, or one a line.
extension Array: KnobValue where Element: KnobValue {
  package static var kind: KnobKind { .list(Element.kind) }
  package static var placeholder: [Element] { [] }
  package var rendered: String { "[" + map(\.rendered).joined(separator: ", ") + "]" }

  package static var customaryLimits: KnobLimits<[Element]>? {
    Element.customaryLimits?.lifted { $0 }
  }

  package static func read(
    _ node: ScenarioNode, in context: ValueContext
  ) throws(ValueProblem) -> [Element] {
    guard case .list(let members) = node.content else {
      throw ValueProblem(.wrongShape(found: node.shapeName, kind: kind))
    }
    var values: [Element] = []
    values.reserveCapacity(members.count)
    for member in members {
      do {
        values.append(try Element.read(member, in: context))
      } catch {
        throw ValueProblem(error.fault, at: error.location ?? member.location)
      }
    }
    return values
  }
}

/// Free keys with a value each, in file order: labels, node selectors, weights by name.
package struct KeyedValues<Value: KnobValue>: Sendable {
  package let pairs: [(key: String, value: Value)]

  package init(_ pairs: [(key: String, value: Value)] = []) {
    self.pairs = pairs
  }

  /// The value of `key`, if there is one. Cost: linear.
  package subscript(key: String) -> Value? {
    pairs.first { $0.key == key }?.value
  }
}

extension KeyedValues: Equatable where Value: Equatable {
  package static func == (lhs: KeyedValues, rhs: KeyedValues) -> Bool {
    lhs.pairs.elementsEqual(rhs.pairs) { $0.key == $1.key && $0.value == $1.value }
  }
}

extension KeyedValues: KnobValue {
  package static var kind: KnobKind { .mapping(Value.kind) }
  package static var placeholder: KeyedValues { KeyedValues() }

  package static var customaryLimits: KnobLimits<KeyedValues>? {
    Value.customaryLimits?.lifted { $0.pairs.map(\.value) }
  }

  package var rendered: String {
    "{" + pairs.map { "\($0.key.quotedForYAML): \($0.value.rendered)" }.joined(separator: ", ")
      + "}"
  }

  package static func read(
    _ node: ScenarioNode, in context: ValueContext
  ) throws(ValueProblem) -> KeyedValues {
    guard let entries = node.entries else {
      throw ValueProblem(.wrongShape(found: node.shapeName, kind: kind))
    }
    var pairs: [(key: String, value: Value)] = []
    for entry in entries {
      do {
        pairs.append((entry.key, try Value.read(entry.value, in: context)))
      } catch {
        throw ValueProblem(error.fault, at: error.location ?? entry.value.location)
      }
    }
    return KeyedValues(pairs)
  }
}
