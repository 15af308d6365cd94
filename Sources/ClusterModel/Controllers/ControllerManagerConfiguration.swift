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
  package var nodeStartupGracePeriod: SimDuration
  package var podEvictionTimeout: SimDuration
  package var nodeEvictionRate: Rate
  package var unhealthyZoneThreshold: Fraction
  package var secondaryNodeEvictionRate: Rate
  package var largeClusterSizeThreshold: Int
  package var taintBasedEvictions: Bool
  package var terminatedPodThreshold: Int?
  package var concurrentSyncs: Int
  package var concurrentDaemonSetSyncs: Int
  package var jobSyncPeriod: SimDuration
  package var jobBackoffCountsPods: Bool
  package var objectBytes: ByteCount
  package var leaderElection: LeaderElectionConfiguration
  package var endpoints: EndpointsConfiguration
  package var jobControllers: JobControllersConfiguration

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
  package static let nodeStartupGracePeriod = Knob<SimDuration>(
    "node-startup-grace-period", default: .seconds(60), in: .seconds(1) ... .hours(24),
    help: "The same for a node whose kubelet has not written since it registered.",
    source: "kube-controller-manager --node-startup-grace-period: 60 s in all versions")
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
    help: "Share of Unknown nodes from which a zone has the secondary eviction rate.",
    source: "kube-controller-manager --unhealthy-zone-threshold: 0.55"
  )

  package static let secondaryNodeEvictionRate = Knob<Rate>(
    "secondary-node-eviction-rate", default: Rate(perSecond: 0.01),
    in: Rate(perSecond: 0)...Rate(perSecond: 1_000),
    help: "Nodes of an unhealthy zone evicted per second; 0 in a small one.",
    source: "kube-controller-manager --secondary-node-eviction-rate: 0.01")
  package static let largeClusterSizeThreshold = Knob<Int>(
    "large-cluster-size-threshold", default: 50, in: 0...10_000_000,
    help: "Nodes up to which an unhealthy zone evicts nobody.",
    source: "kube-controller-manager --large-cluster-size-threshold: 50")
  package static let taintBasedEvictions = Knob<Bool>(
    "taint-based-evictions", default: false,
    help: "Unreachable nodes get a NoExecute taint, which pods tolerate for 300 s.",
    source: "feature gate TaintBasedEvictions: off in 1.8, on since 1.13, always since 1.18")
  package static let terminatedPodThreshold = Knob<Int?>(
    optional: "terminated-pod-gc-threshold", in: 1...100_000_000,
    help: "Finished pods that may exist; absent: a finished pod is deleted at once.",
    source: "kube-controller-manager --terminated-pod-gc-threshold: 12,500")
  package static let concurrentSyncs = Knob<Int>(
    "concurrent-syncs", default: 5, in: 1...1_000,
    help: "Workers of the ReplicaSet, StatefulSet and Job controllers each.",
    source: "kube-controller-manager --concurrent-{replicaset,statefulset,job}-syncs: 5")
  package static let concurrentDaemonSetSyncs = Knob<Int>(
    "concurrent-daemonset-syncs", default: 2, in: 1...1_000,
    help: "Workers of the DaemonSet controller.",
    source: "kube-controller-manager --concurrent-daemonset-syncs: 2")
  package static let jobSyncPeriod = Knob<SimDuration>(
    "job-sync-batch-period", default: .zero, in: .zero ... .hours(1),
    help: "Time from a pod's change to the sync of its Job.",
    source: "pkg/controller/job syncJobBatchPeriod: 1 s (1.36); at once in 1.8")
  package static let jobBackoffCountsPods = Knob<Bool>(
    "job-backoff-counts-pods", default: false,
    help: "A Job's backoffLimit is one of failed pods; else one of the pauses they caused.",
    source: "job_controller.go: retries of the work queue's item in 1.8, failed pods in 1.36")
  package static let objectBytes = Knob<ByteCount>(
    "workload-object-bytes", default: ByteCount(bytes: 2_000),
    in: ByteCount(bytes: 100)...ByteCount(bytes: 1_500_000),
    help: "Size of a Job, ReplicaSet, StatefulSet or DaemonSet.",
    source: "assumed: a pod template and a status; no measurement found")

  package static let declaration = SectionDeclaration(
    "kube-controller-manager", help: "The controllers."
  ) {
    apiQPS
    apiBurst
    nodeMonitorPeriod
    nodeMonitorGracePeriod
    nodeStartupGracePeriod
    podEvictionTimeout
    nodeEvictionRate
    unhealthyZoneThreshold
    secondaryNodeEvictionRate
    largeClusterSizeThreshold
    taintBasedEvictions
    terminatedPodThreshold
    concurrentSyncs
    concurrentDaemonSetSyncs
    jobSyncPeriod
    jobBackoffCountsPods
    objectBytes
    LeaderElectionConfiguration.members
    EndpointsConfiguration.members
    JobControllersConfiguration.members
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    apiQPS = reader[Self.apiQPS]
    apiBurst = reader[Self.apiBurst]
    nodeMonitorPeriod = reader[Self.nodeMonitorPeriod]
    nodeMonitorGracePeriod = reader[Self.nodeMonitorGracePeriod]
    nodeStartupGracePeriod = reader[Self.nodeStartupGracePeriod]
    podEvictionTimeout = reader[Self.podEvictionTimeout]
    nodeEvictionRate = reader[Self.nodeEvictionRate]
    unhealthyZoneThreshold = reader[Self.unhealthyZoneThreshold]
    secondaryNodeEvictionRate = reader[Self.secondaryNodeEvictionRate]
    largeClusterSizeThreshold = reader[Self.largeClusterSizeThreshold]
    taintBasedEvictions = reader[Self.taintBasedEvictions]
    terminatedPodThreshold = reader[Self.terminatedPodThreshold]
    concurrentSyncs = reader[Self.concurrentSyncs]
    concurrentDaemonSetSyncs = reader[Self.concurrentDaemonSetSyncs]
    jobSyncPeriod = reader[Self.jobSyncPeriod]
    jobBackoffCountsPods = reader[Self.jobBackoffCountsPods]
    objectBytes = reader[Self.objectBytes]
    leaderElection = LeaderElectionConfiguration(&reader)
    endpoints = EndpointsConfiguration(&reader)
    jobControllers = JobControllersConfiguration(&reader)
  }
}
