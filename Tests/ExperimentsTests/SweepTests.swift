// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Scenario
import Testing

/// Points of sweeps and what is read off them.
struct SweepTests {
  private func document() throws -> ScenarioDocument {
    try ScenarioLibrary().load(
      text: """
        orrery: 1
        disks: { ssd: { write-latency: 1ms } }
        machines: { worker: { cpu: 8 } }
        cluster:
          nodePools: [ { name: gpu, machine: worker, count: 20 } ]
          etcd: { main: { disk: ssd } }
        run: { duration: 10s }
        sweep: { cluster.nodePools.gpu.count: [10, 20] }
        variants: { slow: { disks.ssd.write-latency: 5ms } }
        """, file: "small.yaml")
  }

  private func names(_ points: [ScenarioPoint]) -> [String] {
    points.map { ([$0.variant] + $0.coordinates.map(\.value)).joined(separator: " ") }
  }

  @Test func crossedAndZipped() throws {
    let document = try document()
    let axes = [
      try VariedAxis(parsing: "cluster.nodePools.gpu.count=1,2,3"),
      try VariedAxis(parsing: "run.seed=7,8"),
    ]
    #expect(
      names(try document.points(variants: ["base"], varying: axes))
        == ["base 1 7", "base 1 8", "base 2 7", "base 2 8", "base 3 7", "base 3 8"])
    #expect(
      names(try document.points(variants: ["base"], varying: axes, zipped: true))
        == ["base 1 7", "base 2 8"])
    #expect(
      names(try document.points(variants: ["slow"], varying: [axes[1]]))
        == ["slow 10 7", "slow 10 8", "slow 20 7", "slow 20 8"])
    let slip = try VariedAxis(parsing: "cluster.nodePools.gpu.cuont=1")
    #expect(throws: ScenarioError.self) { try document.points(varying: [slip]) }
  }

  @Test func only() throws {
    let points = try document().points(varying: [VariedAxis(parsing: "run.seed=7,8")])
    func kept(_ text: String) throws -> [String] {
      try PointFilter(parsing: text).indices(of: points).map { names(points)[$0] }
    }
    #expect(
      try kept("count >= 15 and variant == slow") == ["slow 20 7", "slow 20 8"])
    #expect(
      try kept("cluster.nodePools.gpu.count<20 and seed != 7") == ["base 10 8", "slow 10 8"])
    #expect(throws: PointFilter.Problem.self) { try kept("cuont > 1") }
    #expect(throws: PointFilter.Problem.self) { try kept("count") }
  }

  /// A figure planted as 3 n^1.5 at four values, and one that is not above zero.
  @Test func exponent() throws {
    let results = try [10, 20, 40, 80].map { n -> SavedResult in
      let text = """
        {"orrery": 1, "program": "0", "scenario": "a.yaml", "variant": "base",
         "coordinates": {"cluster.n": "\(n)"}, "tier": "full", "seed": 1, "replications": 1,
         "seeds": ["1"], "fingerprint": "0", "simulatedSeconds": 1, "warmUpSeconds": 0,
         "engine": {"events": 1, "cpuSeconds": 1, "wallSeconds": 1, "eventsPerSecond": 1,
                    "peakResidentBytes": 1},
         "expectations": [], "metrics": [], "accounts": [], "bottlenecks": [], "calibrated": [],
         "unusedKnobs": [], "warnings": [], "configuration": [],
         "figures": [
           {"name": "x", "unit": "s", "rate": false, "better": null,
            "value": \(3 * pow(Double(n), 1.5)), "replications": [1]},
           {"name": "zero", "unit": "s", "rate": false, "better": null,
            "value": \(n == 40 ? 0 : n), "replications": [1]}]}
        """
      return try SavedExperiment(head: text, points: []).points[0]
    }
    let exponents = ScalingExponent.all(of: results)
    #expect(exponents.map(\.figure) == ["x"])
    #expect(abs(exponents[0].exponent - 1.5) < 1e-6 && exponents[0].points == 4)
    #expect(exponents[0].interval.contains(1.5))
  }
}
