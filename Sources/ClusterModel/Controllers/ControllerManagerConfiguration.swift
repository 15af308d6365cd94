// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// kube-controller-manager: `cluster.kube-controller-manager`.
package struct ControllerManagerConfiguration: Configurable, Codable {
  package var path: KnobPath
  package var apiQPS: Rate
  package var apiBurst: Int
  package var nodeMonitorPeriod: SimDuration
  package var nodeMonitorGracePeriod: SimDuration
  package var podEvictionTimeout: SimDuration
  package var nodeEvictionRate: Rate
  package var unhealthyZoneThreshold: Fraction

  package static let apiQPS = Knob<Rate>(
    "kube-api-qps", default: Rate(perSecond: 20),
    in: Rate(perSecond: 0.01)...Rate(perSecond: 1_000_000),
    help: "Requests per second of each controller's own client.",
    source: "kube-controller-manager --kube-api-qps: 20 in all versions")
  package static let apiBurst = Knob<Int>(
    "kube-api-burst", default: 30, in: 1...1_000_000,
    help: "Requests of a controller that may go at once.",
    source: "kube-controller-manager --kube-api-burst: 30 in all versions")
  package static let nodeMonitorPeriod = Knob<SimDuration>(
    "node-monitor-period", default: .seconds(5), in: .milliseconds(100) ... .hours(1),
    help: "Time between two looks at all nodes.",
    source: "kube-controller-manager --node-monitor-period: 5 s")
  package static let nodeMonitorGracePeriod = Knob<SimDuration>(
    "node-monitor-grace-period", default: .seconds(40), in: .seconds(1) ... .hours(24),
    help: "Age of the stored heartbeat above which a node's Ready becomes Unknown.",
    source: "kube-controller-manager --node-monitor-grace-period: 40 s up to 1.31, 50 s since")
  package static let podEvictionTimeout = Knob<SimDuration>(
    "pod-eviction-timeout", default: .minutes(5), in: .zero ... .hours(1000),
    help: "Time from Unknown to the eviction of the node's pods.",
    source: "kube-controller-manager --pod-eviction-timeout: 5 min; tolerations of 300 s since")
  package static let nodeEvictionRate = Knob<Rate>(
    "node-eviction-rate", default: Rate(perSecond: 0.1),
    in: Rate(perSecond: 0.000_001)...Rate(perSecond: 1_000),
    help: "Nodes evicted per second.",
    source: "kube-controller-manager --node-eviction-rate: 0.1")
  package static let unhealthyZoneThreshold = Knob<Fraction>(
    "unhealthy-zone-threshold", default: Fraction(0.55), in: Fraction(0)...Fraction(1),
    help: "Share of Unknown nodes from which no node is evicted any more.",
    source:
      "kube-controller-manager --unhealthy-zone-threshold: 0.55; with one zone, eviction stops when all are"
  )

  package static let declaration = SectionDeclaration(
    "kube-controller-manager", help: "The controllers."
  ) {
    apiQPS
    apiBurst
    nodeMonitorPeriod
    nodeMonitorGracePeriod
    podEvictionTimeout
    nodeEvictionRate
    unhealthyZoneThreshold
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    apiQPS = reader[Self.apiQPS]
    apiBurst = reader[Self.apiBurst]
    nodeMonitorPeriod = reader[Self.nodeMonitorPeriod]
    nodeMonitorGracePeriod = reader[Self.nodeMonitorGracePeriod]
    podEvictionTimeout = reader[Self.podEvictionTimeout]
    nodeEvictionRate = reader[Self.nodeEvictionRate]
    unhealthyZoneThreshold = reader[Self.unhealthyZoneThreshold]
  }
}
