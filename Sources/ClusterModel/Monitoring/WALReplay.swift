// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
package import Scenario

/// How fast a starting Prometheus reads its write-ahead log: `wal-replay`.
///
/// As many workers as GOMAXPROCS put samples into the series in memory (tsdb/head_wal.go). What n
/// workers do is the universal scalability law: n workers do n times the work of one, divided by
/// 1 + contention (n - 1) + coherency n (n - 1); the first term is what only one can do at a time, the
/// second what each has to settle with each other (N. J. Gunther, Guerrilla Capacity Planning,
/// Springer 2007, chapter 4). Throughput is largest at n = sqrt((1 - contention) / coherency) and falls
/// beyond.
package struct WALReplayConfiguration: Configurable, Codable {
  package var path: KnobPath
  package var rate: Rate
  package var contention: Double
  package var coherency: Double

  package static let rate = Knob<Rate>(
    "samples-per-worker", default: Rate(perSecond: 730_000),
    in: Rate(perSecond: 1)...Rate(perSecond: 1_000_000_000),
    help: "Samples per second that a single worker takes in.",
    source: "prometheus pull request 6230, BenchmarkLoadWAL: 5 million samples in 0.85 s with 8")
  package static let contention = Knob<Double>(
    "contention", default: 0, in: 0...1,
    help: "Share of the work that only one worker can do at a time.",
    source: "none published: fit two measured replay times")
  package static let coherency = Knob<Double>(
    "coherency", default: 0, in: 0...1,
    help: "Share of a worker's work that each other worker adds to it.",
    source: "none published: fit two measured replay times")

  package static let declaration = SectionDeclaration(
    "wal-replay", help: "How fast a starting Prometheus reads its write-ahead log."
  ) {
    rate
    contention
    coherency
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    rate = reader[Self.rate]
    contention = reader[Self.contention]
    coherency = reader[Self.coherency]
  }

  /// Samples per second that so many workers take in.
  func throughput(workers: Int) -> Double {
    let n = Double(workers)
    return rate.perSecond * n / (1 + contention * (n - 1) + coherency * n * (n - 1))
  }

  func duration(samples: Double, workers: Int) -> SimDuration {
    SimDuration(roundingSeconds: samples / throughput(workers: workers))
  }
}
