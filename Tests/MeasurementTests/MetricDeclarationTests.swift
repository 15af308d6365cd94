// SPDX-License-Identifier: Apache-2.0
import Foundation
import Measurement
import Testing

@Suite struct MetricDeclarationTests {
  @Test(
    "names of real components that follow the conventions are accepted",
    arguments: [
      MetricDeclaration.latency, .requests, .pending, .busy, .utilisation,
      MetricDeclaration(
        "etcd_mvcc_db_total_size_in_bytes", .gauge, in: .bytes, help: "Size of the database."),
      MetricDeclaration(
        "node_network_receive_bytes_total", .counter, in: .bytes, help: "Bytes received."),
      MetricDeclaration(
        "DCGM_FI_DEV_XID_ERRORS", .gauge, in: .count("errors"), help: "Number of the last Xid."),
      MetricDeclaration(
        "DCGM_FI_DEV_GPU_UTIL", .gauge, in: .percent, help: "Share of time in use.",
        keepsRealName: true),
    ])
  func accepted(declaration: MetricDeclaration) {
    #expect(declaration.namingProblems == [])
  }

  @Test("what breaks a convention is named")
  func refused() {
    func problems(
      _ name: String, _ kind: MetricKind, in unit: MetricUnit, labels: [String] = [],
      buckets: [Double] = []
    ) -> [MetricNamingProblem] {
      MetricDeclaration(
        name, kind, in: unit, help: "Something.", labels: labels, buckets: buckets
      ).namingProblems
    }
    #expect(
      problems("request_latency", .histogram, in: .seconds) == [.missingSuffix("_seconds")])
    #expect(problems("requests", .counter, in: .count("requests")) == [.missingSuffix("_total")])
    #expect(
      problems("cpu_total", .counter, in: .seconds) == [.missingSuffix("_seconds_total")])
    #expect(problems("queue_count", .gauge, in: .count("pods")) == [.misleadingSuffix("_count")])
    #expect(problems("pods_total", .gauge, in: .count("pods")) == [.misleadingSuffix("_total")])
    #expect(problems("2fast", .gauge, in: .count("pods")) == [.invalidName])
    #expect(problems("größe", .gauge, in: .count("pods")) == [.invalidName])
    #expect(problems("", .gauge, in: .count("pods")) == [.invalidName])
    #expect(
      problems("pods", .gauge, in: .count("pods"), labels: ["a", "a", "__b", "c:d"])
        == [.repeatedLabelName("a"), .invalidLabelName("__b"), .invalidLabelName("c:d")])
    #expect(
      problems("wait_seconds", .histogram, in: .seconds, labels: ["le"])
        == [.reservedLabelName("le")])
    #expect(
      problems("wait_seconds", .histogram, in: .seconds, buckets: [1, 1]) == [.invalidBuckets])
    #expect(problems("pods", .gauge, in: .count("pods"), buckets: [1]) == [.invalidBuckets])
    #expect(
      MetricDeclaration("pods", .gauge, in: .count("pods"), help: "").namingProblems
        == [.missingHelp])
  }

  @Test("a real name is excused from conventions, not from being readable")
  func realName() {
    let odd = MetricDeclaration(
      "gpu util", .counter, in: .percent, help: "Something.", keepsRealName: true)
    #expect(odd.namingProblems == [.invalidName])
  }

  @Test("the range of a metric is that of its unit; a counter has no upper end")
  func ranges() {
    #expect(MetricDeclaration.utilisation.validRange == 0...1)
    #expect(MetricDeclaration.requests.validRange == 0 ... .infinity)
    #expect(MetricDeclaration.latency.validRange == 0 ... .infinity)
    let percent = MetricDeclaration("load_percent", .gauge, in: .percent, help: "Load.")
    #expect(percent.validRange == 0...100)
    let heat = MetricDeclaration("gpu_celsius", .gauge, in: .celsius, help: "Heat.")
    #expect(heat.validRange.contains(-40) && !heat.validRange.contains(-300))
  }

  @Test(
    "a unit survives being stored, whatever is counted",
    arguments: [
      MetricUnit.seconds, .bytes, .ratio, .percent, .bytesPerSecond, .watts, .celsius,
      .count("requests"), .count("seconds"), .count("count of pods"), .count(""),
    ])
  func storedUnit(unit: MetricUnit) throws {
    #expect(try savedAndLoaded([unit]) == [unit])
  }

  @Test("an unknown unit is refused")
  func unknownUnit() {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([MetricUnit].self, from: Data("[\"furlongs\"]".utf8))
    }
  }
}
