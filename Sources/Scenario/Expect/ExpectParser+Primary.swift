// SPDX-License-Identifier: Apache-2.0

extension ExpectParser {
  /// The names that may stand before a bracket.
  private static let functions = [
    "p50", "p90", "p95", "p99", "p999", "percentile", "mean", "max", "min", "count", "sum",
    "value", "rate", "peak", "variant", "exponent", "linearity", "knee", "at", "first", "abs",
    "exp",
  ]

  private static let aggregates: [String: ExpectAggregate] = [
    "p50": .percentile(50), "p90": .percentile(90), "p95": .percentile(95),
    "p99": .percentile(99), "p999": .percentile(99.9), "mean": .mean, "max": .maximum,
    "min": .minimum, "count": .count, "sum": .sum, "value": .value, "rate": .rate, "peak": .peak,
  ]

  mutating func primary() throws(ExpectProblem) -> Typed {
    skipSpaces()
    let start = position
    if take("(") {
      var inner = try sum()
      try expect(")", "')' or an operator")
      inner.offset = start
      return inner
    }
    guard let next = peek else { throw unexpected("a number, a metric in an aggregate, or '('") }
    if next.isDigit { return try literal() }
    let name = word()
    guard !name.isEmpty else { throw unexpected("a number, a metric in an aggregate, or '('") }
    guard Self.functions.contains(name) else { throw bareName(name, at: start) }
    try expect("(", "'(' after '\(name)'")
    var typed = try call(name, at: start)
    try expect(")", "')'")
    typed.offset = start
    if case .metric = typed.term { lastMetric = typed }
    if case .first = typed.term { lastMetric = typed }
    return typed
  }

  /// A name without a function: most often a metric without its aggregate.
  private func bareName(_ name: String, at start: Int) -> ExpectProblem {
    let isCall = scalars[position...].first { $0 != " " } == "("
    if !isCall, vocabulary.metrics[name] != nil || name.contains("_") {
      return ExpectProblem(
        fault: .unexpected(
          found: "a metric without an aggregate", expected: "an aggregate such as p99(\(name))"),
        offset: start)
    }
    return ExpectProblem(
      fault: .unknownFunction(name, nearest: NearestName.of(name, among: Self.functions)),
      offset: start)
  }

  private mutating func call(_ name: String, at start: Int) throws(ExpectProblem) -> Typed {
    switch name {
    case "percentile": return try percentile()
    case "variant": return try variant(at: start)
    case "exponent": return try exponent()
    case "linearity": return try linearity()
    case "knee": return try knee()
    case "at": return try atPoint()
    case "first": return try first()
    case "abs":
      var inner = try sum()
      inner.term = .absolute(inner.term)
      inner.range = inner.range.magnitude
      return inner
    case "exp":
      let inner = try sum()
      return Typed(
        term: .exponential(inner.term), dimension: .unit(.ratio), range: .nonNegative,
        hasMetric: inner.hasMetric, offset: inner.offset)
    case "min", "max":
      if !isAggregateAhead { return try extreme(largest: name == "max") }
      fallthrough
    default:
      guard let aggregate = Self.aggregates[name] else { throw unexpected("a function") }
      return try metric(aggregate)
    }
  }

  /// Whether `max(` is followed by a metric alone rather than by terms.
  private var isAggregateAhead: Bool {
    var ahead = self
    guard (try? ahead.selector()) != nil else { return false }
    ahead.skipSpaces()
    return ahead.peek == ")"
  }

  private mutating func metric(_ aggregate: ExpectAggregate) throws(ExpectProblem) -> Typed {
    skipSpaces()
    let start = position
    let selector = try selector()
    let metric = checkMetric(selector, at: start)
    let unit = metric.map { ExpectDimension.unit($0.unit) } ?? .unknown
    let range = metric.map { $0.range.map(ExpectRange.init) ?? .all } ?? .all
    let growing: ExpectRange = range.low >= 0 ? .nonNegative : .all
    let (dimension, values): (ExpectDimension, ExpectRange) =
      switch aggregate {
      case .percentile, .mean, .maximum, .minimum, .value, .peak: (unit, range)
      case .count: (.unit(.count), .nonNegative)
      case .sum: (unit, growing)
      case .rate: (unit.perSecond, growing)
      }
    return Typed(
      term: .metric(aggregate, selector), dimension: dimension, range: values, hasMetric: true,
      offset: start)
  }

  private mutating func percentile() throws(ExpectProblem) -> Typed {
    var probe = self
    let selector = try selector()
    try expect(",", "',' and a percentile")
    skipSpaces()
    let start = position
    let rank = try plainNumber()
    guard (0...100).contains(rank) else {
      throw ExpectProblem(fault: .badPercentile(rank.plainText), offset: start)
    }
    // Checked once, where the selector stands.
    var typed = try probe.metric(.percentile(rank))
    problems = probe.problems
    typed.term = .metric(.percentile(rank), selector)
    return typed
  }

  private mutating func variant(at start: Int) throws(ExpectProblem) -> Typed {
    skipSpaces()
    let place = position
    let name = try rawText(until: [",", ")"], what: "the name of a variant")
    checkVariant(name, at: place)
    guard take(",") else {
      guard var repeated = lastMetric else {
        throw ExpectProblem(fault: .nothingToRepeat(variant: name), offset: start)
      }
      repeated.term = .inVariant(name, repeated.term)
      return repeated
    }
    let previous = lastMetric
    var inner = try sum()
    lastMetric = previous
    inner.term = .inVariant(name, inner.term)
    return inner
  }

