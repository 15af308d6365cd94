// SPDX-License-Identifier: Apache-2.0
import Scenario

/// Two terms and how their difference or quotient has to be.
struct ExpectRequirement: Sendable, Hashable {
  let left: ExpectTerm
  let right: ExpectTerm
  let region: AcceptedRegion
  /// The quotient counts rather than the difference.
  let isRelative: Bool
  /// What stands between the two in words.
  let relation: String

  init(_ left: ExpectTerm, _ relation: ExpectRelation, _ right: ExpectTerm) {
    self.left = left
    self.right = right
    region = AcceptedRegion(relation)
    isRelative = false
    self.relation = relation.rawValue
  }

  init(_ left: ExpectTerm, near right: ExpectTerm, _ tolerance: Tolerance) {
    self.left = left
    self.right = right
    region = AcceptedRegion(tolerance)
    isRelative = true
    relation = "~"
  }
}

extension ExpectComparison {
  /// The requirements that together make the comparison.
  var requirements: [ExpectRequirement] {
    switch self {
    case .chain(let terms, let relations):
      zip(relations, zip(terms, terms.dropFirst())).map {
        ExpectRequirement($0.1.0, $0.0, $0.1.1)
      }
    case .near(let a, let b, let tolerance): [ExpectRequirement(a, near: b, tolerance)]
    case .inside(let value, let low, let high):
      [
        ExpectRequirement(value, .greaterOrEqual, low),
        ExpectRequirement(value, .lessOrEqual, high),
      ]
    }
  }
}
