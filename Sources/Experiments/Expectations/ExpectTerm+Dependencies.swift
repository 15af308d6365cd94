// SPDX-License-Identifier: Apache-2.0
import Measurement
import Scenario

extension ExpectTerm {
  /// Whether anything in it is measured.
  var isMeasured: Bool { !selectors.isEmpty }

  /// The metrics in it, in order.
  var selectors: [ExpectSelector] {
    switch self {
    case .number: []
    case .metric(_, let selector), .first(let selector, _, _): [selector]
    case .negated(let term), .absolute(let term), .exponential(let term),
      .inVariant(_, let term), .at(_, _, let term), .linearity(let term, _):
      term.selectors
    case .exponent(let term, _, let condition):
      term.selectors + (condition?.selectors ?? [])
    case .knee(let comparison, _): comparison.selectors
    case .sum(let a, let b), .difference(let a, let b), .product(let a, let b),
      .quotient(let a, let b):
      a.selectors + b.selectors
    case .smallest(let terms), .largest(let terms): terms.flatMap(\.selectors)
    }
  }

  /// Whether its value depends on the place along an axis: there is a metric in it that no `at`,
  /// `exponent`, `linearity` or `knee` ties to the axis.
  func depends(on axis: KnobPath) -> Bool {
    switch self {
    case .number: false
    case .metric, .first: true
    case .negated(let term), .absolute(let term), .exponential(let term),
      .inVariant(_, let term):
      term.depends(on: axis)
    case .at(let path, _, let term), .linearity(let term, let path):
      path != axis && term.depends(on: axis)
    case .exponent(let term, let path, let condition):
      path != axis && (term.depends(on: axis) || condition?.depends(on: axis) == true)
    case .knee(let comparison, let path): path != axis && comparison.depends(on: axis)
    case .sum(let a, let b), .difference(let a, let b), .product(let a, let b),
      .quotient(let a, let b):
      a.depends(on: axis) || b.depends(on: axis)
    case .smallest(let terms), .largest(let terms): terms.contains { $0.depends(on: axis) }
    }
  }

  /// The unit of its value where it is that of a metric; nil for ratios, mixtures and bare numbers.
  func unit(in metrics: [MetricResult]) -> MetricUnit? {
    switch self {
    case .metric(.count, _), .metric(.rate, _): nil
    case .metric(_, let selector):
      metrics.first { $0.summary.name == selector.metric }?.summary.unit
    case .first: .seconds
    case .negated(let term), .absolute(let term), .inVariant(_, let term), .at(_, _, let term):
      term.unit(in: metrics)
    case .sum(let a, let b), .difference(let a, let b):
      a.unit(in: metrics) ?? b.unit(in: metrics)
    case .smallest(let terms), .largest(let terms):
      terms.lazy.compactMap { $0.unit(in: metrics) }.first
    case .number, .product, .quotient, .exponential, .exponent, .linearity, .knee: nil
    }
  }
}

extension ExpectComparison {
  /// Its terms, from left to right.
  var terms: [ExpectTerm] {
    switch self {
    case .chain(let terms, _): terms
    case .near(let a, let b, _): [a, b]
    case .inside(let value, let low, let high): [value, low, high]
    }
  }

  /// The metrics in it, in order.
  var selectors: [ExpectSelector] { terms.flatMap(\.selectors) }

  func depends(on axis: KnobPath) -> Bool { terms.contains { $0.depends(on: axis) } }
}