  private mutating func exponent() throws(ExpectProblem) -> Typed {
    let inner = try sum()
    let path = try over()
    var condition: ExpectComparison?
    if take(",") {
      try expectWord("where", "'where:'")
      try expect(":", "':'")
      let previous = lastMetric
      condition = try comparison()
      lastMetric = previous
    }
    return Typed(
      term: .exponent(inner.term, over: path, where: condition), dimension: .unit(.ratio),
      range: .all, hasMetric: inner.hasMetric, offset: inner.offset)
  }

  private mutating func linearity() throws(ExpectProblem) -> Typed {
    let inner = try sum()
    let path = try over()
    return Typed(
      term: .linearity(inner.term, over: path), dimension: .unit(.ratio),
      range: ExpectRange(0...1), hasMetric: inner.hasMetric, offset: inner.offset)
  }

  private mutating func knee() throws(ExpectProblem) -> Typed {
    let previous = lastMetric
    let inner = try comparison()
    lastMetric = previous
    let path = try over()
    return Typed(
      term: .knee(inner, over: path), dimension: .unknown, range: .all, hasMetric: true,
      offset: position)
  }

  private mutating func over() throws(ExpectProblem) -> KnobPath {
    try expect(",", "', over: PATH'")
    try expectWord("over", "'over:' and a path of the sweep")
    try expect(":", "':'")
    return try axis(until: [",", ")"]).path
  }

  private mutating func axis(
    until ends: Set<Unicode.Scalar>
  ) throws(ExpectProblem) -> (path: KnobPath, offset: Int) {
    skipSpaces()
    let start = position
    let text = try rawText(until: ends, what: "a path of the sweep")
    guard let path = try? KnobPath(parsing: text) else {
      throw ExpectProblem(
        fault: .unexpected(found: "'\(text)'", expected: "a path of the sweep"), offset: start)
    }
    if !ends.contains("=") { checkAxis(path, at: start) }
    return (path, start)
  }

  private mutating func atPoint() throws(ExpectProblem) -> Typed {
    let (path, start) = try axis(until: ["=", ",", ")"])
    try expect("=", "'=' and a value of the sweep")
    skipSpaces()
    let value = try rawText(until: [",", ")"], what: "a value of the sweep")
    checkAxis(path, value: value, at: start)
    try expect(",", "',' and a term")
    var inner = try sum()
    inner.term = .at(path: path, value: value, inner.term)
    return inner
  }

  private mutating func first() throws(ExpectProblem) -> Typed {
    skipSpaces()
    let start = position
    let selector = try selector()
    let metric = checkMetric(selector, at: start)
    var relation = ExpectRelation.greater
    var bound = 0.0
    if let given = try takeRelation() {
      relation = given
      let value = try signedLiteral()
      if let metric, !value.dimension.fits(.unit(metric.unit)) {
        report(
          .unitMismatch(
            ExpectDimension.unit(metric.unit).description, value.dimension.description),
          at: value.offset)
      }
      if case .number(let number) = value.term { bound = number }
      if let range = metric?.range,
        ExpectRange(range).always(relation, ExpectRange(exactly: bound)) == false
      {
        report(.cannotHold(range: ExpectRange(range).description), at: start)
      }
    }
    return Typed(
      term: .first(selector, relation, bound), dimension: .unit(.seconds), range: .nonNegative,
      hasMetric: true, offset: start)
  }

  private mutating func extreme(largest: Bool) throws(ExpectProblem) -> Typed {
    var terms = [try sum()]
    while take(",") {
      let next = try sum()
      checkUnits(terms[0], next)
      terms.append(next)
    }
    let lows = terms.map(\.range.low)
    let highs = terms.map(\.range.high)
    let pick: ([Double]) -> Double = { (largest ? $0.max() : $0.min()) ?? 0 }
    return Typed(
      term: largest ? .largest(terms.map(\.term)) : .smallest(terms.map(\.term)),
      dimension: terms.dropFirst().reduce(terms[0].dimension) { $0.plus($1.dimension) },
      range: ExpectRange(low: pick(lows), high: pick(highs)),
      hasMetric: terms.contains(where: \.hasMetric), offset: terms[0].offset)
  }

  // MARK: Selectors

  mutating func selector() throws(ExpectProblem) -> ExpectSelector {
    skipSpaces()
    let name = word(allowing: [":"])
    guard let first = name.unicodeScalars.first, !first.isDigit else {
      throw unexpected("the name of a metric")
    }
    var matchers: [ExpectSelector.Matcher] = []
    guard take("{") else { return ExpectSelector(metric: name) }
    if take("}") { return ExpectSelector(metric: name) }
    repeat {
      skipSpaces()
      let label = word()
      guard !label.isEmpty else { throw unexpected("the name of a label") }
      let isEqual: Bool
      if take("!") {
        try expect("=", "'=' after '!'")
        isEqual = false
      } else {
        try expect("=", "'=' or '!='")
        isEqual = true
      }
      skipSpaces()
      let value =
        peek == "\"" ? try quoted() : try rawText(until: [",", "}"], what: "a label's value")
      matchers.append(.init(label: label, isEqual: isEqual, value: value))
    } while take(",")
    try expect("}", "',' or '}'")
    return ExpectSelector(metric: name, matchers: matchers)
  }
}
