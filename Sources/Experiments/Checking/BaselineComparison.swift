// SPDX-License-Identifier: Apache-2.0
import Stochastics

/// A check held against a baseline: every figure that expectations name, with the smallest change
/// that the replications could show.
///
/// All figures of a check are one family: with nothing changed, one of them or more is called a
/// change in at most one check in a thousand (Holm).
package struct BaselineComparison: Sendable {
  /// The family-wise level.
  package static let level = 0.001
  /// Changes of this share should be seen; figures for which they cannot are listed.
  package static let changeToSee = 0.1

  package enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// Beyond the band, towards missing the expectation, or for a figure tied down from both sides.
    case worse
    /// Beyond the band, the other way.
    case better
    /// Within the band.
    case same
    /// One replication on a side tells nothing about noise.
    case noBand = "one-replication"
    /// A replication has no value.
    case noValue = "no-value"
  }

  package struct Row: Sendable {
    package let scenario: String
    package let point: String
    package let baseline: CheckRecord.Figure
    package let now: CheckRecord.Figure
    package fileprivate(set) var outcome: Outcome
    /// Whether both sides used the same seeds.
    package let isPaired: Bool
    /// Whether neither side varies, so that any change beyond a step is seen.
    package let isExact: Bool
    /// The smallest change that is called one, in units of the figure; nil without a test.
    package let band: Double?
    /// Adjusted for the family; nil without a test.
    package let pValue: Double?

    /// The mean now over that of the baseline, minus one; nil where the baseline is zero.
    package var change: Double? { share(now.mean.map { $0 - (baseline.mean ?? 0) }) }
    /// The band as a share of the baseline; nil where the baseline is zero.
    package var bandShare: Double? { share(band) }
    /// Whether a change of ten per cent would go unnoticed.
    package var cannotSee: Bool {
      guard let band else { return false }
      return bandShare.map { $0 > BaselineComparison.changeToSee } ?? (band > 0)
    }

    private func share(_ value: Double?) -> Double? {
      guard let value, let mean = baseline.mean, mean != 0 else { return nil }
      return value / abs(mean)
    }
  }

  /// In the order of the check.
  package let rows: [Row]
  /// What is on one side only, in words.
  package let notes: [String]

  package init(_ baseline: Baseline, now: [CheckRecord]) {
    var notes: [String] = []
    var pairs: [Pair] = []
    for record in now {
      guard let old = baseline[record.scenario] else {
        notes.append("\(record.scenario): not in the baseline")
        continue
      }
      pairs += Pair.all(old, record, notes: &notes)
    }
    let tests = pairs.map { pair in
      Result { () throws(FigureTest.Obstacle) in
        try FigureTest(
          baseline: pair.old.values, now: pair.new.values,
          step: max(pair.old.step, pair.new.step), isPaired: pair.isPaired)
      }
    }
    let tested = tests.compactMap { try? $0.get() }
    var adjusted = Holm.adjusted(tested.map(\.pValue))[...]
    // What the first, and hardest, step of Holm asks for.
    let hardest = Self.level / Double(max(1, tested.count))
    rows = zip(pairs, tests).map { pair, test in
      switch test {
      case .success(let test):
        let pValue = adjusted.removeFirst()
        return Row(
          scenario: pair.scenario, point: pair.point, baseline: pair.old, now: pair.new,
          outcome: Self.outcome(test, pValue, pair.new.worse), isPaired: pair.isPaired,
          isExact: test.isExact, band: test.band(level: hardest).roundedToNineDigits,
          pValue: pValue.roundedToNineDigits)
      case .failure(let obstacle):
        return Row(
          scenario: pair.scenario, point: pair.point, baseline: pair.old, now: pair.new,
          outcome: obstacle == .oneReplication ? .noBand : .noValue, isPaired: pair.isPaired,
          isExact: false, band: nil, pValue: nil)
      }
    }
    self.notes = notes
  }

  /// What a baseline of these records will be able to show: its bands under other seeds, as far as
  /// the records themselves tell. Nothing is worse or better in it.
  package init(bandsOf records: [CheckRecord]) {
    let baseline = Baseline(
      tier: "", machine: nil, scenarios: records.map { $0.withoutSeeds })
    self.init(baseline, now: records)
  }

  package var regressions: [Row] { rows.filter { $0.outcome == .worse } }
  package var improvements: [Row] { rows.filter { $0.outcome == .better } }
  /// Those for which a change of ten per cent would go unnoticed.
  package var blind: [Row] { rows.filter(\.cannotSee) }
  /// Scenarios with figures that have no band because there is one replication only, in order.
  package var withoutBand: [String] {
    var names: [String] = []
    for row in rows where row.outcome == .noBand && !names.contains(row.scenario) {
      names.append(row.scenario)
    }
    return names
  }

  package var exitCode: ExitCode { regressions.isEmpty ? .success : .worseThanBaseline }

  private static func outcome(
    _ test: FigureTest, _ pValue: Double, _ worse: FigureDirection
  ) -> Outcome {
    guard pValue <= level, test.difference != 0 else { return .same }
    switch worse {
    case .either: return .worse
    case .higher: return test.difference > 0 ? .worse : .better
    case .lower: return test.difference < 0 ? .worse : .better
    }
  }
}

extension CheckRecord {
  /// The same, with seeds that pair with none.
  fileprivate var withoutSeeds: CheckRecord {
    CheckRecord(
      scenario: scenario, tier: tier, verdicts: verdicts,
      points: points.map {
        Point(name: $0.name, fingerprint: $0.fingerprint, seeds: [], figures: $0.figures)
      })
  }
}

/// One figure on both sides.
private struct Pair {
  let scenario: String
  let point: String
  let isPaired: Bool
  let old: CheckRecord.Figure
  let new: CheckRecord.Figure

  /// What two records have in common; what they have not goes to the notes.
  static func all(_ old: CheckRecord, _ new: CheckRecord, notes: inout [String]) -> [Pair] {
    let gone = old.points.map(\.name).filter { name in !new.points.contains { $0.name == name } }
    notes += gone.map { "\(new.scenario): \($0) is in the baseline only" }
    return new.points.flatMap { point -> [Pair] in
      guard let before = old.points.first(where: { $0.name == point.name }) else {
        notes.append("\(new.scenario): \(point.name) is not in the baseline")
        return []
      }
      for figure in before.figures where !point.figures.contains(where: { $0.name == figure.name })
      {
        notes.append("\(new.scenario): \(point.name): \(figure.name) is in the baseline only")
      }
      return point.figures.compactMap { figure in
        guard let earlier = before.figures.first(where: { $0.name == figure.name }) else {
          notes.append(
            "\(new.scenario): \(point.name): \(figure.name) is not in the baseline")
          return nil
        }
        return Pair(
          scenario: new.scenario, point: point.name, isPaired: point.seeds == before.seeds,
          old: earlier, new: figure)
      }
    }
  }
}
