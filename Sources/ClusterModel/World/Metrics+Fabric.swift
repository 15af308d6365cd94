// SPDX-License-Identifier: Apache-2.0
import Measurement

/// Metrics of the fabric and of downloads; our own, since no component has them all.
extension MetricDeclaration {
  static let fabric: [MetricDeclaration] = [
    fabricFlows, internetReceived, internetUtilisation, natConnections, natWaiting,
    downloadDuration, downloadRate, downloadsActive,
  ]

  static let fabricFlows = MetricDeclaration(
    "fabric_flows", .gauge, in: .count("flows"), help: "Flows under way.")
  static let internetReceived = MetricDeclaration(
    "internet_receive_bytes_per_second", .gauge, in: .bytesPerSecond,
    help: "What the cluster receives over its link to the Internet.")
  static let internetUtilisation = MetricDeclaration(
    "internet_receive_utilisation_ratio", .gauge, in: .ratio,
    help: "The same, of the link's bandwidth.")
  static let natConnections = MetricDeclaration(
    "nat_snat_connections", .gauge, in: .count("connections"),
    help: "Connections that hold a port of a NAT gateway.")
  static let natWaiting = MetricDeclaration(
    "nat_snat_waiting_connections", .gauge, in: .count("connections"),
    help: "Connections that wait for a port.")
  static let downloadDuration = MetricDeclaration(
    "download_duration_seconds", .histogram, in: .seconds,
    help: "Time from the start of a download to its last byte.", labels: ["workload"])
  static let downloadRate = MetricDeclaration(
    "download_bytes_per_second", .histogram, in: .bytesPerSecond,
    help: "Mean rate of a download.", labels: ["workload"])
  static let downloadsActive = MetricDeclaration(
    "downloads_active", .gauge, in: .count("downloads"), help: "Downloads under way.",
    labels: ["workload"])
}
