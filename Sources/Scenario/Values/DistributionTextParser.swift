// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents
import Stochastics

/// Parses `family(name: value, ...)` or `family(name=value, ...)`; a bare value is a constant.
///
/// The form with `=` exists because YAML wants quotes around a text that holds a colon and a space.
struct DistributionTextParser {
  /// Distributions nest at most this deep (a mixture of mixtures is refused by the family anyway).
  private static let deepest = 4

  let text: String
  let kind: KnobKind
  private var rest: Substring

  init(_ text: String, kind: KnobKind) {
    self.text = text
    self.kind = kind
    rest = text[...]
  }

  private var isDuration: Bool { kind == .durationDistribution }

  /// Parses the whole text.
  mutating func parse() throws(ValueProblem) -> DistributionText {
    let parsed = try distribution(depth: 0)
    skipSpaces()
    guard rest.isEmpty else { throw malformed }
    return parsed
  }

  private var malformed: ValueProblem { ValueProblem(.malformed(found: text, kind: kind)) }

  private mutating func skipSpaces() {
    rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\n" }
  }

  private mutating func word() -> String {
    let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    rest = rest[word.endIndex...]
    return String(word)
  }

  private mutating func take(_ character: Character) -> Bool {
    skipSpaces()
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func distribution(depth: Int) throws(ValueProblem) -> DistributionText {
    guard depth < Self.deepest else { throw malformed }
    skipSpaces()
    guard let first = rest.first, first.isLetter else {
      let value = try number(isDimensioned: true)
      return DistributionText(family: .constant, arguments: [("value", value)])
    }
    let name = word()
    guard let family = DistributionFamily(rawValue: name) else {
      let families = DistributionFamily.allCases.map(\.rawValue)
      guard take("(") else { throw malformed }
      throw ValueProblem(
        .unknownFamily(
          found: name, nearest: NearestName.of(name, among: families), known: families))
    }
    guard take("(") else { throw malformed }
    return DistributionText(family: family, arguments: try arguments(of: family, depth: depth))
  }

  private mutating func arguments(
    of family: DistributionFamily, depth: Int
  ) throws(ValueProblem) -> [(name: String, value: DistributionText.Argument)] {
    let parameters = family.parameters
    func fault(_ problem: String) -> ValueProblem {
      ValueProblem(
        .parameters(
          family: family.rawValue, expected: parameters.map(\.name), problem: problem))
    }
    var given: [String: DistributionText.Argument] = [:]
    var unnamed = 0
    if !take(")") {
      repeat {
        skipSpaces()
        let parameter: DistributionFamily.Parameter
        let before = rest
        let name = word()
        if !name.isEmpty, take(":") || take("=") {
          guard let found = parameters.first(where: { $0.name == name }) else {
            let nearest = NearestName.of(name, among: parameters.map(\.name))
            throw fault("no parameter '\(name)'" + (nearest.map { "; '\($0)' is near" } ?? ""))
          }
          parameter = found
        } else {
          rest = before
          guard unnamed == given.count, unnamed < parameters.count else {
            throw fault(
              unnamed < parameters.count ? "an unnamed argument after a named one" : "too many")
          }
          parameter = parameters[unnamed]
          unnamed += 1
        }
        guard given[parameter.name] == nil else { throw fault("'\(parameter.name)' twice") }
        given[parameter.name] = try argument(parameter, depth: depth)
      } while take(",")
      guard take(")") else { throw malformed }
    }
    var ordered: [(name: String, value: DistributionText.Argument)] = []
    for parameter in parameters {
      guard let value = given[parameter.name] else {
        throw fault("'\(parameter.name)' is missing")
      }
      ordered.append((parameter.name, value))
    }
    return ordered
  }

  private mutating func argument(
    _ parameter: DistributionFamily.Parameter, depth: Int
  ) throws(ValueProblem) -> DistributionText.Argument {
    switch parameter.kind {
    case .number: return try number(isDimensioned: parameter.isDimensioned)
    case .distribution: return .distribution(try distribution(depth: depth + 1))
    case .path, .column: return .text(try freeText())
    }
  }

  private mutating func number(
    isDimensioned: Bool
  ) throws(ValueProblem) -> DistributionText.Argument {
    skipSpaces()
    let raw = rest.prefix { $0 != "," && $0 != ")" && $0 != "(" }
    let token = String(raw.trimmed)
    guard !token.isEmpty else { throw malformed }
    rest = rest[raw.endIndex...]
    if isDimensioned && isDuration {
      let duration = try SimDuration(parsing: token)
      return .number(Double(duration.nanoseconds) / 1e9, rendered: duration.rendered)
    }
    let value = try Double(parsing: token)
    return .number(value, rendered: value.rendered)
  }

  /// A file or column name: in double quotes, or plain up to a comma or bracket.
  private mutating func freeText() throws(ValueProblem) -> String {
    skipSpaces()
    if take("\"") {
      let quoted = rest.prefix { $0 != "\"" }
      rest = rest[quoted.endIndex...]
      guard take("\""), !quoted.isEmpty else { throw malformed }
      return String(quoted)
    }
    let raw = rest.prefix { $0 != "," && $0 != ")" && $0 != "(" }
    rest = rest[raw.endIndex...]
    guard !raw.trimmed.isEmpty else { throw malformed }
    return String(raw.trimmed)
  }
}

extension Substring {
  /// Without spaces at either end.
  var trimmed: Substring {
    var text = drop { $0 == " " || $0 == "\t" || $0 == "\n" }
    while let last = text.last, last == " " || last == "\t" || last == "\n" { text.removeLast() }
    return text
  }
}
