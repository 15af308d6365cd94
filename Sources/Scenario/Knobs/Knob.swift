// SPDX-License-Identifier: Apache-2.0

/// One thing a scenario can turn, declared once, in the configuration type of the part that obeys
/// it.
///
/// Reading, validation, the JSON Schema, the reference page and the "had no influence" report are
/// all made from this declaration.
///
///     static let quotaBackendBytes = Knob(
///       "quota-backend-bytes", default: ByteCount(gibibytes: 2),
///       in: ByteCount(mebibytes: 1)...ByteCount(gibibytes: 100),
///       help: "Size at which etcd raises the no-space alarm.",
///       source: "etcd --quota-backend-bytes")
package struct Knob<Value: KnobValue>: Sendable {
  /// The real flag, field or sysctl, spelled as it is there.
  package let name: String
  /// The value when nobody states one; nil for a required knob.
  package let defaultValue: Value?
  /// One sentence: what turning it does.
  package let help: String
  /// Where the default comes from: flag documentation, paper, measurement.
  package let source: String
  /// The accepted range, if there is one.
  let limits: KnobLimits<Value>?
  /// Where a reference points to; nil for everything else.
  let target: ReferenceTarget?

  init(
    name: String, defaultValue: Value?, limits: KnobLimits<Value>?, target: ReferenceTarget? = nil,
    help: String, source: String
  ) {
    self.name = name
    self.defaultValue = defaultValue
    self.help = help
    self.source = source
    self.limits = limits
    self.target = target
  }

  /// A knob with the customary range of its type (counts, sizes, rates and durations are never
  /// negative; see `KnobValue.customaryLimits`).
  package init(_ name: String, default value: Value, help: String, source: String) {
    self.init(
      name: name, defaultValue: value, limits: Value.customaryLimits, help: help, source: source)
  }

  /// A knob that every scenario has to state.
  package init(required name: String, help: String, source: String = "stated by the scenario") {
    self.init(
      name: name, defaultValue: nil, limits: Value.customaryLimits, help: help, source: source)
  }

  /// A knob that may be absent; the part then behaves as `help` says.
  package init<Wrapped: KnobValue>(
    optional name: String, help: String, source: String
  ) where Value == Wrapped? {
    self.init(
      name: name, defaultValue: .some(nil), limits: Value.customaryLimits, help: help,
      source: source)
  }
}

extension Knob where Value: Comparable {
  /// A knob whose value lies in `range`.
  package init(
    _ name: String, default value: Value, in range: ClosedRange<Value>, help: String,
    source: String
  ) {
    precondition(range.contains(value), "the default of '\(name)' lies outside its own range")
    self.init(
      name: name, defaultValue: value, limits: KnobLimits(range), help: help, source: source)
  }

  /// A required knob whose value lies in `range`.
  package init(
    required name: String, in range: ClosedRange<Value>, help: String,
    source: String = "stated by the scenario"
  ) {
    self.init(name: name, defaultValue: nil, limits: KnobLimits(range), help: help, source: source)
  }
}

extension Knob {
  /// A knob that may be absent and otherwise lies in `range`.
  package init<Wrapped: KnobValue & Comparable>(
    optional name: String, in range: ClosedRange<Wrapped>, help: String, source: String
  ) where Value == Wrapped? {
    self.init(
      name: name, defaultValue: .some(nil),
      limits: KnobLimits<Wrapped>(range).lifted { $0.map { [$0] } ?? [] },
      help: help, source: source)
  }

  /// A list whose every element lies in `range`.
  package init<Element: KnobValue & Comparable>(
    _ name: String, default value: [Element], each range: ClosedRange<Element>, help: String,
    source: String
  ) where Value == [Element] {
    self.init(
      name: name, defaultValue: value, limits: KnobLimits<Element>(range).lifted { $0 },
      help: help, source: source)
  }
}

extension Knob where Value == Reference {
  /// A required name of an entry of a named map or list elsewhere in the scenario.
  package init(required name: String, to target: ReferenceTarget, help: String) {
    self.init(
      name: name, defaultValue: nil, limits: nil, target: target, help: help,
      source: "stated by the scenario")
  }

  /// A name of an entry of a named map or list elsewhere in the scenario. The default is checked
  /// like a stated value.
  package init(
    _ name: String, default value: Reference, to target: ReferenceTarget, help: String,
    source: String
  ) {
    self.init(
      name: name, defaultValue: value, limits: nil, target: target, help: help, source: source)
  }
}

extension Knob where Value == Reference? {
  /// A name of an entry of a named map or list, or nothing.
  package init(optional name: String, to target: ReferenceTarget, help: String, source: String) {
    self.init(
      name: name, defaultValue: .some(nil), limits: nil, target: target, help: help,
      source: source)
  }
}

extension Knob where Value == [Reference] {
  /// Names of entries of a named map or list.
  package init(
    _ name: String, default value: [Reference] = [], to target: ReferenceTarget, help: String,
    source: String
  ) {
    self.init(
      name: name, defaultValue: value, limits: nil, target: target, help: help, source: source)
  }
}
