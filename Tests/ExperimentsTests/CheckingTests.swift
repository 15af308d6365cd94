// SPDX-License-Identifier: Apache-2.0
import Foundation
import Scenario
import Testing

@testable import Experiments

@Suite("Figures held against a baseline")
struct BaselineComparisonTests {
  private typealias Figure = CheckRecord.Figure

  private static func record(
    _ figures: [Figure], seeds: [String], name: String = "s"
  ) -> CheckRecord {
    CheckRecord(
      scenario: name, tier: "full",
      points: [.init(name: "base", fingerprint: "0", seeds: seeds, figures: figures)])
  }

  /// Compares one figure.
  private static func row(
    _ old: [Double?], _ new: [Double?], worse: FigureDirection = .higher, step: Double = 0,
    sameSeeds: Bool = false
  ) throws -> BaselineComparison.Row {
    func record(_ values: [Double?], _ seed: Int) -> CheckRecord {
      Self.record(
        [Figure(name: "f", worse: worse, step: step, values: values)],
        seeds: values.indices.map { "\(seed + $0)" })
    }
    let comparison = BaselineComparison(
      Baseline(tier: "full", machine: nil, scenarios: [record(old, 1)]),
      now: [record(new, sameSeeds ? 1 : 100)])
    return try #require(comparison.rows.first)
  }

  /// Standard normal values by the sum of twelve uniform ones, from a generator of its own.
  private struct Luck {
    var state: UInt64
    mutating func normal() -> Double {
      (0..<12).reduce(-6.0) { sum, _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return sum + Double(state >> 11) / 9_007_199_254_740_992
      }
    }
    mutating func values(_ count: Int, mean: Double, deviation: Double) -> [Double?] {
      (0..<count).map { _ in mean + deviation * normal() }
    }
  }

  /// 300 checks of 20 figures each, 0.3 of which may raise an alarm on average; at 5 % without a
  /// correction it would be all of them.
  @Test func nothingChangedRaisesNoAlarm() {
    var luck = Luck(state: 1)
    let alarms = (0..<300).count { _ in
      func record(_ seed: Int) -> CheckRecord {
        Self.record(
          (0..<20).map {
            Figure(
              name: "f\($0)", worse: .either,
              values: luck.values(5, mean: 100, deviation: 1 + Double($0)))
          }, seeds: (0..<5).map { "\(seed + $0)" })
      }
      let baseline = Baseline(tier: "full", machine: nil, scenarios: [record(0)])
      return BaselineComparison(baseline, now: [record(10)]).exitCode != .success
    }
    #expect(alarms <= 3)
  }

  /// One figure, five values a side, deviation 1 of 100: the band is about
  /// t(0.9995; 8) * sqrt(2 / 5) = 5.04 * 0.632 = 3.2 %, and 10 % is far beyond it.
  @Test func aChangeBeyondTheBandIsCaughtEveryTime() throws {
    var luck = Luck(state: 2)
    var bands = 0.0
    for _ in 0..<200 {
      let row = try Self.row(
        luck.values(5, mean: 100, deviation: 1), luck.values(5, mean: 110, deviation: 1))
      bands += try #require(row.bandShare)
      #expect(row.outcome == .worse)
    }
    #expect(abs(bands / 200 - 0.032) < 0.006)
  }

  /// Of the figure with itself: t(0.9995; 4) * sqrt(2 * 1 / 3) = 8.610 * 0.8165 = 7.03, by hand.
  @Test func aSavedBaselineKnowsItsBand() throws {
    let record = Self.record(
      [Figure(name: "f", worse: .higher, values: [99, 100, 101])], seeds: ["1", "2", "3"])
    let comparison = BaselineComparison(bandsOf: [record])
    #expect(abs(try #require(comparison.rows[0].bandShare) - 0.0703) < 0.0001)
    #expect(comparison.rows[0].outcome == .same)
  }

  @Test func theDirectionDecides() throws {
    let (low, high): ([Double?], [Double?]) = (
      [10, 10.1, 9.9, 10, 10.05], [12, 12.1, 11.9, 12, 12.1]
    )
    #expect(try Self.row(low, high, worse: .higher).outcome == .worse)
    #expect(try Self.row(low, high, worse: .lower).outcome == .better)
    #expect(try Self.row(low, high, worse: .either).outcome == .worse)
    #expect(try Self.row(high, low, worse: .lower).outcome == .worse)
    #expect(try Self.row(high, low, worse: .higher).outcome == .better)
    #expect(try Self.row(low, low.reversed(), worse: .either).outcome == .same)
    #expect(abs(try #require(try Self.row(low, high).change) - 0.2) < 0.002)
  }

