// SPDX-License-Identifier: Apache-2.0
import Measurement

/// Metrics of names, connections and transfers between pods; our own, since no component has them all.
extension MetricDeclaration {
  static let podNetwork: [MetricDeclaration] = [
    nameServers, nameServersOnNode, lookups, lookupDuration,
    lookupClientsFailing, upstreamOffered, upstreamFailed,
    neighbourEntries, neighbourOverflows, connectDuration, connectFailures, transferDuration,
    transferBandwidth,
  ]

  static let nameServers = MetricDeclaration(
    "dns_servers", .gauge, in: .count("pods"), help: "Name servers that run.")
  static let nameServersOnNode = MetricDeclaration(
    "dns_servers_on_one_node", .gauge, in: .count("pods"),
    help: "Name servers on the node that has most of them.")
  static let lookups = MetricDeclaration(
    "dns_lookups_total", .counter, in: .count("names"),
    help: "Names looked up by programs on the nodes.", labels: ["workload", "result"])
  static let lookupDuration = MetricDeclaration(
    "dns_lookup_duration_seconds", .histogram, in: .seconds,
    help: "Time of a look-up with its search list and time-outs.", labels: ["workload"])
  static let lookupClientsFailing = MetricDeclaration(
    "dns_clients_failing_ratio", .gauge, in: .ratio,
    help: "Share of the nodes of a load with a cache whose last look-up failed.",
    labels: ["workload"])
  static let upstreamOffered = MetricDeclaration(
    "dns_external_queries_rate", .gauge, in: .count("queries per second"),
    help: "Queries that name servers send outside over the window, by machine.", labels: ["vm"])
  static let upstreamFailed = MetricDeclaration(
    "dns_external_failed_ratio", .gauge, in: .ratio,
    help: "Share of them that stayed without an answer.", labels: ["vm"])
  static let neighbourEntries = MetricDeclaration(
    "node_arp_entries", .gauge, in: .count("entries"),
    help: "Entries of the neighbour table of the node that peers connect to.")
  static let neighbourOverflows = MetricDeclaration(
    "arp_cache_table_fulls_total", .counter, in: .count("packets"),
    help: "Packets that could not be sent for want of an entry (neighbor table overflow).")
  static let connectDuration = MetricDeclaration(
    "connect_duration_seconds", .histogram, in: .seconds,
    help: "Time until a connection stands or is given up.", labels: ["workload"])
  static let connectFailures = MetricDeclaration(
    "connect_failures_total", .counter, in: .count("connections"),
    help: "Connections that were given up.", labels: ["workload"])
  static let transferDuration = MetricDeclaration(
    "transfer_duration_seconds", .histogram, in: .seconds,
    help: "Time that a step's communication takes.", labels: ["workload"])
  static let transferBandwidth = MetricDeclaration(
    "transfer_bytes_per_second", .gauge, in: .bytesPerSecond,
    help: "Data of a step over the time of its communication.", labels: ["workload"])
}
