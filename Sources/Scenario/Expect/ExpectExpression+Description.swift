// SPDX-License-Identifier: Apache-2.0

// Canonical texts: parsing them gives the same expression back. Literals are in base units.

extension ExpectExpression: CustomStringConvertible {
  package var description: String {
    comparisons.map(\.description).joined(separator: " and ")
  }
}

extension ExpectComparison: CustomStringConvertible {
  package var description: String {
    switch self {
    case .chain(let terms, let relations):
      zip(relations, terms.dropFirst()).reduce(terms.first?.description ?? "") {
        "\($0) \($1.0.rawValue) \($1.1)"
      }
    case .near(let one, let other, let tolerance):
      "\(one) ~ \(other) within \(tolerance.rendered)"
    case .inside(let value, let low, let high): "\(value) in [\(low), \(high)]"
    }
  }
}

extension ExpectTerm: CustomStringConvertible {
  package var description: String {
    switch self {
    case .number(let value): value.plainText
    case .metric(.percentile(let rank), let selector):
      "percentile(\(selector), \(rank.plainText))"
    case .metric(let aggregate, let selector): "\(aggregate.name)(\(selector))"
    case .negated(let term): "-\(term.operand)"
    case .sum(let a, let b): "\(a.operand) + \(b.operand)"
    case .difference(let a, let b): "\(a.operand) - \(b.operand)"
    case .product(let a, let b): "\(a.operand) * \(b.operand)"
    case .quotient(let a, let b): "\(a.operand) / \(b.operand)"
    case .absolute(let term): "abs(\(term))"
    case .exponential(let term): "exp(\(term))"
    // A single argument would read as a metric.
    case .smallest(let terms): "min(\(terms.map(\.description).joined(separator: ", ")))"
    case .largest(let terms): "max(\(terms.map(\.description).joined(separator: ", ")))"
    case .inVariant(let name, let term): "variant(\(name), \(term))"
    case .at(let path, let value, let term): "at(\(path)=\(value), \(term))"
    case .exponent(let term, let path, let condition):
      "exponent(\(term), over: \(path)\(condition.map { ", where: \($0)" } ?? ""))"
    case .linearity(let term, let path): "linearity(\(term), over: \(path))"
    case .knee(let comparison, let path): "knee(\(comparison), over: \(path))"
    case .first(let selector, let relation, let bound):
      "first(\(selector) \(relation.rawValue) \(bound.plainText))"
    }
  }

  /// The text as an operand: compound terms in brackets.
  private var operand: String {
    switch self {
    case .sum, .difference, .product, .quotient, .negated: "(\(self))"
    case .number(let value) where value < 0: "(\(self))"
    default: description
    }
  }
}

extension ExpectAggregate {
  /// The function's name in an expectation.
  package var name: String {
    switch self {
    case .percentile(let rank): "percentile \(rank.plainText)"
    case .mean: "mean"
    case .maximum: "max"
    case .minimum: "min"
    case .count: "count"
    case .sum: "sum"
    case .value: "value"
    case .rate: "rate"
    case .peak: "peak"
    }
  }
}

extension ExpectSelector: CustomStringConvertible {
  package var description: String {
    guard !matchers.isEmpty else { return metric }
    let list = matchers.map { matcher in
      let value = matcher.value.unicodeScalars.reduce(into: "") { text, scalar in
        if scalar == "\"" || scalar == "\\" { text.unicodeScalars.append("\\") }
        text.unicodeScalars.append(scalar)
      }
      return "\(matcher.label)\(matcher.isEqual ? "=" : "!=")\"\(value)\""
    }
    return "\(metric){\(list.joined(separator: ","))}"
  }
}
