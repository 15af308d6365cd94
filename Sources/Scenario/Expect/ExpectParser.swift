// SPDX-License-Identifier: Apache-2.0

/// Parses the text of one expectation and checks its meaning on the way.
///
/// A grammar mistake ends the parse; mistakes of meaning (an unknown metric, a bound that cannot
/// fail) are collected, so that several are told at once. The grammar is on the page `Expect`.
struct ExpectParser {
  /// Longer texts are refused: nobody could read them.
  static let longest = 4_096
  /// Brackets nest at most this deep, which bounds the recursion.
  static let deepest = 32

  /// A term with what is known of it.
  struct Typed {
    var term: ExpectTerm
    var dimension: ExpectDimension
    var range: ExpectRange
    var hasMetric: Bool
    /// Where it starts.
    var offset: Int
  }

  let vocabulary: ExpectVocabulary
  let toleranceClass: ToleranceClass
  /// The tolerance of a `~` that names none.
  let tolerance: Tolerance
  let scalars: [Unicode.Scalar]
  var position = 0
  var depth = 0
  var problems: [ExpectProblem] = []
  /// The last metric term of the comparison, which a bare `variant(x)` repeats.
  var lastMetric: Typed?

  init(
    _ text: String, class toleranceClass: ToleranceClass, tolerance: Tolerance? = nil,
    vocabulary: ExpectVocabulary
  ) {
    scalars = Array(text.unicodeScalars.prefix(Self.longest + 1))
    self.toleranceClass = toleranceClass
    self.tolerance = tolerance ?? toleranceClass.customaryTolerance
    self.vocabulary = vocabulary
  }

  /// Parses the whole text. After a grammar mistake the result is nil; `problems` tells all.
  mutating func parse() -> ExpectExpression? {
    do throws(ExpectProblem) {
      guard scalars.count <= Self.longest else {
        throw ExpectProblem(fault: .tooLong(limit: Self.longest), offset: 0)
      }
      var comparisons = [try comparison()]
      while takeWord("and") { comparisons.append(try comparison()) }
      skipSpaces()
      guard position == scalars.count else {
        throw unexpected("a comparison such as '<', an operator, 'and' or the end")
      }
      return ExpectExpression(comparisons: comparisons)
    } catch {
      problems.append(error)
      return nil
    }
  }

  /// Parses a tolerance that stands alone: `3%` or `factor 1.2`.
  mutating func parseTolerance() -> Tolerance? {
    do throws(ExpectProblem) {
      let tolerance = try toleranceValue()
      skipSpaces()
      guard position == scalars.count else { throw unexpected("the end") }
      return tolerance
    } catch {
      problems.append(error)
      return nil
    }
  }

  // MARK: Comparisons

  mutating func comparison() throws(ExpectProblem) -> ExpectComparison {
    lastMetric = nil
    skipSpaces()
    let start = position
    let first = try sum()
    let result: (comparison: ExpectComparison, hasMetric: Bool)
    if take("~") {
      result = try near(first)
    } else if takeWord("in") {
      result = try inside(first)
    } else {
      result = try chain(first)
    }
    if !result.hasMetric {
      problems.append(ExpectProblem(fault: .noMetric, offset: start))
    }
    return result.comparison
  }

  private mutating func chain(
    _ first: Typed
  ) throws(ExpectProblem) -> (ExpectComparison, Bool) {
    var terms = [first]
    var relations: [ExpectRelation] = []
    while let relation = try takeRelation() {
      let next = try sum()
      if let last = terms.last { checkPair(last, relation, next) }
      terms.append(next)
      relations.append(relation)
    }
    guard !relations.isEmpty else {
      throw unexpected("a comparison such as '<', '~' or 'in', or an operator")
    }
    let comparison = ExpectComparison.chain(terms: terms.map(\.term), relations: relations)
    return (comparison, terms.contains(where: \.hasMetric))
  }

