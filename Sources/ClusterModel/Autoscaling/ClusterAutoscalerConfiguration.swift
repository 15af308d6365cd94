// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// The upstream Cluster Autoscaler: `cluster.cluster-autoscaler`; absent: none.
package struct ClusterAutoscalerConfiguration: Configurable, Codable {
  package var path: KnobPath
  package var scanInterval: SimDuration
  package var delayAfterAdd: SimDuration
  package var delayAfterDelete: SimDuration
  package var delayAfterFailure: SimDuration
  package var unneededTime: SimDuration
  package var unreadyTime: SimDuration
  package var utilizationThreshold: Fraction
  package var maxNodeProvisionTime: SimDuration
  package var noticesRefusals: Bool
  package var initialBackoff: SimDuration
  package var maxBackoff: SimDuration
  package var backoffReset: SimDuration
  package var scaleDownParallelism: Int
  package var drainParallelism: Int
  package var maxGracefulTermination: SimDuration
  package var maxTotalUnready: Fraction
  package var okTotalUnready: Int
  package var maxNodesPerScaleUp: Int
  package var expander: Expander
  package var expendablePriority: Int
  package var ignoresDaemonSets: Bool
  package var apiQPS: Rate
  package var apiBurst: Int

  package static let scanInterval = Knob<SimDuration>(
    "scan-interval", default: .seconds(10), in: .seconds(1) ... .hours(1),
    help: "Pause between two looks at the cluster.",
    source: "cluster-autoscaler --scan-interval: 10 s in all versions")
  package static let delayAfterAdd = Knob<SimDuration>(
    "scale-down-delay-after-add", default: .minutes(10), in: .zero ... .hours(24),
    help: "No node is removed so soon after one was asked for.",
    source: "cluster-autoscaler --scale-down-delay-after-add: 10 min in all versions")
  package static let delayAfterDelete = Knob<SimDuration>(
    "scale-down-delay-after-delete", default: .zero, in: .zero ... .hours(24),
    help: "No node is removed so soon after another.",
    source: "cluster-autoscaler --scale-down-delay-after-delete: 0, the scan interval")
  package static let delayAfterFailure = Knob<SimDuration>(
    "scale-down-delay-after-failure", default: .minutes(3), in: .zero ... .hours(24),
    help: "No node is removed so soon after a removal that failed.",
    source: "cluster-autoscaler --scale-down-delay-after-failure: 3 min in all versions")
  package static let unneededTime = Knob<SimDuration>(
    "scale-down-unneeded-time", default: .minutes(10), in: .zero ... .hours(24),
    help: "How long a node must be unneeded before it is removed.",
    source: "cluster-autoscaler --scale-down-unneeded-time: 10 min in all versions")
  package static let unreadyTime = Knob<SimDuration>(
    "scale-down-unready-time", default: .minutes(20), in: .zero ... .hours(24),
    help: "How long a node must be unready and unneeded before it is removed.",
    source: "cluster-autoscaler --scale-down-unready-time: 20 min in all versions")
  package static let utilizationThreshold = Knob<Fraction>(
    "scale-down-utilization-threshold", default: Fraction(0.5), in: Fraction(0)...Fraction(1),
    help:
      "A node is unneeded below this share of requested CPU, memory or (where it has some) GPUs.",
    source: "cluster-autoscaler --scale-down-utilization-threshold (and -gpu-): 0.5")
  package static let maxNodeProvisionTime = Knob<SimDuration>(
    "max-node-provision-time", default: .minutes(15), in: .seconds(1) ... .hours(24),
    help: "A machine that has not registered by then is given up.",
    source: "cluster-autoscaler --max-node-provision-time: 15 min")
  package static let noticesRefusals = Knob<Bool>(
    "instance-creation-errors", default: true,
    help: "The cloud's errors are noticed at the next look, not by `max-node-provision-time`.",
    source: "kubernetes/autoscaler pull 1464 (December 2018): from 1.14, by cloud provider")
  package static let initialBackoff = Knob<SimDuration>(
    "initial-node-group-backoff-duration", default: .minutes(5), in: .zero ... .hours(24),
    help: "How long a pool is left alone after machines were given up; doubles.",
    source: "cluster-autoscaler --initial-node-group-backoff-duration: 5 min")
  package static let maxBackoff = Knob<SimDuration>(
    "max-node-group-backoff-duration", default: .minutes(30), in: .zero ... .hours(24),
    help: "Longest time that a pool is left alone.",
    source: "cluster-autoscaler --max-node-group-backoff-duration: 30 min")
  package static let backoffReset = Knob<SimDuration>(
    "node-group-backoff-reset-timeout", default: .hours(3), in: .zero ... .hours(240),
    help: "Time without failures after which the back-off starts small again.",
    source: "cluster-autoscaler --node-group-backoff-reset-timeout: 3 h")
  package static let scaleDownParallelism = Knob<Int>(
    "max-scale-down-parallelism", default: 10, in: 1...100_000,
    help: "Nodes that are being removed at the same time.",
    source:
      "cluster-autoscaler --max-scale-down-parallelism: 10; before --max-empty-bulk-delete: 10")
  package static let drainParallelism = Knob<Int>(
    "max-drain-parallelism", default: 1, in: 1...100_000,
    help: "Nodes with pods that are being removed at the same time.",
    source: "cluster-autoscaler --max-drain-parallelism: 1")
  package static let maxGracefulTermination = Knob<SimDuration>(
    "max-graceful-termination-sec", default: .seconds(600), in: .zero ... .hours(24),
    help: "A drained node goes after this time, whatever is left on it.",
    source: "cluster-autoscaler --max-graceful-termination-sec: 600; 60 in 0.6")
  package static let maxTotalUnready = Knob<Fraction>(
    "max-total-unready-percentage", default: Fraction(0.45), in: Fraction(0)...Fraction(1),
    help: "It halts while a larger share of the nodes is unready.",
    source: "cluster-autoscaler --max-total-unready-percentage: 45; 33 in 0.6 to 1.0")
  package static let okTotalUnready = Knob<Int>(
    "ok-total-unready-count", default: 3, in: 0...1_000_000,
    help: "It never halts for so few unready nodes.",
    source: "cluster-autoscaler --ok-total-unready-count: 3 in all versions")
  package static let maxNodesPerScaleUp = Knob<Int>(
    "max-nodes-per-scaleup", default: 1_000, in: 1...1_000_000,
    help: "Nodes that it asks for at once.",
    source: "cluster-autoscaler --max-nodes-per-scaleup: 1,000 (1.26 and later)")
  package static let expander = Knob<Expander>(
    "expander", default: .leastWaste, help: "Which pool grows if several could.",
    source: "cluster-autoscaler --expander: least-waste from 1.33, random before")
  package static let expendablePriority = Knob<Int>(
    "expendable-pods-priority-cutoff", default: -10, in: -1_000_000_000...1_000_000_000,
    help: "Pods of lower priority neither keep nodes nor call for them.",
    source: "cluster-autoscaler --expendable-pods-priority-cutoff: -10 (1.12 and later; 0 before)")
  package static let ignoresDaemonSets = Knob<Bool>(
    "ignore-daemonsets-utilization", default: false,
    help: "What pods of DaemonSets request does not count as use of their node.",
    source: "cluster-autoscaler --ignore-daemonsets-utilization: false")
  package static let apiQPS = Knob<Rate>(
    "kube-client-qps", default: Rate(perSecond: 5),
    in: Rate(perSecond: 0.01)...Rate(perSecond: 1_000_000), help: "Its requests per second.",
    source: "cluster-autoscaler --kube-client-qps: 5 (client-go's default before the flag)")
  package static let apiBurst = Knob<Int>(
    "kube-client-burst", default: 10, in: 1...1_000_000, help: "Its requests at once.",
    source: "cluster-autoscaler --kube-client-burst: 10 (client-go's default before the flag)")

  package static let declaration = SectionDeclaration(
    "cluster-autoscaler", help: "The upstream Cluster Autoscaler."
  ) {
    scanInterval
    delayAfterAdd
    delayAfterDelete
    delayAfterFailure
    unneededTime
    unreadyTime
    utilizationThreshold
    maxNodeProvisionTime
    noticesRefusals
    initialBackoff
    maxBackoff
    backoffReset
    scaleDownParallelism
    drainParallelism
    maxGracefulTermination
    maxTotalUnready
    okTotalUnready
    maxNodesPerScaleUp
    expander
    expendablePriority
    ignoresDaemonSets
    apiQPS
    apiBurst
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    scanInterval = reader[Self.scanInterval]
    delayAfterAdd = reader[Self.delayAfterAdd]
    delayAfterDelete = reader[Self.delayAfterDelete]
    delayAfterFailure = reader[Self.delayAfterFailure]
    unneededTime = reader[Self.unneededTime]
    unreadyTime = reader[Self.unreadyTime]
    utilizationThreshold = reader[Self.utilizationThreshold]
    maxNodeProvisionTime = reader[Self.maxNodeProvisionTime]
    noticesRefusals = reader[Self.noticesRefusals]
    initialBackoff = reader[Self.initialBackoff]
    maxBackoff = reader[Self.maxBackoff]
    backoffReset = reader[Self.backoffReset]
    scaleDownParallelism = reader[Self.scaleDownParallelism]
    drainParallelism = reader[Self.drainParallelism]
    maxGracefulTermination = reader[Self.maxGracefulTermination]
    maxTotalUnready = reader[Self.maxTotalUnready]
    okTotalUnready = reader[Self.okTotalUnready]
    maxNodesPerScaleUp = reader[Self.maxNodesPerScaleUp]
    expander = reader[Self.expander]
    expendablePriority = reader[Self.expendablePriority]
    ignoresDaemonSets = reader[Self.ignoresDaemonSets]
    apiQPS = reader[Self.apiQPS]
    apiBurst = reader[Self.apiBurst]
  }
}

/// `--expander`.
package enum Expander: String, KnobChoice, Codable, Sendable {
  case random
  case leastWaste = "least-waste"
  case mostPods = "most-pods"
}
