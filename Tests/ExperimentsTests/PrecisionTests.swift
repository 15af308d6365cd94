// SPDX-License-Identifier: Apache-2.0
import Experiments
import Scenario
import Testing

/// Replications that are added until figures are known well enough.
struct PrecisionTests {
  /// Writes arrive by a Poisson process: their number in 10 s at 20/s has a standard deviation of 7 %.
  private func run(_ relative: Double, most: Int, threads: Int = 2) throws -> ExperimentResult {
    let document = try ScenarioLibrary().load(
      text: """
        orrery: 1
        disks: { ssd: { write-latency: 1ms } }
        machines: { worker: { cpu: 8 } }
        cluster:
          nodePools: [ { name: gpu, machine: worker, count: 1 } ]
          etcd: { main: { disk: ssd } }
        workload:
          - { name: writer, requests: { verb: update, resource: configmaps, rate: 20/s, objects: 10 } }
        run: { duration: 12s, warmUp: 2s, replications: 1 }
        expect:
          - { id: x, that: 'rate(apiserver_request_total{resource=configmaps}) > 1/s', class: T4, because: a figure }
        """, file: "small.yaml")
    let options = RunOptions(
      threads: threads, precision: .init(relative: relative, most: most))
    return try ExperimentRunner(options: options).run(document)
  }

  @Test func addsUntilKnown() throws {
    let result = try run(0.03, most: 200)
    let figure = try #require(result.figures.first)
    let values = figure.replicated[0].compactMap { $0 }
    let interval = try #require(ResultInterval(replications: values))
    let mean = values.reduce(0, +) / Double(values.count)
    #expect((interval.upper - interval.lower) / 2 <= 0.03 * mean)
    // t s / sqrt(n) <= 0.03 with s = 0.07 takes some 24 runs; half or twice as many are no surprise.
    #expect((8...60).contains(values.count))
    #expect(result.warnings.isEmpty)
    let single = try run(0.03, most: 200, threads: 1)
    #expect(single.points[0].fingerprint == result.points[0].fingerprint)
  }

  @Test func saysWhatTheLimitLeft() throws {
    let result = try run(0.001, most: 5)
    #expect(result.points[0].replications.count == 5)
    #expect(
      result.warnings.contains { $0.contains("after 5 replications; ±0.1 % was asked for") })
  }
}
