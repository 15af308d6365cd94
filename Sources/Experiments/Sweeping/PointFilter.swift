// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// Which points of a sweep are meant: `nodes >= 5000`, several joined by `and`.
package struct PointFilter: Sendable, Hashable {
  /// Why a filter makes no sense.
  package struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
    package let text: String
    package let reason: String
    package var description: String { "--only '\(text)': error: \(reason)" }
  }

  private struct Condition: Sendable, Hashable {
    let axis: String
    let relation: String
    let bound: String
  }

  /// Longer ones first: `<=` begins with `<`.
  private static let relations = [">=", "<=", "!=", "==", ">", "<", "="]

  private let text: String
  private let conditions: [Condition]

  package init(parsing text: String) throws(Problem) {
    self.text = text
    var conditions: [Condition] = []
    for part in text.split(separator: " and ", omittingEmptySubsequences: false) {
      guard
        let relation = Self.relations.first(where: { part.contains($0) }),
        let range = part.firstRange(of: relation)
      else {
        throw Problem(text: text, reason: "expected AXIS RELATION VALUE, such as count >= 5000")
      }
      func side(_ text: Substring) -> String {
        String(text).split(separator: " ").joined(separator: " ")
      }
      conditions.append(
        Condition(
          axis: side(part[..<range.lowerBound]), relation: relation,
          bound: side(part[range.upperBound...])))
    }
    self.conditions = conditions
  }

  /// The points that fulfil all conditions, in their order. An axis is named by its path or by the
  /// path's last part; `variant` is one too.
  package func indices(of points: [ScenarioPoint]) throws(Problem) -> [Int] {
    var kept: [Int] = []
    for (index, point) in points.enumerated() {
      var holds = true
      for condition in conditions {
        let value = try value(of: condition.axis, at: point)
        holds = holds && compares(value, condition)
      }
      if holds { kept.append(index) }
    }
    return kept
  }

  private func value(of axis: String, at point: ScenarioPoint) throws(Problem) -> String {
    if axis == "variant" { return point.variant }
    let matching = point.coordinates.filter {
      $0.path.description == axis || $0.path.elements.last == axis
    }
    guard matching.count == 1 else {
      let known = point.coordinates.map(\.path.description) + ["variant"]
      let nearest = NearestName.of(
        axis, among: known + point.coordinates.compactMap(\.path.elements.last))
      throw Problem(
        text: text,
        reason: (matching.isEmpty ? "no axis is called '\(axis)'" : "'\(axis)' is several axes")
          + (nearest.map { "; did you mean '\($0)'?" } ?? "; expected one of ")
          + (nearest == nil ? known.joined(separator: ", ") : ""))
    }
    return matching[0].value
  }

  private func compares(_ value: String, _ condition: Condition) -> Bool {
    let isEqual = value == condition.bound
    guard let number = Double(value), let bound = Double(condition.bound) else {
      return condition.relation == "!=" ? !isEqual : condition.relation.hasPrefix("=") && isEqual
    }
    return switch condition.relation {
    case ">=": number >= bound
    case "<=": number <= bound
    case ">": number > bound
    case "<": number < bound
    case "!=": number != bound
    default: number == bound
    }
  }
}