  /// Luck between 10 and 50, and 5 % more in each pair: only pairs can see it.
  @Test func pairsSeeWhatGroupsCannot() throws {
    let old: [Double?] = [10, 20, 30, 40, 50, 15, 25, 35]
    let shift = [0.51, 0.49, 0.5, 0.52, 0.48, 0.5, 0.49, 0.51]
    let new = zip(old, shift).map { $0! + $1 }
    #expect(try Self.row(old, new).outcome == .same)
    #expect(try Self.row(old, new, sameSeeds: true).outcome == .worse)
  }

  @Test func valuesWithoutSpread() throws {
    #expect(try Self.row([8, 8, 8], [8, 8, 8]).outcome == .same)
    // Far apart is a change; one count apart may be luck under other seeds: 2 / (6 over 3) = 0.1.
    #expect(try Self.row([8, 8, 8], [9, 9, 9], step: 0).outcome == .worse)
    let step = try Self.row([8, 8, 8], [9, 9, 9], step: 1)
    #expect(step.outcome == .same)
    #expect(abs(try #require(step.pValue) - 0.1) < 1e-12)
    #expect(step.bandShare == 0.125)
    #expect(try Self.row([8, 8, 8], [10, 10, 10], step: 1).outcome == .worse)
    // With ten on each side luck does not do that any more: 2 / (20 over 10) = 1.1e-5.
    let ten = { (value: Double) in [Double?](repeating: value, count: 10) }
    #expect(try Self.row(ten(8), ten(9), step: 1).outcome == .worse)
  }

  @Test func whatCannotBeTestedIsNotJudged() throws {
    let single = try Self.row([1], [2])
    #expect(single.outcome == .noBand && single.band == nil && !single.cannotSee)
    #expect(try Self.row([1, 2], [2]).outcome == .noBand)
    #expect(try Self.row([1, nil], [2, 3]).outcome == .noValue)
    #expect(try Self.row([1, 2, 3], [1.5, 2.5, 3]).cannotSee)
    #expect(!(try Self.row([1, 1, 1], [1, 1, 1]).cannotSee))
  }

  @Test func whatIsOnOneSideOnlyIsSaid() {
    let figure = Figure(name: "f", worse: .higher, values: [1, 2])
    let other = Figure(name: "g", worse: .higher, values: [1, 2])
    let baseline = Baseline(
      tier: "full", machine: nil, scenarios: [Self.record([figure], seeds: ["1", "2"])])
    let comparison = BaselineComparison(
      baseline,
      now: [
        Self.record([other], seeds: ["1", "2"]), Self.record([other], seeds: [], name: "new"),
      ])
    #expect(comparison.rows.isEmpty)
    #expect(
      comparison.notes == [
        "s: base: f is in the baseline only", "s: base: g is not in the baseline",
        "new: not in the baseline",
      ])
    #expect(comparison.exitCode == .success)
  }
}

@Suite("Figures that expectations name")
struct JudgedFigureTests {
  private static func record(_ that: String) throws -> CheckRecord {
    let made = try HandMade(expect: HandMade.expectation(that, class: "T4", more: "", id: "x")) {
      variant, _ in
      let factor = variant == "fixed" ? 2 : 1
      return (1...3).map { run in
        HandMade.Run(completed: run * factor, durations: [Double(run * factor)])
      }
    }
    let result = ExperimentResult(made.document, points: made.points)
    return CheckRecord(result, name: "made", expectations: made.document.expectations)
  }

  /// Which way is worse, by hand, on the base and in the variant `fixed`.
  @Test(arguments: [
    ("count(kube_job_completed_total) < 5", ["higher"], []),
    ("count(kube_job_completed_total) >= 1", ["lower"], []),
    ("1 < count(kube_job_completed_total) < 5", ["either"], []),
    ("count(kube_job_completed_total) == 2", ["either"], []),
    ("count(kube_job_completed_total) < variant(fixed)", ["higher"], ["lower"]),
    ("count(kube_job_completed_total) / variant(fixed) > 0.4", ["lower"], ["higher"]),
    ("10 - count(kube_job_completed_total) > 1", ["higher"], []),
    ("2 * count(kube_job_completed_total) < 9", ["higher"], []),
    (
      "mean(kube_job_duration_seconds) < max(kube_job_duration_seconds)", ["higher", "lower"], []
    ),
  ])
  func directions(that: String, base: [String], fixed: [String]) throws {
    let record = try Self.record(that)
    #expect(record.points.map(\.name) == ["base", "fixed"])
    #expect(record.points[0].figures.map(\.worse.rawValue) == base)
    #expect(record.points[1].figures.map(\.worse.rawValue) == fixed)
  }

