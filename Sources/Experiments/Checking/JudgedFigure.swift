// SPDX-License-Identifier: Apache-2.0
import Measurement
import Scenario

/// A number that an expectation names, at one point of a scenario, in every replication.
struct JudgedFigure {
  /// What is read of a point.
  enum Reading: Hashable {
    case aggregate(ExpectAggregate, ExpectSelector)
    case first(ExpectSelector, ExpectRelation, Double)
  }

  let reading: Reading
  let point: PointResult
  /// Towards missing the expectations that name it.
  let worse: FigureDirection

  /// The figures of a result: points in order, and of each the figures in the order in which the
  /// expectations name them; those that no replication has a value of are left out.
  static func all(
    of points: [PointResult], expectations: [Expectation]
  ) -> [[JudgedFigure]] {
    var collector = Collector(points: points)
    for expectation in expectations {
      for comparison in expectation.that.comparisons {
        for variant in expectation.variants { collector.add(comparison, variant: variant) }
      }
    }
    return points.indices.map { index in
      collector.found[index].compactMap { reading, worse in
        let figure = JudgedFigure(reading: reading, point: points[index], worse: worse)
        return figure.values.contains { $0 != nil } ? figure : nil
      }
    }
  }

  /// In the order of the replications; nil where one has no value.
  var values: [Double?] {
    point.replications.indices.map { replication in
      let reader = MetricReader(point: point)
      let value =
        switch reading {
        case .aggregate(let aggregate, let selector):
          try? reader.value(aggregate, of: selector, replication: replication)
        case .first(let selector, let relation, let bound):
          try? reader.first(selector, relation, bound, replication: replication)
        }
      return value.flatMap { $0.isFinite ? $0 : nil }
    }
  }

  var name: String {
    switch reading {
    case .aggregate(let aggregate, let selector):
      Figure.Asked(aggregate: aggregate, selector: selector).name
    case .first(let selector, let relation, let bound):
      ExpectTerm.first(selector, relation, bound).description
    }
  }

  /// Of its value, as in `result.json`; empty for a ratio and for counts without a name.
  var unit: MetricUnit? {
    switch reading {
    case .first: .seconds
    case .aggregate(.count, _): .count("")
    case .aggregate(_, let selector):
      point.metrics.first { $0.summary.name == selector.metric }?.summary.unit
    }
  }

  var isRate: Bool {
    if case .aggregate(.rate, _) = reading { true } else { false }
  }

  /// The smallest step between two of its values: one thing for what is counted, a bucket of the
  /// recorder for what is a value of a histogram; zero where any value is possible.
  func step(at value: Double) -> Double {
    switch reading {
    case .first: return 0
    case .aggregate(let aggregate, let selector):
      let metric = point.metrics.first { $0.summary.name == selector.metric }?.summary
      switch aggregate {
      case .percentile: return max(abs(value) * Self.bucketWidth, metric?.unit.bucket ?? 0)
      case .count: return 1
      case .value, .peak, .maximum, .minimum: return one
      case .rate:
        let seconds = point.simulatedSeconds - point.warmUpSeconds
        return seconds > 0 ? 1 / seconds : 0
      case .mean, .sum: return 0
      }
    }
  }

  /// Of the recorder's histograms, as a share of the value; see `RecordedDistribution`.
  private static let bucketWidth = 1.0 / 128

  private var one: Double {
    if case .count = unit { 1 } else { 0 }
  }
}

/// Walks through expectations and notes what they read, and where.
private struct Collector {
  /// Where a term is read: the variant, and the axes of the sweep that are tied down.
  fileprivate struct Place {
    var variant: String
    var tied: [KnobPath: String] = [:]
  }

  let points: [PointResult]
  /// For each point, in the order of the first mention.
  private(set) var found: [[(reading: JudgedFigure.Reading, worse: FigureDirection)]]

  init(points: [PointResult]) {
    self.points = points
    found = points.map { _ in [] }
  }

