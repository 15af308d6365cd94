// SPDX-License-Identifier: Apache-2.0

extension ExpectParser {
  mutating func report(_ fault: ExpectFault, at offset: Int) {
    problems.append(ExpectProblem(fault: fault, offset: offset))
  }

  mutating func checkUnits(_ a: Typed, _ b: Typed) {
    guard !a.dimension.fits(b.dimension) else { return }
    report(.unitMismatch(a.dimension.description, b.dimension.description), at: b.offset)
  }

  /// Units fit, and the comparison can come out either way.
  mutating func checkPair(_ a: Typed, _ relation: ExpectRelation, _ b: Typed) {
    checkUnits(a, b)
    guard a.hasMetric || b.hasMetric else { return }
    if a.term == b.term {
      report(.sameOnBothSides, at: a.offset)
      return
    }
    let measured = a.hasMetric ? a : b
    switch a.range.always(relation, b.range) {
    case true?: report(.cannotFail(range: measured.range.description), at: a.offset)
    case false?: report(.cannotHold(range: measured.range.description), at: a.offset)
    case nil: break
    }
  }

  /// A tolerance may be narrower than its class, not wider.
  mutating func check(_ tolerance: Tolerance, at offset: Int) {
    guard toleranceClass != .t4, !toleranceClass.allows(tolerance) else { return }
    report(
      .toleranceTooWide(
        given: tolerance.rendered, class: toleranceClass,
        widest: toleranceClass.customaryTolerance.rendered),
      at: offset)
  }

  mutating func checkMetric(_ selector: ExpectSelector, at offset: Int) -> MetricDescription? {
    guard !vocabulary.metrics.isEmpty else { return nil }
    guard let metric = vocabulary.metrics[selector.metric] else {
      let known = vocabulary.metrics.names
      report(
        .unknownMetric(
          selector.metric, nearest: NearestName.of(selector.metric, among: known), known: known),
        at: offset)
      return nil
    }
    for matcher in selector.matchers where !metric.labels.contains(matcher.label) {
      report(
        .unknownLabel(
          matcher.label, metric: metric.name,
          nearest: NearestName.of(matcher.label, among: metric.labels), known: metric.labels),
        at: offset)
    }
    return metric
  }

  mutating func checkVariant(_ name: String, at offset: Int) {
    let known = [Variant.base] + vocabulary.variants
    guard !known.contains(name) else { return }
    report(
      .unknownVariant(name, nearest: NearestName.of(name, among: known), known: known), at: offset)
  }

  mutating func checkAxis(_ path: KnobPath, value: String? = nil, at offset: Int) {
    let text = path.description
    guard let axis = vocabulary.sweep.first(where: { $0.path == path }) else {
      let known = vocabulary.sweep.map(\.path.description)
      report(
        .unknownAxis(text, nearest: NearestName.of(text, among: known), known: known), at: offset)
      return
    }
    if let value, !axis.renderedValues.contains(value) {
      report(.unknownAxisValue(value, axis: text, known: axis.renderedValues), at: offset)
    }
  }
}

extension ToleranceClass {
  /// Whether a tolerance is at most as wide as the class.
  ///
  /// A share s reaches from 1 − s to 1 + s, a factor f from 1/f to f; both ends have to lie within
  /// those of the class.
  func allows(_ tolerance: Tolerance) -> Bool {
    let slack = 1e-9
    let widest = customaryTolerance.ends
    let given = tolerance.ends
    return given.low >= widest.low - slack && given.high <= widest.high + slack
  }
}

extension Tolerance {
  /// The relative values that still agree.
  fileprivate var ends: (low: Double, high: Double) {
    switch self {
    case .share(let share): (1 - share, 1 + share)
    case .factor(let factor): (1 / factor, factor)
    }
  }

  /// As an expectation would state it.
  package var rendered: String {
    switch self {
    case .share(let share): "\(share.percentText)%"
    case .factor(let factor): "factor \(factor.plainText)"
    }
  }
}