  @Test func valuesAreThoseOfTheReplications() throws {
    let record = try Self.record("count(kube_job_completed_total) < variant(fixed)")
    #expect(record.points[0].figures.map(\.values) == [[1, 2, 3]])
    #expect(record.points[1].figures.map(\.values) == [[2, 4, 6]])
    #expect(record.points[0].figures.map(\.name) == ["count(kube_job_completed_total)"])
    #expect(record.points[0].figures.map(\.step) == [1])
    #expect(record.points[0].figures.map(\.mean) == [2])
  }

  @Test func filesReadBackAsTheyWere() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("orrery-kept-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let record = try Self.record("count(kube_job_completed_total) < variant(fixed)")
    var speed = SpeedMeasurement(events: 10)
    speed.add(cpuSeconds: 0.5, yardstickSeconds: 0.1)
    let baseline = Baseline(
      tier: "quick", machine: "one", scenarios: [record], speeds: ["made": speed])
    let path = folder.appendingPathComponent("deep/main.json").path
    try KeptFile.write(baseline, to: path)
    #expect(try KeptFile.baseline(at: path) == baseline)
    try KeptFile.write(GoldenSummary(record), to: path)
    #expect(try KeptFile.golden(at: path) == GoldenSummary(record))
    #expect(try KeptFile.golden(at: path + ".not") == nil)
    #expect(throws: KeptFileError.self) { try KeptFile.baseline(at: path) }
  }
}

@Suite("Golden summaries")
struct GoldenComparisonTests {
  private static func record(
    fingerprint: String = "a", value: Double = 1, verdict: Verdict = .met, point: String = "base"
  ) -> CheckRecord {
    CheckRecord(
      scenario: "s", tier: "quick", verdicts: ["X": verdict],
      points: [
        .init(
          name: point, fingerprint: fingerprint, seeds: ["1"],
          figures: [.init(name: "f", worse: .higher, values: [value])])
      ])
  }

  @Test func everyDifferenceIsNamed() {
    let golden = Self.record()
    func changes(_ now: CheckRecord) -> [String] { GoldenComparison(golden, now: now).changes }
    #expect(changes(Self.record()).isEmpty)
    #expect(changes(Self.record(fingerprint: "b")) == ["base: fingerprint was a, is b"])
    #expect(changes(Self.record(value: 2)) == ["base: f was 1, is 2"])
    #expect(changes(Self.record(verdict: .missed)) == ["X: was met, is missed"])
    #expect(changes(Self.record(point: "other")) == ["base: is gone", "other: is new"])
  }
}

@Suite("Speed of the simulator")
struct SpeedComparisonTests {
  private static func speed(_ cpu: [Double], yardstick: [Double]? = nil) -> SpeedMeasurement {
    var speed = SpeedMeasurement(events: 1_000_000)
    for (index, seconds) in cpu.enumerated() {
      speed.add(cpuSeconds: seconds, yardstickSeconds: yardstick?[index] ?? 0.01)
    }
    return speed
  }

  private static let usual = [1.00, 1.01, 0.99, 1.02, 0.98]

  private static func row(
    _ now: SpeedMeasurement, machine: String = "one"
  ) throws -> SpeedComparison.Row {
    let comparison = SpeedComparison(
      Baseline(tier: "full", machine: "one", scenarios: [], speeds: ["s": speed(usual)]),
      machine: machine, now: [("s", now)])
    return try #require(comparison.rows.first)
  }

  @Test func slowerBeyondTheBandIsSlower() throws {
    let slower = try Self.row(Self.speed(Self.usual.map { $0 * 1.25 }))
    #expect(slower.outcome == .slower)
    // A quarter more time is a fifth less speed.
    #expect(abs(try #require(slower.change) + 0.2) < 1e-9)
    // t(0.9995; 8) * 0.0158 * sqrt(2 / 5) = 5.04 %.
    #expect(abs(try #require(slower.band) - 0.0492) < 0.001)
    #expect(try Self.row(Self.speed(Self.usual.map { $0 * 0.8 })).outcome == .faster)
    #expect(try Self.row(Self.speed(Self.usual.map { $0 * 1.02 })).outcome == .same)
  }

  /// Everything takes twice as long, the fixed piece of work too: a busy neighbour.
  @Test func aBusyMachineIsNoRegression() throws {
    let busy = Self.speed(
      Self.usual.map { $0 * 2 }, yardstick: Self.usual.map { _ in 0.02 })
    #expect(try Self.row(busy).outcome == .same)
  }

  @Test func otherMachinesAreNotJudged() throws {
    let row = try Self.row(Self.speed(Self.usual.map { $0 * 3 }), machine: "two")
    #expect(row.outcome == .notJudged)
    #expect(row.band == nil)
    #expect(try #require(row.change) < -0.6)
  }

  @Test func theYardstickTakesTime() {
    #expect(Yardstick.cpuSeconds() > 0)
  }
}
