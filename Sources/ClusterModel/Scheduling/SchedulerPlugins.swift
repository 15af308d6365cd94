// SPDX-License-Identifier: Apache-2.0
import Scenario

/// The filters, in the order in which they are asked (apis/config/v1/default_plugins.go); the first
/// that says no is counted.
package enum SchedulerFilter: UInt8, CaseIterable, Sendable {
  case nodeUnschedulable, nodeReady, taintToleration, nodeAffinity, nodeResourcesFit
  case podTopologySpread, interPodAffinity
  /// Asked before the nodes, and last of all: whether the pod's PodGroup may go on.
  case coscheduling

  /// The plugin's name in metrics and events.
  package var name: String {
    switch self {
    case .nodeUnschedulable: "NodeUnschedulable"
    case .nodeReady: "CheckNodeCondition"
    case .taintToleration: "TaintToleration"
    case .nodeAffinity: "NodeAffinity"
    case .nodeResourcesFit: "NodeResourcesFit"
    case .podTopologySpread: "PodTopologySpread"
    case .interPodAffinity: "InterPodAffinity"
    case .coscheduling: "Coscheduling"
    }
  }

  /// Whether taking pods away could change its answer; preemption looks at no other nodes.
  var isResolvable: Bool {
    switch self {
    case .nodeUnschedulable, .nodeReady, .taintToleration, .nodeAffinity, .coscheduling: false
    case .nodeResourcesFit, .podTopologySpread, .interPodAffinity: true
    }
  }
}

/// The filters that rejected a pod's nodes.
struct FilterSet: OptionSet, Codable, Sendable {
  let rawValue: UInt8

  init(rawValue: UInt8) { self.rawValue = rawValue }
  init(_ filter: SchedulerFilter) { rawValue = 1 << filter.rawValue }

  func contains(_ filter: SchedulerFilter) -> Bool { rawValue >> filter.rawValue & 1 == 1 }
}

/// What a priority function or score plugin prefers.
package enum SchedulerScore: UInt8, Codable, Sendable {
  case leastAllocated, mostAllocated, balancedAllocation
  case interPodAffinity, selectorSpread, topologySpread, taints, imageLocality

  /// Names of a policy file (plugin/pkg/scheduler/algorithmprovider/defaults, 1.8).
  static let priorities: [String: SchedulerScore] = [
    "LeastRequestedPriority": .leastAllocated,
    "MostRequestedPriority": .mostAllocated,
    "BalancedResourceAllocation": .balancedAllocation,
    "InterPodAffinityPriority": .interPodAffinity,
    "SelectorSpreadPriority": .selectorSpread,
    "TaintTolerationPriority": .taints,
    "ImageLocalityPriority": .imageLocality,
  ]

  /// Names of score plugins (framework/plugins/names). `NodeResourcesFit` is the strategy's.
  static let plugins: [String: SchedulerScore] = [
    "NodeResourcesFit": .leastAllocated,
    "NodeResourcesBalancedAllocation": .balancedAllocation,
    "InterPodAffinity": .interPodAffinity,
    "PodTopologySpread": .topologySpread,
    "TaintToleration": .taints,
    "ImageLocality": .imageLocality,
  ]

  /// apis/config/v1/default_plugins.go; NodeAffinity's preferred terms are not modelled.
  static let defaultPlugins: [(key: String, value: Int)] = [
    ("TaintToleration", 3), ("PodTopologySpread", 2), ("InterPodAffinity", 2),
    ("NodeResourcesFit", 1), ("NodeResourcesBalancedAllocation", 1), ("ImageLocality", 1),
  ]
}

/// The scores that are added up for a node.
package struct SchedulingPolicy: Codable, Sendable {
  package struct Term: Codable, Sendable {
    var score: SchedulerScore
    var weight: Int
  }

  let terms: [Term]
  /// The best mark of a single score: schedulerapi.MaxPriority 10 (a policy file's days), since 1.17
  /// framework.MaxNodeScore 100.
  let scale: Int

  init(_ configuration: SchedulerConfiguration) {
    let isPolicyFile = !configuration.priorities.pairs.isEmpty
    scale = isPolicyFile ? 10 : 100
    let stated = isPolicyFile ? configuration.priorities : configuration.scorePlugins
    let known = isPolicyFile ? SchedulerScore.priorities : SchedulerScore.plugins
    terms = stated.pairs.compactMap { name, weight in
      guard weight > 0, var score = known[name] else { return nil }
      if name == "NodeResourcesFit", configuration.scoringStrategy == .mostAllocated {
        score = .mostAllocated
      }
      return Term(score: score, weight: weight)
    }
  }
}
