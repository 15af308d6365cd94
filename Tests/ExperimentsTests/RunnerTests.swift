// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Measurement
import Scenario
import Synchronization
import Testing

@Suite struct RunnerTests {
  static let sweep = """
    workload:
      - name: writer
        requests: { verb: update, resource: configmaps, rate: 20/s, objects: 10 }
    sweep: { workload.writer.requests.rate: [10/s, 40/s] }
    variants:
      one-member: { cluster.etcd.main.members: 1 }
    """
  static let shortRun = "{ duration: 8s, warmUp: 2s, seed: 7, replications: 3 }"

  /// Everything of a result that must not depend on how it was made.
  static func digest(_ result: ExperimentResult) -> [String] {
    result.points.map { point in
      let metrics = point.metrics.map {
        "\($0.summary.name)\($0.labels)\($0.summary)\(String(describing: $0.interval))"
      }
      return "\(point.name) \(point.fingerprint) \(metrics)"
    }
  }

  @Test("Results do not depend on the number of threads")
  func threads() throws {
    let document = try TinyScenario.document(Self.sweep, run: Self.shortRun)
    let one = try ExperimentRunner(options: RunOptions(threads: 1)).run(document)
    let four = try ExperimentRunner(options: RunOptions(threads: 4)).run(document)
    #expect(one.points.count == 4)
    #expect(one.points.map(\.name) == four.points.map(\.name))
    #expect(Self.digest(one) == Self.digest(four))
    // Different points and replications are different runs.
    let fingerprints = one.points.flatMap { $0.replications.map(\.fingerprint) }
    #expect(Set(fingerprints).count == 12)
  }

  @Test("Replication 0 is the run of the seed itself")
  func firstReplication() throws {
    let single = try ExperimentRunner().run(
      try TinyScenario.document(run: "{ duration: 8s, warmUp: 2s, seed: 7 }"))
    let several = try ExperimentRunner().run(try TinyScenario.document(run: Self.shortRun))
    #expect(several.points[0].replications[0].seed == 7)
    #expect(several.points[0].replications[0].fingerprint == single.points[0].fingerprint)
  }

  @Test("Seeds of replications are the outputs of SplitMix64")
  func seeds() {
    // First outputs of SplitMix64 from 0: the reference implementation by Sebastiano Vigna.
    let published: [UInt64] = [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F]
    #expect((1...3).map { ReplicationSeed.derive(from: 0, replication: $0) } == published)
    #expect(ReplicationSeed.derive(from: 42, replication: 0) == 42)
  }

  @Test("The measured window begins after the warm-up")
  func window() throws {
    let result = try ExperimentRunner().run(
      try TinyScenario.document(run: "{ duration: 30s, warmUp: 10s, seed: 3 }"))
    let writes = result.points[0].metrics.first {
      $0.summary.name == "rest_client_requests_total"
        && $0.labels.contains(MetricLabel("client", "writer"))
        && $0.labels.contains(MetricLabel("code", "200"))
    }
    let summary = try #require(writes?.summary)
    #expect(summary.measuredSeconds == 20)
    // 20 Poisson arrivals a second: 400 in 20 s and 600 in 30 s, each within five deviations.
    #expect(abs(summary.count - 400) < 100)
    #expect(abs((summary.total ?? 0) - 600) < 123)
    #expect(summary.rate == Double(summary.count) / 20)
  }

  @Test("Replications from one warm-up share its past and differ afterwards")
  func warmUpReplications() throws {
    let document = try TinyScenario.document(run: Self.shortRun)
    let scratch = try ExperimentRunner().run(document).points[0].replications
    let options = RunOptions(replicationStart: .warmUp)
    let forked = try ExperimentRunner(options: options).run(document).points[0].replications
    // Going on from the stored state is what would have happened anyway.
    #expect(forked[0].fingerprint == scratch[0].fingerprint)
    #expect(Set(forked.map(\.fingerprint)).count == 3)
    #expect(forked[1].fingerprint != scratch[1].fingerprint)
  }

  @Test("A stop is an error, and nothing is said to be finished that is not")
  func stop() throws {
    let cancellation = Cancellation()
    cancellation.cancel()
    let runner = ExperimentRunner(cancellation: cancellation)
    let document = try TinyScenario.document(run: Self.shortRun)
    #expect {
      try runner.run(document)
    } throws: { error in
      guard case .stopped(0, 3, nil) = error as? ExperimentError else { return false }
      return true
    }
  }

  @Test("A stop in the middle of a run ends it")
  func stopInTheMiddle() throws {
    let cancellation = Cancellation()
    let reports = Mutex(0)
    let runner = ExperimentRunner(
      options: RunOptions(threads: 1), cancellation: cancellation
    ) { progress in
      reports.withLock { $0 += 1 }
      #expect(progress.share > 0 && progress.share < 0.5)
      cancellation.cancel()
    }
    // Far longer than the quarter of a second to the first report.
    let document = try TinyScenario.document(run: "{ duration: 10d }")
    #expect(throws: ExperimentError.self) { try runner.run(document) }
    #expect(reports.withLock { $0 } == 1)
  }

  @Test("What is wrong is told before anything runs")
  func badOverride() throws {
    let document = try TinyScenario.document()
    #expect {
      try ExperimentRunner().run(document, overrides: ["cluster.etcd.main.members=many"])
    } throws: { error in
      guard case .scenario? = error as? ExperimentError else { return false }
      return (error as? ExperimentError)?.exitCode == .badInput
    }
  }

  @Test("Little's law holds at every station")
  func littlesLaw() throws {
    let result = try ExperimentRunner().run(try TinyScenario.document(run: Self.shortRun))
    let stations = result.points[0].stations
    #expect(stations.count > 5)
    #expect(stations.filter { !$0.holds }.isEmpty)
  }
}