  private mutating func near(_ first: Typed) throws(ExpectProblem) -> (ExpectComparison, Bool) {
    let start = position - 1
    let second = try sum()
    checkUnits(first, second)
    if first.term == second.term { report(.sameOnBothSides, at: first.offset) }
    var tolerance = tolerance
    if takeWord("within") {
      skipSpaces()
      let place = position
      tolerance = try toleranceValue()
      check(tolerance, at: place)
    }
    if toleranceClass == .t4 { report(.noToleranceInT4, at: start) }
    return (.near(first.term, second.term, tolerance), first.hasMetric || second.hasMetric)
  }

  private mutating func inside(_ value: Typed) throws(ExpectProblem) -> (ExpectComparison, Bool) {
    try expect("[", "'[' and a range such as [1, 2]")
    let low = try sum()
    try expect(",", "','")
    let high = try sum()
    try expect("]", "']'")
    checkUnits(value, low)
    checkUnits(value, high)
    let above = value.range.always(.greaterOrEqual, low.range)
    let below = value.range.always(.lessOrEqual, high.range)
    if above == false || below == false || low.range.always(.lessOrEqual, high.range) == false {
      report(.cannotHold(range: value.range.description), at: value.offset)
    } else if above == true && below == true {
      report(.cannotFail(range: value.range.description), at: value.offset)
    }
    return (
      .inside(value.term, low: low.term, high: high.term),
      value.hasMetric || low.hasMetric || high.hasMetric
    )
  }

  private mutating func toleranceValue() throws(ExpectProblem) -> Tolerance {
    let isFactor = takeWord("factor")
    skipSpaces()
    let start = position
    let number = try plainNumber()
    if isFactor {
      guard number >= 1 else {
        throw ExpectProblem(
          fault: .unexpected(found: "a factor below 1", expected: "a factor such as 1.5"),
          offset: start)
      }
      return .factor(number)
    }
    try expect("%", "'%', or 'factor' before the number")
    return .share(number.percent)
  }

  // MARK: Arithmetic

  mutating func sum() throws(ExpectProblem) -> Typed {
    var left = try product()
    while true {
      skipSpaces()
      if take("+") {
        let right = try product()
        checkUnits(left, right)
        left = join(left, right, .sum(left.term, right.term), left.range + right.range)
      } else if take("-") {
        let right = try product()
        checkUnits(left, right)
        left = join(left, right, .difference(left.term, right.term), left.range + -right.range)
      } else {
        return left
      }
    }
  }

  private func join(_ a: Typed, _ b: Typed, _ term: ExpectTerm, _ range: ExpectRange) -> Typed {
    Typed(
      term: term, dimension: a.dimension.plus(b.dimension), range: range,
      hasMetric: a.hasMetric || b.hasMetric, offset: a.offset)
  }

  private mutating func product() throws(ExpectProblem) -> Typed {
    var left = try unary()
    while true {
      skipSpaces()
      if take("*") {
        let right = try unary()
        left = Typed(
          term: .product(left.term, right.term), dimension: left.dimension.times(right.dimension),
          range: left.range * right.range, hasMetric: left.hasMetric || right.hasMetric,
          offset: left.offset)
      } else if take("/") {
        let right = try unary()
        left = Typed(
          term: .quotient(left.term, right.term),
          dimension: left.dimension.divided(by: right.dimension),
          range: left.range / right.range, hasMetric: left.hasMetric || right.hasMetric,
          offset: left.offset)
      } else {
        return left
      }
    }
  }

  private mutating func unary() throws(ExpectProblem) -> Typed {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw ExpectProblem(fault: .tooDeep(limit: Self.deepest), offset: position)
    }
    skipSpaces()
    let start = position
    guard take("-") else { return try primary() }
    var value = try unary()
    value.term = .negated(value.term)
    value.range = -value.range
    value.offset = start
    return value
  }
}

extension ToleranceClass {
  /// The tolerance of a `~` that names none; the widest that the class allows.
  package var customaryTolerance: Tolerance {
    switch self {
    case .t1: .share(0.05)
    case .t2: .factor(1.5)
    case .t3, .t4: .factor(3)
    }
  }
}
