// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// The instruments of the Cluster Autoscaler, under its own names (metrics/metrics.go).
struct ClusterAutoscalerMetrics: Codable, Sendable {
  let scans: CounterID
  let isSafe: GaugeID
  let unschedulablePods: GaugeID
  let unneeded: GaugeID
  let scaledUp: CounterID
  let failedScaleUps: CounterID
  let evictedPods: CounterID
  /// By `RemovalReason`.
  let scaledDown: [CounterID]

  init(_ instruments: inout Instruments) {
    scans = instruments.counter(.caScans)
    isSafe = instruments.gauge(.caIsSafe)
    unschedulablePods = instruments.gauge(.caUnschedulablePods)
    unneeded = instruments.gauge(.caUnneededNodes)
    scaledUp = instruments.counter(.caScaledUp)
    failedScaleUps = instruments.counter(.caFailedScaleUps)
    evictedPods = instruments.counter(.caEvictedPods)
    scaledDown = RemovalReason.allCases.map {
      instruments.counter(.caScaledDown, [MetricLabel("reason", $0.name)])
    }
    instruments.set(1, isSafe, at: .zero)
    instruments.trace(isSafe)
    for gauge in [unschedulablePods, unneeded] { instruments.set(0, gauge, at: .zero) }
  }
}

extension MetricDeclaration {
  static let clusterAutoscaler = [
    caScans, caIsSafe, caUnschedulablePods, caUnneededNodes, caScaledUp, caScaledDown,
    caFailedScaleUps, caEvictedPods,
  ]
  static let caScans = MetricDeclaration(
    "cluster_autoscaler_scans_total", .counter, in: .count("scans"),
    help: "Looks of the Cluster Autoscaler at the cluster.")
  static let caIsSafe = MetricDeclaration(
    "cluster_autoscaler_cluster_safe_to_autoscale", .gauge, in: .count("clusters"),
    help: "1 while few enough nodes are unready, 0 while it halts.")
  static let caUnschedulablePods = MetricDeclaration(
    "cluster_autoscaler_unschedulable_pods_count", .gauge, in: .count("pods"),
    help: "Pods that no node could take at the last look.")
  static let caUnneededNodes = MetricDeclaration(
    "cluster_autoscaler_unneeded_nodes_count", .gauge, in: .count("nodes"),
    help: "Nodes that nobody needed at the last look.")
  static let caScaledUp = MetricDeclaration(
    "cluster_autoscaler_scaled_up_nodes_total", .counter, in: .count("nodes"),
    help: "Nodes that were asked for.")
  static let caScaledDown = MetricDeclaration(
    "cluster_autoscaler_scaled_down_nodes_total", .counter, in: .count("nodes"),
    help: "Nodes that were removed.", labels: ["reason"])
  static let caFailedScaleUps = MetricDeclaration(
    "cluster_autoscaler_failed_scale_ups_total", .counter, in: .count("failures"),
    help: "Times that machines were given up and their pool was left alone.")
  static let caEvictedPods = MetricDeclaration(
    "cluster_autoscaler_evicted_pods_total", .counter, in: .count("pods"),
    help: "Pods evicted from nodes that are removed.")
}

extension ClusterAutoscaler {
  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = ClusterAutoscalerConfiguration
    let path = configuration.path
    let instruments = context.instruments
    let hasScannedAtAll = instruments.hasCounted(metrics.scans)
    let hasRemoved = metrics.scaledDown.contains { instruments.hasCounted($0) }
    let hasScaledUp = instruments.hasCounted(metrics.scaledUp)
    let hasFailed = instruments.hasCounted(metrics.failedScaleUps)
    idle.add(
      [
        Knobs.scanInterval.name, Knobs.maxTotalUnready.name, Knobs.okTotalUnready.name,
        Knobs.utilizationThreshold.name,
      ], in: path, unless: hasScannedAtAll)
    idle.add(
      [
        Knobs.unneededTime.name, Knobs.unreadyTime.name, Knobs.delayAfterDelete.name,
        Knobs.scaleDownParallelism.name, Knobs.apiQPS.name, Knobs.apiBurst.name,
      ], in: path, unless: hasRemoved)
    idle.add(
      [Knobs.drainParallelism.name, Knobs.maxGracefulTermination.name], in: path,
      unless: instruments.hasCounted(metrics.evictedPods))
    idle.add(
      [
        Knobs.delayAfterAdd.name, Knobs.maxNodesPerScaleUp.name, Knobs.maxNodeProvisionTime.name,
      ], in: path, unless: hasScaledUp)
    idle.add(
      [Knobs.expendablePriority.name], in: path,
      unless: context.podTemplates.contains { $0.priority < 0 })
    idle.add(
      [Knobs.ignoresDaemonSets.name], in: path,
      unless: context.podTemplates.contains(where: \.isPerNode))
    idle.add([Knobs.expander.name], in: path, unless: hasScaledUp && pools.count > 1)
    idle.add(
      [Knobs.noticesRefusals.name], in: path, unless: hasFailed)
    idle.add(
      [Knobs.initialBackoff.name, Knobs.maxBackoff.name, Knobs.backoffReset.name], in: path,
      unless: hasFailed)
    idle.add([Knobs.delayAfterFailure.name], in: path, unless: lastFailure != nil)
  }
}
