// SPDX-License-Identifier: Apache-2.0
import Scenario
import Stochastics

/// Computes the numbers that expectations speak of.
struct TermEvaluator: Sendable {
  let points: [PointResult]
  /// The axes of the sweep, as far as they were run.
  let axes: [RunAxis]

  init(points: [PointResult]) {
    self.points = points
    axes = (points.first?.coordinates.map(\.path) ?? []).map { path in
      var values: [String] = []
      for point in points {
        if let value = point.coordinates.first(where: { $0.path == path })?.value,
          !values.contains(value)
        {
          values.append(value)
        }
      }
      return RunAxis(path: path, values: values)
    }
  }

  /// The point of a context.
  func point(at context: EvaluationContext) throws(MissingValue) -> PointResult {
    let found = points.first { point in
      point.variant == context.variant
        && point.coordinates.allSatisfy { context.coordinates[$0.path] == $0.value }
    }
    guard let found else { throw .notRun("variant '\(context.variant)' was not run") }
    return found
  }

  func value(
    of term: ExpectTerm, at context: EvaluationContext
  ) throws(MissingValue) -> Double {
    switch term {
    case .number(let value): return value
    case .metric(let aggregate, let selector):
      return try MetricReader(point: try point(at: context))
        .value(aggregate, of: selector, replication: context.replication)
    case .first(let selector, let relation, let bound):
      return try MetricReader(point: try point(at: context))
        .first(selector, relation, bound, replication: context.replication)
    case .negated(let inner): return -(try value(of: inner, at: context))
    case .sum(let a, let b): return try value(of: a, at: context) + value(of: b, at: context)
    case .difference(let a, let b):
      return try value(of: a, at: context) - value(of: b, at: context)
    case .product(let a, let b): return try value(of: a, at: context) * value(of: b, at: context)
    case .quotient(let a, let b): return try quotient(a, b, at: context)
    case .absolute(let inner): return abs(try value(of: inner, at: context))
    case .exponential(let inner):
      return DeterministicMath.exp(try value(of: inner, at: context))
    case .smallest(let terms): return try values(of: terms, at: context).min() ?? 0
    case .largest(let terms): return try values(of: terms, at: context).max() ?? 0
    case .inVariant(let name, let inner):
      var other = context
      other.variant = name
      return try value(of: inner, at: other)
    case .at(let path, let text, let inner):
      return try value(of: inner, at: try moved(context, along: try axis(path), to: text))
    case .exponent(let inner, let path, let condition):
      return try exponent(of: inner, over: try axis(path), where: condition, at: context)
    case .linearity(let inner, let path):
      return try linearity(of: inner, over: try axis(path), at: context)
    case .knee(let comparison, let path):
      return try knee(of: comparison, over: try axis(path), at: context)
    }
  }

  /// Whether a comparison holds on the numbers, intervals apart.
  func holds(
    _ comparison: ExpectComparison, at context: EvaluationContext
  ) throws(MissingValue) -> Bool {
    for requirement in comparison.requirements
    where !requirement.region.contains(try quantity(of: requirement, at: context)) {
      return false
    }
    return true
  }

  /// The quantity of a requirement, see `AcceptedRegion`.
  func quantity(
    of requirement: ExpectRequirement, at context: EvaluationContext
  ) throws(MissingValue) -> Double {
    let left = try value(of: requirement.left, at: context)
    let right = try value(of: requirement.right, at: context)
    guard requirement.isRelative else { return left - right }
    // Two zeros agree within every tolerance.
    return left == right ? 1 : left / right
  }

  private func values(
    of terms: [ExpectTerm], at context: EvaluationContext
  ) throws(MissingValue) -> [Double] {
    var values: [Double] = []
    for term in terms { values.append(try value(of: term, at: context)) }
    return values
  }

  private func quotient(
    _ a: ExpectTerm, _ b: ExpectTerm, at context: EvaluationContext
  ) throws(MissingValue) -> Double {
    let divisor = try value(of: b, at: context)
    let dividend = try value(of: a, at: context)
    guard divisor != 0 else { throw .noValue("the divisor \(b) is 0") }
    return dividend / divisor
  }

  // MARK: Sweeps

  private func axis(_ path: KnobPath) throws(MissingValue) -> RunAxis {
    guard let axis = axes.first(where: { $0.path == path }) else {
      throw .notRun("\(path) was not swept")
    }
    return axis
  }

  private func moved(
    _ context: EvaluationContext, along axis: RunAxis, to value: String
  ) throws(MissingValue) -> EvaluationContext {
    guard axis.values.contains(value) else {
      throw .notRun("\(axis.path) = \(value) was not run")
    }
    var moved = context
    moved.coordinates[axis.path] = value
    return moved
  }

  private func numbers(
    _ axis: RunAxis
  ) throws(MissingValue) -> [(text: String, number: Double)] {
    guard let numbers = axis.numbers else { throw .noValue("\(axis.path) has no numbers") }
    guard numbers.count > 1 else {
      throw .notRun("\(axis.path) was run at a single value")
    }
    return numbers
  }

  private func exponent(
    of term: ExpectTerm, over axis: RunAxis, where condition: ExpectComparison?,
    at context: EvaluationContext
  ) throws(MissingValue) -> Double {
    var x: [Double] = []
    var y: [Double] = []
    for (text, number) in try numbers(axis) {
      let place = try moved(context, along: axis, to: text)
      if let condition, !(try holds(condition, at: place)) { continue }
      x.append(number)
      y.append(try value(of: term, at: place))
    }
    do {
      return try LogLogFit(x: x, y: y).exponent.roundedToNineDigits
    } catch {
      throw .noValue("no exponent of \(term): \(error)")
    }
  }

  private func linearity(
    of term: ExpectTerm, over axis: RunAxis, at context: EvaluationContext
  ) throws(MissingValue) -> Double {
    let points = try numbers(axis)
    var y: [Double] = []
    for (text, _) in points {
      y.append(try value(of: term, at: try moved(context, along: axis, to: text)))
    }
    // Any two points lie on a line.
    guard points.count > 2 else { throw .notRun("\(axis.path) was run at two values") }
    do {
      return try LinearFit(x: points.map(\.number), y: y).rSquared.roundedToNineDigits
    } catch {
      throw .noValue("no line through \(term): \(error)")
    }
  }

  private func knee(
    of comparison: ExpectComparison, over axis: RunAxis, at context: EvaluationContext
  ) throws(MissingValue) -> Double {
    var knee: Double?
    for (text, number) in try numbers(axis).reversed() {
      guard try holds(comparison, at: try moved(context, along: axis, to: text)) else { break }
      knee = number
    }
    guard let knee else {
      throw .noValue("\(comparison) does not hold at the largest \(axis.path)")
    }
    return knee
  }
}
