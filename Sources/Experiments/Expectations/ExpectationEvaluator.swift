// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// Judges expectations on the points of an experiment.
///
/// With several replications a comparison is evaluated in each of them, with the same replication
/// of every variant and point it speaks of, so that common luck cancels; Student's interval of the
/// difference (of the quotient for `~`) decides: all of it accepted is met, none of it missed, and
/// in between nobody can tell. With one replication the number itself decides. What has no value,
/// such as a metric without samples, is missed; in some replications only, nobody can tell.
package struct ExpectationEvaluator: Sendable {
  private let terms: TermEvaluator

  package init(points: [PointResult]) {
    terms = TermEvaluator(points: points)
  }

  /// Judges one expectation on its variants, at every point of the axes that it leaves open.
  ///
  /// - Parameter experiment: what it belongs to.
  package func judge(_ expectation: Expectation, experiment: String?) -> ExpectationResult {
    var judgements: [Judgement] = []
    var points: [String] = []
    for comparison in expectation.that.comparisons {
      for context in contexts(of: comparison, on: expectation.variants) {
        let judged = judgement(of: comparison, at: context)
        // What ties an axis down speaks of the sweep rather than of a point of it.
        if judged.verdict != .notApplicable, openAxes(of: comparison).count == terms.axes.count,
          let point = try? terms.point(at: context), !points.contains(point.name)
        {
          points.append(point.name)
        }
        judgements.append(judged)
      }
    }
    let verdict = Verdict.worst(of: judgements.map(\.verdict))
    var decisive =
      judgements.first { $0.verdict == verdict }?.finding
      ?? .init(reason: "none of its variants was run")
    let isFitted = expectation.isFitted && verdict == .met
    if isFitted { decisive.reason = "an input was chosen with this number in view" }
    return ExpectationResult(
      expectation, experiment: experiment, verdict: isFitted ? .fitted : verdict,
      finding: decisive, points: points)
  }

  /// One comparison in one place.
  private struct Judgement {
    var verdict: Verdict
    var finding: ExpectationResult.Finding
  }

  // MARK: Places

  /// Where a comparison is to be judged: every variant, at every value of the axes that its terms
  /// depend on. The other axes stand at their first value, which changes nothing.
  private func contexts(
    of comparison: ExpectComparison, on variants: [String]
  ) -> [EvaluationContext] {
    var coordinates: [[KnobPath: String]] = [[:]]
    let open = openAxes(of: comparison)
    for axis in terms.axes {
      let values = open.contains(axis) ? axis.values : [axis.values[0]]
      coordinates = coordinates.flatMap { place in
        values.map { value in place.merging([axis.path: value]) { $1 } }
      }
    }
    return variants.flatMap { variant in
      coordinates.map { EvaluationContext(variant: variant, coordinates: $0) }
    }
  }

  /// The axes along which a comparison is to be judged at every value.
  private func openAxes(of comparison: ExpectComparison) -> [RunAxis] {
    terms.axes.filter { comparison.depends(on: $0.path) }
  }

  // MARK: Judging

  private func judgement(
    of comparison: ExpectComparison, at context: EvaluationContext
  ) -> Judgement {
    let all = comparison.requirements.map { judgement(of: $0, at: context) }
    let verdict = Verdict.worst(of: all.map(\.verdict))
    // One that was not run settles the comparison: it cannot be judged in part.
    if let missing = all.first(where: { $0.verdict == .notApplicable }) { return missing }
    var decisive = all.first { $0.verdict == verdict } ?? all[0]
    if terms.points.count > 1, !decisive.finding.text.isEmpty {
      let open = openAxes(of: comparison).map(\.path)
      let place = (try? terms.point(at: context))?.name(showing: open) ?? context.variant
      decisive.finding.text = "\(place): \(decisive.finding.text)"
    }
    return decisive
  }

  private func judgement(
    of requirement: ExpectRequirement, at context: EvaluationContext
  ) -> Judgement {
    do throws(MissingValue) {
      let count = try replications(at: context)
      var values: [Double] = []
      var missing: MissingValue?
      for replication in 0..<count {
        var place = context
        place.replication = replication
        do throws(MissingValue) {
          values.append(try terms.quantity(of: requirement, at: place))
        } catch {
          if case .notRun = error { throw error }
          missing = missing ?? error
        }
      }
      if let missing {
        guard !values.isEmpty else { throw missing }
        return Judgement(
          verdict: .cannotTell,
          finding: .init(
            reason: "in \(count - values.count) of \(count) replications \(missing.words)"))
      }
      return try verdict(on: values, of: requirement, at: context)
    } catch {
      switch error {
      case .notRun(let words):
        return Judgement(verdict: .notApplicable, finding: .init(reason: words))
      case .noValue(let words):
        return Judgement(verdict: .missed, finding: .init(reason: words))
      }
    }
  }

  private func verdict(
    on quantities: [Double], of requirement: ExpectRequirement, at context: EvaluationContext
  ) throws(MissingValue) -> Judgement {
    var finding = try finding(of: requirement, at: context)
    guard let interval = ResultInterval(replications: quantities) else {
      let holds = quantities.allSatisfy(requirement.region.contains)
      return Judgement(verdict: holds ? .met : .missed, finding: finding)
    }
    let verdict = requirement.region.verdict(on: interval)
    if verdict == .cannotTell {
      let quantity = requirement.isRelative ? "quotient" : "difference"
      let ends = [interval.lower, interval.upper].map(QuantityText.number)
      finding.reason =
        "the \(quantity) lies between \(ends[0]) and \(ends[1]), on both sides of the bound"
    }
    return Judgement(verdict: verdict, finding: finding)
  }

  /// Both sides in numbers and words; the measured side in front.
  private func finding(
    of requirement: ExpectRequirement, at context: EvaluationContext
  ) throws(MissingValue) -> ExpectationResult.Finding {
    let metrics = try terms.point(at: context).metrics
    let measured = requirement.left.isMeasured ? requirement.left : requirement.right
    let unit = measured.unit(in: metrics)
    let other = requirement.left.isMeasured ? requirement.right : requirement.left
    let left = try terms.value(of: requirement.left, at: context)
    let right = try terms.value(of: requirement.right, at: context)
    // A bare number means the unit of what it is compared with.
    let sides = [(requirement.left, left), (requirement.right, right)].map { term, value in
      QuantityText.text(
        value, in: term.unit(in: metrics) ?? (term == other && !term.isMeasured ? unit : nil))
    }
    return .init(
      simulated: requirement.left.isMeasured ? left : right,
      bound: requirement.left.isMeasured ? right : left, unit: unit,
      interval: try interval(of: measured, at: context),
      text: "\(sides[0]) \(requirement.relation) \(sides[1])")
  }

  private func interval(
    of term: ExpectTerm, at context: EvaluationContext
  ) throws(MissingValue) -> ResultInterval? {
    var values: [Double] = []
    for replication in 0..<(try replications(at: context)) {
      var place = context
      place.replication = replication
      values.append(try terms.value(of: term, at: place))
    }
    return ResultInterval(replications: values)
  }

  /// How many replications everything that could be spoken of has in common.
  private func replications(at context: EvaluationContext) throws(MissingValue) -> Int {
    _ = try terms.point(at: context)
    return terms.points.map(\.replications.count).min() ?? 0
  }
}

extension MissingValue {
  fileprivate var words: String {
    switch self {
    case .notRun(let words), .noValue(let words): words
    }
  }
}
