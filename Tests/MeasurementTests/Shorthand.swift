// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Foundation
import Measurement
import Testing

func ns(_ nanoseconds: Int64) -> SimDuration { SimDuration(nanoseconds: nanoseconds) }
func ms(_ milliseconds: Int64) -> SimDuration { ns(milliseconds * 1_000_000) }
func at(ns nanoseconds: UInt64) -> SimTime { SimTime(nanoseconds: nanoseconds) }
func at(s seconds: UInt64) -> SimTime { at(ns: seconds * 1_000_000_000) }

/// The nearest-rank percentile of all samples: the definition, on sorted data.
func exactPercentile(_ percent: Double, of sorted: [Int64]) -> Int64 {
  let rank = (percent * Double(sorted.count) / 100).rounded(.up)
  return sorted[max(0, Int(rank) - 1)]
}

func saved(_ value: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  return try encoder.encode(value)
}

func savedAndLoaded<Value: Codable>(_ value: Value) throws -> Value {
  try JSONDecoder().decode(Value.self, from: saved(value))
}

/// Checks that a program that stopped said why.
func saying(
  _ reason: String, _ exit: ExitTest.Result?, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let output = try #require(exit, sourceLocation: sourceLocation).standardErrorContent
  #expect(
    String(decoding: output, as: UTF8.self).contains(reason), sourceLocation: sourceLocation)
}

extension MetricDeclaration {
  static let latency = MetricDeclaration(
    "etcd_request_duration_seconds", .histogram, in: .seconds, help: "Time until the answer.",
    labels: ["operation"])
  static let requests = MetricDeclaration(
    "apiserver_request_total", .counter, in: .count("requests"), help: "Requests answered.",
    labels: ["verb", "code"])
  static let pending = MetricDeclaration(
    "scheduler_pending_pods", .gauge, in: .count("pods"), help: "Pods that wait.")
  static let busy = MetricDeclaration(
    "gpu_busy_seconds_total", .counter, in: .seconds, help: "Time in use, over all GPUs.")
  static let utilisation = MetricDeclaration(
    "disk_utilisation_ratio", .gauge, in: .ratio, help: "Share of time in use.")
}
