// SPDX-License-Identifier: Apache-2.0

// The second half of `Diagnostic+Wording.swift`: what can be said about single values.

extension KnobKind {
  /// What a value of this kind looks like; completes "expected ...".
  package var expectation: String {
    switch self {
    case .bytes: "a size such as 512MiB or 2GB"
    case .byteRate: "a throughput such as 200MB/s or 25Gbps"
    case .rate: "a rate such as 30/s or 5/min"
    case .fraction: "a share such as 0.5 or 50%"
    case .duration: "a duration such as 250ms or 1h30m"
    case .integer: "a whole number such as 3"
    case .number: "a number such as 1.5"
    case .boolean: "true or false"
    case .text: "a text"
    case .durationDistribution:
      "a duration such as 10ms or a distribution such as 'lognormal(median: 0.3ms, sigma: 0.5)'"
    case .numberDistribution:
      "a number or a distribution such as 'uniform(low: 1, high: 4)'"
    case .choice(let words): Diagnostic.choices(words)
    case .reference: "a name"
    case .list(let element): "a list, each member \(element.expectation)"
    case .mapping(let value): "a mapping, each value \(value.expectation)"
    case .optional(let wrapped): wrapped.expectation
    }
  }
}

extension ValueFault {
  var message: String {
    switch self {
    case .malformed(let found, let kind): "'\(Self.short(found))' is not \(kind.noun)"
    case .missingUnit(let found, _): "'\(Self.short(found))' has no unit"
    case .unknownUnit(let found, let unit, _, _):
      "'\(Self.short(unit))' in '\(Self.short(found))' is not a unit"
    case .wrongShape(let found, _): "found \(found)"
    case .notFinite(let found): "'\(Self.short(found))' is not a finite number"
    case .tooFine(let found, let smallest): "'\(Self.short(found))' is finer than \(smallest)"
    case .tooLarge(let found, _): "'\(Self.short(found))' is too large"
    case .outOfRange(let found, let low, let high):
      "\(found) is outside \(low) to \(high)"
    case .unknownChoice(let found, _, _): "'\(Self.short(found))' is not a choice"
    case .unknownReference(let found, let namespace, _, _):
      "there is no '\(Self.short(found))' in '\(namespace)'"
    case .unknownFamily(let found, _, _): "there is no distribution '\(Self.short(found))'"
    case .parameters(let family, _, let problem): "\(family): \(problem)"
    case .distribution(let problem): problem
    }
  }

  var expected: String? {
    switch self {
    case .malformed(_, .boolean): nil
    case .malformed(_, let kind), .missingUnit(_, let kind), .wrongShape(_, let kind):
      kind.expectation
    case .unknownUnit(_, _, let nearest, let kind): nearest == nil ? kind.expectation : nil
    case .notFinite: "a number such as 1.5"
    case .unknownChoice(_, let nearest, let choices):
      nearest == nil ? Diagnostic.choices(choices) : nil
    case .unknownReference(_, _, let nearest, let known):
      nearest == nil && !known.isEmpty ? Diagnostic.choices(known) : nil
    case .unknownFamily(_, let nearest, let known):
      nearest == nil ? Diagnostic.choices(known) : nil
    case .parameters(let family, let names, _):
      "\(family)(\(names.map { "\($0): ..." }.joined(separator: ", ")))"
    case .tooFine, .tooLarge, .outOfRange, .distribution: nil
    }
  }

  var hint: String? {
    switch self {
    case .unknownUnit(_, _, let nearest?, _), .unknownChoice(_, let nearest?, _),
      .unknownReference(_, _, let nearest?, _), .unknownFamily(_, let nearest?, _):
      "did you mean '\(nearest)'?"
    case .missingUnit(let found, .bytes): "did you mean '\(Self.short(found))B'?"
    case .missingUnit(let found, .rate): "did you mean '\(Self.short(found))/s'?"
    case .missingUnit(let found, .duration): "did you mean '\(Self.short(found))s'?"
    case .malformed(let found, .boolean): Self.booleanHint(found)
    case .malformed(let found, .integer): Self.integerHint(found)
    default: nil
    }
  }

  private static func booleanHint(_ found: String) -> String? {
    switch found.lowercased() {
    case "yes", "on", "y", "1", "true": "did you mean 'true'?"
    case "no", "off", "n", "0", "false": "did you mean 'false'?"
    default: nil
    }
  }

  /// `1_000`, `1,000`, `1e3` and `800.0` mean whole numbers elsewhere.
  private static func integerHint(_ found: String) -> String? {
    let digits = found.filter { $0 != "_" && $0 != "," }
    guard let number = try? Double(parsing: digits), number == number.rounded(),
      abs(number) < 1e15
    else { return nil }
    return "did you mean '\(number.plainText)'?"
  }

  private static func short(_ text: String) -> String { ScenarioNode.shortened(text) }
}

extension KnobKind {
  /// What a value of this kind is called; completes "is not ...".
  fileprivate var noun: String {
    switch self {
    case .bytes: "a size"
    case .byteRate: "a throughput"
    case .rate: "a rate"
    case .fraction: "a share of a whole"
    case .duration: "a duration"
    case .integer: "a whole number"
    case .number: "a number"
    case .boolean: "true or false"
    case .text: "a text"
    case .durationDistribution, .numberDistribution: "a distribution"
    case .choice: "a choice"
    case .reference: "a name"
    case .list: "a list"
    case .mapping: "a mapping"
    case .optional(let wrapped): wrapped.noun
    }
  }
}
