// SPDX-License-Identifier: Apache-2.0
import Measurement

/// Metrics of address management. The condition is kube-state-metrics'; the others are our own, since
/// each cloud has its own.
extension MetricDeclaration {
  static let addresses: [MetricDeclaration] = [
    ipamAddresses, ipamRangeFull, cloudRoutes, cloudRoutesRefused, nodeCondition,
  ]

  static let ipamAddresses = MetricDeclaration(
    "ipam_addresses_in_use", .gauge, in: .count("addresses"),
    help: "Addresses that nodes have for themselves and their pods.")
  static let ipamRangeFull = MetricDeclaration(
    "ipam_range_full_total", .counter, in: .count("nodes"),
    help: "Nodes for which the range had no addresses left (CIDRNotAvailable).")
  static let cloudRoutes = MetricDeclaration(
    "cloud_routes", .gauge, in: .count("routes"), help: "Routes to nodes in the cloud's network.")
  static let cloudRoutesRefused = MetricDeclaration(
    "cloud_routes_refused_total", .counter, in: .count("requests"),
    help: "Routes that the cloud refused because its table was full (FailedToCreateRoute).")
  static let nodeCondition = MetricDeclaration(
    "kube_node_status_condition", .gauge, in: .count("nodes"),
    help: "Nodes by the status of a condition.", labels: ["condition", "status"])
}
