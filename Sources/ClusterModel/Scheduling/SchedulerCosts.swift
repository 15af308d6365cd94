// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// What scheduling costs in CPU: a group of knobs of `kube-scheduler`.
///
/// The defaults come from kube-scheduler 1.36 on two cores (facts/real-calibration.md §3 and
/// k8s_scheduler.csv); `SchedulerOracle` says which rows they were fitted on.
package struct SchedulerCosts: Codable, Sendable {
  package var pod: SimDuration
  package var nodeFiltered: SimDuration
  package var nodeScored: SimDuration
  package var extendedResource: SimDuration
  package var affinityComparison: SimDuration
  package var comparesPerNode: Bool
  package var nodeListed: SimDuration
  package var atRest: Double

  package static let pod = Knob<SimDuration>(
    "cpu-per-pod", default: .microseconds(1_600), in: .zero ... .seconds(10),
    help: "CPU time of a pod's way through the scheduler, nodes apart.",
    source: "facts/real-calibration.md §3: 1.6 ms a pod (1.36)")
  package static let nodeFiltered = Knob<SimDuration>(
    "cpu-per-node-filtered", default: .nanoseconds(2_300), in: .zero ... .seconds(1),
    help: "CPU time of asking all filters about a node.",
    source: "k8s_scheduler.csv: 5.5 us a node (fitted), 42 % of it filters (filter, score means)")
  package static let nodeScored = Knob<SimDuration>(
    "cpu-per-node-scored", default: .nanoseconds(3_200), in: .zero ... .seconds(1),
    help: "CPU time of scoring a feasible node.",
    source: "k8s_scheduler.csv: 5.5 us a node (fitted), 58 % of it scores (filter, score means)")
  package static let extendedResource = Knob<SimDuration>(
    "cpu-per-node-extended-resource", default: .nanoseconds(3_800), in: .zero ... .seconds(1),
    help: "More CPU time for a node when the pod requests GPUs.",
    source: "k8s_scheduler.csv, gpu8-burst-warm at 1,000 nodes (fitted)")
  package static let affinityComparison = Knob<SimDuration>(
    "cpu-per-affinity-comparison", default: .nanoseconds(6_000), in: .zero ... .seconds(1),
    help:
      "CPU time of comparing the pod with one that has (anti-)affinity terms, or all if it has.",
    source: "scheduler_perf PodAntiAffinity: 60/s at 5,000 nodes, about 2,000 pods: at most 6 us")
  package static let comparesPerNode = Knob<Bool>(
    "affinity-compares-per-node", default: false,
    help: "Affinity is compared anew for each node examined: pods x nodes instead of pods.",
    source: "before 1.18 pods x nodes (OpenAI 2021); since 1.18 once a cycle (PreFilter)")
  package static let nodeListed = Knob<SimDuration>(
    "cpu-per-node-listed", default: .microseconds(420), in: .zero ... .seconds(1),
    help: "CPU time for each node of filling the caches at the start.",
    source: "facts/real-calibration.md §3: 0.42 CPU-s per 1,000 nodes of 13 KB")
  package static let atRest = Knob<Double>(
    "cpu-at-rest", default: 0.012, in: 0...100,
    help: "Cores that the process uses without any pod: leases, timers, metrics.",
    source: "k8s_scheduler.csv, plain-paced10 at 100 nodes (fitted)")

  /// What the section's declaration lists.
  package static var members: [any SectionMember] {
    [
      pod, nodeFiltered, nodeScored, extendedResource, affinityComparison, comparesPerNode,
      nodeListed, atRest,
    ]
  }

  package init(_ reader: inout SectionReader) {
    pod = reader[Self.pod]
    nodeFiltered = reader[Self.nodeFiltered]
    nodeScored = reader[Self.nodeScored]
    extendedResource = reader[Self.extendedResource]
    affinityComparison = reader[Self.affinityComparison]
    comparesPerNode = reader[Self.comparesPerNode]
    nodeListed = reader[Self.nodeListed]
    atRest = reader[Self.atRest]
  }
}

/// CPU time of one scheduling cycle.
struct CycleCost {
  /// Work that one goroutine does.
  var serial = SimDuration.zero
  /// Work that is spread over goroutines and cores.
  var parallel = SimDuration.zero

  var cpu: SimDuration { serial + parallel }

  /// How long it takes on a machine's cores.
  func duration(on cores: Int) -> SimDuration { serial + parallel / max(1, cores) }
}

extension SchedulerCosts {
  /// - Parameters:
  ///   - comparisons: pods that inter-pod affinity looks at in a cycle.
  func cycle(
    filtered: Int, feasible: Int, wantsGPUs: Bool, comparisons: Int
  ) -> CycleCost {
    var cost = CycleCost(serial: pod)
    cost.parallel = nodeFiltered * filtered + nodeScored * feasible
    if wantsGPUs { cost.parallel = cost.parallel + extendedResource * filtered }
    let rounds = comparesPerNode ? comparisons * filtered : comparisons
    cost.parallel = cost.parallel + affinityComparison * rounds
    return cost
  }
}