  mutating func add(_ comparison: ExpectComparison, variant: String) {
    let place = Place(variant: variant)
    switch comparison {
    case .chain(let terms, let relations):
      for (relation, (left, right)) in zip(relations, zip(terms, terms.dropFirst())) {
        let worse = FigureDirection.worse(leftOf: relation)
        add(left, worse, at: place)
        add(right, worse.flipped, at: place)
      }
    case .near, .inside:
      for term in comparison.terms { add(term, .either, at: place) }
    }
  }

  private mutating func add(_ term: ExpectTerm, _ worse: FigureDirection, at place: Place) {
    switch term {
    case .number: break
    case .metric(let aggregate, let selector):
      note(.aggregate(aggregate, selector), worse, at: place)
    case .first(let selector, let relation, let bound):
      note(.first(selector, relation, bound), worse, at: place)
    case .negated(let inner): add(inner, worse.flipped, at: place)
    case .exponential(let inner): add(inner, worse, at: place)
    case .absolute(let inner): add(inner, .either, at: place)
    case .sum(let a, let b):
      add(a, worse, at: place)
      add(b, worse, at: place)
    case .difference(let a, let b):
      add(a, worse, at: place)
      add(b, worse.flipped, at: place)
    case .product(let a, let b):
      // Which way a factor pulls depends on the sign of the other; metrics are not negative.
      add(a, b.isNeverNegative ? worse : .either, at: place)
      add(b, a.isNeverNegative ? worse : .either, at: place)
    case .quotient(let a, let b):
      add(a, b.isNeverNegative ? worse : .either, at: place)
      add(b, a.isNeverNegative && b.isNeverNegative ? worse.flipped : .either, at: place)
    case .smallest(let terms), .largest(let terms):
      for term in terms { add(term, worse, at: place) }
    case .inVariant(let name, let inner):
      var other = place
      other.variant = name
      add(inner, worse, at: other)
    case .at(let path, let value, let inner):
      var other = place
      other.tied[path] = value
      add(inner, worse, at: other)
    case .exponent(let inner, let path, _), .linearity(let inner, let path):
      add(inner, .either, at: place.open(path))
    case .knee(let comparison, let path):
      for term in comparison.terms { add(term, .either, at: place.open(path)) }
    }
  }

  private mutating func note(
    _ reading: JudgedFigure.Reading, _ worse: FigureDirection, at place: Place
  ) {
    for (index, point) in points.enumerated() where point.variant == place.variant {
      let isThere = place.tied.allSatisfy { path, value in
        point.coordinates.contains { $0.path == path && $0.value == value }
      }
      guard isThere else { continue }
      if let known = found[index].firstIndex(where: { $0.reading == reading }) {
        found[index][known].worse = found[index][known].worse.joined(worse)
      } else {
        found[index].append((reading, worse))
      }
    }
  }
}

extension Collector.Place {
  /// The same with all values of an axis.
  fileprivate func open(_ axis: KnobPath) -> Self {
    var place = self
    place.tied[axis] = nil
    return place
  }
}

extension MetricUnit {
  /// The narrowest bucket of a histogram in this unit.
  fileprivate var bucket: Double {
    switch self {
    case .seconds: 1e-6
    case .count: 1
    default: 1 / Double(grain)
    }
  }
}

extension ExpectTerm {
  /// Whether it certainly is zero or above; metrics are, but for temperatures.
  fileprivate var isNeverNegative: Bool {
    switch self {
    case .number(let value): value >= 0
    case .metric, .first, .absolute, .exponential, .linearity: true
    case .inVariant(_, let term), .at(_, _, let term): term.isNeverNegative
    case .sum(let a, let b), .product(let a, let b), .quotient(let a, let b):
      a.isNeverNegative && b.isNeverNegative
    case .smallest(let terms), .largest(let terms): terms.allSatisfy(\.isNeverNegative)
    case .negated, .difference, .exponent, .knee: false
    }
  }
}
