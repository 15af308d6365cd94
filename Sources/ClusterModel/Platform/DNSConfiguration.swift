// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// Where a name server has the records of the cluster from.
package enum DNSRecords: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// A copy that watches keep up to date, and that is served with or without API servers.
  case watched
  /// Every query is answered from a read of the API server.
  case readThrough = "read-through"
}

/// The cluster's name servers and how its pods ask them: `cluster.dns`.
package struct DNSConfiguration: Configurable {
  package var path: KnobPath
  package var servers: String
  package var records: DNSRecords
  package var ndots: Int
  package var clusterDomains: Int
  package var hostDomains: Int
  package var timeout: SimDuration
  package var attempts: Int
  package var clusterAnswer: SimDuration
  package var externalAnswer: SimDuration

  package static let servers = Knob<String>(
    required: "servers", help: "Workload whose running pods are the name servers.")
  package static let records = Knob<DNSRecords>(
    "records", default: .watched,
    help: "Where the name servers have the names of the cluster from.",
    source: "CoreDNS kubernetes plug-in: watches")
  package static let ndots = Knob<Int>(
    "ndots", default: 5, in: 0...15,
    help: "A name with fewer dots is first tried with every search domain.",
    source: "kubelet pkg/kubelet/network/dns: options ndots:5")
  package static let clusterDomains = Knob<Int>(
    "cluster-search-domains", default: 3, in: 0...32,
    help: "Search domains that the name servers answer themselves.",
    source: "kubelet dns: NAMESPACE.svc, svc and the cluster's domain")
  package static let hostDomains = Knob<Int>(
    "host-search-domains", default: 1, in: 0...32,
    help: "Search domains of the host, which the name servers ask outside for.",
    source: "a cloud's DHCP gives one, such as internal.cloudapp.net")
  package static let timeout = Knob<SimDuration>(
    "timeout", default: .seconds(5), in: .milliseconds(1) ... .minutes(5),
    help: "Time before a query is sent again.", source: "resolv.conf(5) timeout: 5 s")
  package static let attempts = Knob<Int>(
    "attempts", default: 2, in: 1...5, help: "Times that a query is sent.",
    source: "resolv.conf(5) attempts: 2")
  package static let clusterAnswer = Knob<SimDuration>(
    "cluster-answer-time", default: .microseconds(2_600), in: .zero ... .seconds(10),
    help: "Time to answer for a name of the cluster.",
    source: "coredns/deployment Scaling_CoreDNS: 2.6 ms")
  package static let externalAnswer = Knob<SimDuration>(
    "external-answer-time", default: .milliseconds(12), in: .zero ... .seconds(10),
    help: "Time to answer for a name outside.",
    source: "coredns/deployment Scaling_CoreDNS: 12 ms")

  package static let declaration = SectionDeclaration(
    "dns", help: "The cluster's name servers, as pods, and their clients' resolvers."
  ) {
    servers
    records
    ndots
    clusterDomains
    hostDomains
    timeout
    attempts
    clusterAnswer
    externalAnswer
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    servers = reader[Self.servers]
    records = reader[Self.records]
    ndots = reader[Self.ndots]
    clusterDomains = reader[Self.clusterDomains]
    hostDomains = reader[Self.hostDomains]
    timeout = reader[Self.timeout]
    attempts = reader[Self.attempts]
    clusterAnswer = reader[Self.clusterAnswer]
    externalAnswer = reader[Self.externalAnswer]
  }
}

/// Look-ups of names by programs on the nodes: `lookups`.
package struct LookupsConfiguration: Configurable {
  package var path: KnobPath
  package var rate: Rate?
  package var ratePerNode: Rate?
  package var externalShare: Fraction
  package var dots: Int
  package var cacheTTL: SimDuration
  package var pool: Reference?

  package static let rate = Knob<Rate?>(
    optional: "rate", help: "Names looked up per second in all.", source: "stated by the scenario")
  package static let ratePerNode = Knob<Rate?>(
    optional: "rate-per-node", help: "Names looked up per second by each node.",
    source: "stated by the scenario")
  package static let externalShare = Knob<Fraction>(
    "external-share", default: Fraction(1),
    help: "Share of the names that are not the cluster's.", source: "stated by the scenario")
  package static let dots = Knob<Int>(
    "dots", default: 2, in: 0...15, help: "Dots in an external name.",
    source: "such as account.blob.storage: state the real one")
  package static let cacheTTL = Knob<SimDuration>(
    "cache-ttl", default: .zero, in: .zero ... .hours(24),
    help:
      "Time for which a node keeps an answer and asks no server; those of the start have any age.",
    source: "none: glibc has no cache; NodeLocal DNSCache and programs keep answers for their TTL")
  package static let pool = Knob<Reference?>(
    optional: "pool", to: ReferenceTarget("cluster.nodePools"),
    help: "Only nodes of this pool look up.", source: "all nodes by default")

  package static let declaration = SectionDeclaration(
    "lookups", help: "Look-ups of names by programs on the nodes."
  ) {
    rate
    ratePerNode
    externalShare
    dots
    cacheTTL
    pool
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    rate = reader[Self.rate]
    ratePerNode = reader[Self.ratePerNode]
    externalShare = reader[Self.externalShare]
    dots = reader[Self.dots]
    cacheTTL = reader[Self.cacheTTL]
    pool = reader[Self.pool]
    if (rate != nil) == (ratePerNode != nil) {
      reader.fail(nil, "look-ups need exactly one of 'rate' and 'rate-per-node'")
    }
  }
}
