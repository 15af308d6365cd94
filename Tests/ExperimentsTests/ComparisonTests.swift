// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Testing

/// Verdicts on figures whose tests are worked by hand.
struct ComparisonTests {
  /// A saved result with one figure a name.
  private func result(
    seeds: [Int], _ figures: [(name: String, better: String?, values: [Double?])],
    knobs: [String: String] = [:]
  ) throws -> SavedResult {
    let figures = figures.map { name, better, values in
      let known = values.compactMap { $0 }
      return """
        {"name": "\(name)", "unit": "s", "rate": false,
         "better": \(better.map { "\"\($0)\"" } ?? "null"),
         "value": \(known.reduce(0, +) / Double(known.count)),
         "replications": [\(values.map { $0.map { "\($0)" } ?? "null" }.joined(separator: ","))]}
        """
    }
    let knobs = knobs.sorted { $0.key < $1.key }.map {
      #"{"path": "\#($0.key)", "value": "\#($0.value)", "from": "scenario", "source": "a.yaml"}"#
    }
    let text = """
      {"orrery": 1, "program": "0", "scenario": "a.yaml", "variant": "base", "coordinates": {},
       "tier": "full", "seed": 1, "replications": \(seeds.count),
       "seeds": [\(seeds.map { "\"\($0)\"" }.joined(separator: ","))], "fingerprint": "0",
       "simulatedSeconds": 1, "warmUpSeconds": 0,
       "engine": {"events": 1, "cpuSeconds": 1, "wallSeconds": 1, "eventsPerSecond": 1,
                  "peakResidentBytes": 1},
       "expectations": [], "figures": [\(figures.joined(separator: ","))], "metrics": [],
       "accounts": [], "bottlenecks": [], "calibrated": [], "unusedKnobs": [], "warnings": [],
       "configuration": [\(knobs.joined(separator: ","))]}
      """
    return try SavedExperiment(head: text, points: []).points[0]
  }

  private func compare(_ a: SavedResult, _ b: SavedResult) -> Comparison {
    Comparison(
      [.init(name: "a", result: a), .init(name: "b", result: b)], selecting: .asked)
  }

  /// Differences 1, 2, 3, 4, 5: mean 3, s = 1.5811, t(4) = 2.776 gives 3 +- 1.963, p = 0.0132.
  @Test func pairs() throws {
    let a = try result(seeds: [1, 2, 3, 4, 5], [("x", "lower", [10, 20, 30, 40, 50])])
    let b = try result(seeds: [1, 2, 3, 4, 5], [("x", "lower", [11, 22, 33, 44, 55])])
    let comparison = compare(a, b)
    #expect(comparison.isPaired)
    let cell = comparison.figures[0].cells[1]
    let interval = try #require(cell.interval)
    #expect(abs(interval.lower - (3 - 1.9632)) < 1e-3)
    #expect(abs(interval.upper - (3 + 1.9632)) < 1e-3)
    #expect(abs(try #require(cell.probability) - 0.01324) < 1e-4)
    #expect(cell.verdict == .worse)
    #expect(compare(b, a).figures[0].cells[1].verdict == .better)
  }

  /// The same values under other seeds: the spread of 10 to 50 hides a difference of 3.
  @Test func strangers() throws {
    let a = try result(seeds: [1, 2, 3, 4, 5], [("x", "lower", [10, 20, 30, 40, 50])])
    let b = try result(seeds: [6, 7, 8, 9, 10], [("x", "lower", [11, 22, 33, 44, 55])])
    let cell = compare(a, b).figures[0].cells[1]
    #expect(cell.verdict == .cannotTell)
    // Welch: s^2 = 250 and 302.5, standard error sqrt(552.5 / 5) = 10.512, 7.93 degrees of freedom.
    let interval = try #require(cell.interval)
    #expect(abs((interval.upper - interval.lower) / 2 - 2.3095 * 10.512) < 0.05)
  }

  /// p = 0.0132 alone is a difference, beside four figures that say nothing it is none: 5 x 0.0132.
  @Test func manyFiguresNeedMore() throws {
    let noise: [Double] = [1, -1, 2, -2, 0.1]
    let quiet = (0..<4).map { ("q\($0)", String?.none, [1.0, 2, 3, 4, 5]) }
    let loud = (0..<4).map { ("q\($0)", String?.none, zip([1.0, 2, 3, 4, 5], noise).map(+)) }
    let a = try result(
      seeds: [1, 2, 3, 4, 5], [("x", nil, [10, 20, 30, 40, 50])] + quiet)
    let b = try result(seeds: [1, 2, 3, 4, 5], [("x", nil, [11, 22, 33, 44, 55])] + loud)
    #expect(compare(a, b).figures.allSatisfy { $0.cells[1].verdict == .cannotTell })
  }

  @Test func equalsAndGaps() throws {
    let a = try result(
      seeds: [1, 2], [("same", "lower", [1, 2]), ("gap", nil, [1, nil]), ("gone", nil, [1, 1])],
      knobs: ["cluster.a": "1", "cluster.b": "2"])
    let b = try result(
      seeds: [1, 2], [("same", "lower", [1, 2]), ("gap", nil, [1, 2])],
      knobs: ["cluster.a": "1", "cluster.b": "3", "cluster.c": "4"])
    let comparison = compare(a, b)
    #expect(comparison.figures.map { $0.cells[1].verdict } == [.same, .cannotTell, .missing])
    #expect(comparison.knobs.map(\.path) == ["cluster.b", "cluster.c"])
    #expect(comparison.knobs.map(\.values) == [["2", "3"], [nil, "4"]])
    #expect(!comparison.isAnythingWorse)
  }

  /// One run a side is compared by value, and no verdict is given on it.
  @Test func oneRunTellsNothing() throws {
    let a = try result(seeds: [1], [("x", "lower", [10])])
    let b = try result(seeds: [1], [("x", "lower", [20])])
    let cell = compare(a, b).figures[0].cells[1]
    #expect(cell.verdict == .cannotTell && cell.difference == 10 && cell.interval == nil)
  }

  /// Two machines of 3 an hour, five of 1.5; one type has no price.
  @Test func cost() throws {
    let priced = try result(
      seeds: [1], [],
      knobs: [
        "cluster.nodePools.w.machine": "big", "cluster.nodePools.w.count": "5",
        "cluster.etcd.main.machine": "small", "cluster.etcd.main.members": "2",
        "cluster.kube-apiserver.machine": "other", "cluster.kube-apiserver.replicas": "3",
        "machines.big.price-per-hour": "1.5", "machines.small.price-per-hour": "3",
        "machines.other.price-per-hour": "null",
      ])
    let cost = MachineCost(of: priced)
    #expect(cost.perHour == 13.5 && cost.unpriced == ["other"])
  }
}
