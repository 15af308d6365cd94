// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a `--vary`.
package struct VaryProblem: Error, Sendable, Hashable, CustomStringConvertible {
  package let text: String
  package let reason: String

  package var description: String { "--vary \(text): error: \(reason)" }
}

/// An axis of a sweep as the command line states it: `path=a,b,c`, `path=1k..8k:500` or
/// `path=1..64:*2`.
package struct VariedAxis: Sendable, Hashable {
  /// More values than this are a slip.
  private static let mostValues = 10_000

  package let path: String
  /// As texts of the scenario language.
  package let values: [String]

  package init(parsing text: String) throws(VaryProblem) {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw VaryProblem(text: text, reason: "expected path=values, such as run.seed=1,2,3")
    }
    path = String(text[..<equals])
    let list = String(text[text.index(after: equals)...])
    let values = try Self.range(list, in: text) ?? Self.list(list)
    guard !values.isEmpty, !values.contains("") else {
      throw VaryProblem(text: text, reason: "an empty value; expected a,b,c or from..to:step")
    }
    self.values = values
  }

  /// Splits at commas outside brackets and quotes.
  private static func list(_ text: String) -> [String] {
    var parts = [""]
    var depth = 0
    var isQuoted = false
    for character in text {
      if character == "\"" { isQuoted.toggle() }
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      if character == ",", depth == 0, !isQuoted {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.map { String($0[...].trimmed) }
  }

  /// `from..to:step`, or `from..to:*factor`; nil when it is no range.
  private static func range(_ list: String, in text: String) throws(VaryProblem) -> [String]? {
    guard let dots = list.firstRange(of: ".."), let colon = list.lastIndex(of: ":"),
      dots.upperBound <= colon
    else { return nil }
    let stepText = list[list.index(after: colon)...]
    let isFactor = stepText.hasPrefix("*")
    guard let from = WrittenAmount(list[..<dots.lowerBound]),
      let to = WrittenAmount(list[dots.upperBound..<colon]),
      let step = WrittenAmount(isFactor ? stepText.dropFirst() : stepText)
    else { return nil }
    guard from.unit == to.unit, isFactor || step.unit == from.unit || step.unit.isEmpty else {
      throw VaryProblem(text: text, reason: "the ends of the range have different units")
    }
    guard from.number <= to.number,
      isFactor ? step.number > 1 && from.number > 0 : step.number > 0
    else {
      throw VaryProblem(
        text: text, reason: "the range never reaches its end: from..to:step goes upwards")
    }
    var values: [String] = []
    var index = 0.0
    var value = from.number
    // A billionth beyond the end: ends that are met but for rounding belong to the range.
    while value <= to.number + 1e-9 * abs(to.number) {
      values.append(WrittenAmount.text(value, unit: from.unit))
      guard values.count <= mostValues else {
        throw VaryProblem(text: text, reason: "more than \(mostValues) values")
      }
      index += 1
      value = isFactor ? value * step.number : from.number + index * step.number
    }
    return values
  }
}
