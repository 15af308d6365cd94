// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// The kubelet of every node: `cluster.kubelet`.
package struct KubeletConfiguration: Configurable {
  package var path: KnobPath
  package var usesNodeLease: Bool
  package var statusUpdateFrequency: SimDuration
  package var statusReportFrequency: SimDuration
  package var leaseRenewInterval: SimDuration
  package var heartbeatTimeout: SimDuration
  package var statusUpdateRetry: Int
  package var nodeStatusBytes: ByteCount
  package var leaseBytes: ByteCount
  package var podBytes: ByteCount
  package var apiQPS: Rate
  package var apiBurst: Int
  package var images: ImageManagerConfiguration
  package var sandboxStart: DurationDistribution
  package var containerStart: DurationDistribution
  package var relistPeriod: SimDuration
  package var relistTimePerPod: SimDuration
  package var relistsOnDemand: Bool
  package var statusUpdates: StatusUpdates

  package static let usesNodeLease = Knob<Bool>(
    "node-lease", default: false,
    help: "Heartbeats are Lease objects, the status is written when it changes or rarely.",
    source: "KEP-589: NodeLease alpha 1.13, on since 1.14")
  package static let statusUpdateFrequency = Knob<SimDuration>(
    "node-status-update-frequency", default: .seconds(10), in: .seconds(1) ... .hours(1),
    help: "Time between two status writes while heartbeats are status writes.",
    source: "kubelet --node-status-update-frequency: 10 s")
  package static let statusReportFrequency = Knob<SimDuration>(
    "node-status-report-frequency", default: .minutes(5), in: .seconds(1) ... .hours(24),
    help: "Time between two status writes of an unchanged node while leases are used.",
    source: "kubelet nodeStatusReportFrequency: 5 min since 1.17, 1 min in 1.14 to 1.16")
  package static let leaseRenewInterval = Knob<SimDuration>(
    "lease-renew-interval", default: .seconds(10), in: .seconds(1) ... .hours(1),
    help: "Time between two lease renewals.",
    source: "kubelet: 0.25 x nodeLeaseDurationSeconds (40 s), pkg/kubelet/kubelet.go")
  package static let heartbeatTimeout = Knob<SimDuration>(
    "heartbeat-timeout", default: .seconds(10), in: .milliseconds(10) ... .hours(1),
    help: "Patience of the heartbeat client.",
    source: "cmd/kubelet/app/server.go: min(status frequency, lease duration), 10 s (1.8, 1.18)")
  package static let statusUpdateRetry = Knob<Int>(
    "node-status-update-retry", default: 5, in: 1...100,
    help: "Tries of one heartbeat, at once one after the other.",
    source: "pkg/kubelet/kubelet.go: nodeStatusUpdateRetry = 5")
  package static let nodeStatusBytes = Knob<ByteCount>(
    "node-object-bytes", default: ByteCount(bytes: 15_000),
    in: ByteCount(bytes: 100)...ByteCount(bytes: 1_500_000),
    help: "Size of a Node object.",
    source: "KEP-589: may exceed 15 KB, production average 20 KB; kubemark pads to 15,000 B")
  package static let leaseBytes = Knob<ByteCount>(
    "lease-object-bytes", default: ByteCount(bytes: 497),
    in: ByteCount(bytes: 50)...ByteCount(bytes: 1_500_000),
    help: "Size of a Lease object.",
    source: "facts/real-calibration.md §2: 497 B in etcd (1.36)")
  package static let podBytes = Knob<ByteCount>(
    "pod-object-bytes", default: ByteCount(bytes: 4_500),
    in: ByteCount(bytes: 100)...ByteCount(bytes: 1_500_000),
    help: "Size of a Pod object.",
    source: "facts/real-calibration.md §2: bound 8-GPU pod 4.5 KB in etcd (1.36)")
  package static let apiQPS = Knob<Rate>(
    "kube-api-qps", default: Rate(perSecond: 5),
    in: Rate(perSecond: 0.01)...Rate(perSecond: 1_000_000),
    help: "Requests per second of a kubelet, heartbeats apart.",
    source: "kubelet --kube-api-qps: 5 through 1.26, 50 since 1.27")
  package static let apiBurst = Knob<Int>(
    "kube-api-burst", default: 10, in: 1...1_000_000,
    help: "Requests of a kubelet that may go at once.",
    source: "kubelet --kube-api-burst: 10 through 1.26, 100 since 1.27")
  package static let sandboxStart = Knob<DurationDistribution>(
    "sandbox-start", default: "500ms",
    help: "Time to make a pod's sandbox and network.",
    source: "control-plane.md §10: U(0.05, 1.5) s seen; distribution not found")
  package static let containerStart = Knob<DurationDistribution>(
    "container-start", default: "570ms",
    help: "Time to start a container whose image is there.",
    source: "control-plane.md §10: docker run 568 ms on SSD")
  package static let relistPeriod = Knob<SimDuration>(
    "pleg-relist-period", default: .seconds(1), in: .milliseconds(1) ... .minutes(10),
    help: "Pause between two looks at the runtime, which find what has become of containers.",
    source: "pkg/kubelet/kubelet.go: plegRelistPeriod 1 s; 300 s with evented PLEG")
  package static let relistTimePerPod = Knob<SimDuration>(
    "pleg-relist-time-per-pod", default: .zero, in: .zero ... .seconds(10),
    help: "Time of one look for each pod on the node.",
    source: "not published for a sound node; runc issue 2551: 83 s for 360 pods on a sick one")
  package static let relistsOnDemand = Knob<Bool>(
    "pleg-on-demand-relist", default: false,
    help: "A pod whose containers the kubelet has just started is looked at again at once.",
    source: "feature gate PLEGOnDemandRelist: on since 1.36 (kubernetes pull 137362)")
  package static let statusUpdates = Knob<StatusUpdates>(
    "status-updates", default: .latest,
    help: "Whether a kubelet that is behind writes all status updates of a pod or its last one.",
    source: "pkg/kubelet/status: a queue through 1.26, the latest since 1.27 (pull 116615)")

  package static let declaration = SectionDeclaration(
    "kubelet", help: "The kubelet of every node."
  ) {
    usesNodeLease
    statusUpdateFrequency
    statusReportFrequency
    leaseRenewInterval
    heartbeatTimeout
    statusUpdateRetry
    nodeStatusBytes
    leaseBytes
    podBytes
    apiQPS
    apiBurst
    ImageManagerConfiguration.members
    sandboxStart
    containerStart
    relistPeriod
    relistTimePerPod
    relistsOnDemand
    statusUpdates
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    usesNodeLease = reader[Self.usesNodeLease]
    statusUpdateFrequency = reader[Self.statusUpdateFrequency]
    statusReportFrequency = reader[Self.statusReportFrequency]
    leaseRenewInterval = reader[Self.leaseRenewInterval]
    heartbeatTimeout = reader[Self.heartbeatTimeout]
    statusUpdateRetry = reader[Self.statusUpdateRetry]
    nodeStatusBytes = reader[Self.nodeStatusBytes]
    leaseBytes = reader[Self.leaseBytes]
    podBytes = reader[Self.podBytes]
    apiQPS = reader[Self.apiQPS]
    apiBurst = reader[Self.apiBurst]
    images = ImageManagerConfiguration(&reader)
    sandboxStart = reader[Self.sandboxStart]
    containerStart = reader[Self.containerStart]
    relistPeriod = reader[Self.relistPeriod]
    relistTimePerPod = reader[Self.relistTimePerPod]
    relistsOnDemand = reader[Self.relistsOnDemand]
    statusUpdates = reader[Self.statusUpdates]
  }
}

/// What a kubelet's status manager does with updates that it has no time for.
package enum StatusUpdates: String, KnobChoice, Codable, Sendable {
  /// Each is written in its turn.
  case queued
  /// Only the last one of a pod is written.
  case latest
}
