// SPDX-License-Identifier: Apache-2.0

/// A set of taints (`spec.taints` of a node), or of tolerated taints (`spec.tolerations` of a pod).
///
/// Bits 0 to 7 are the taints that Kubernetes' own parts put on nodes; bits 8 to 15 are those that
/// the scenario's node pools state, in the order of their first mention.
package struct NodeTaints: OptionSet, Codable, Sendable, Hashable, BitwiseCopyable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// `node.kubernetes.io/not-ready`, NoSchedule and NoExecute: the node life-cycle controller.
  package static let notReady = NodeTaints(rawValue: 1 << 0)
  /// `node.kubernetes.io/unreachable`, NoSchedule and NoExecute: the node life-cycle controller.
  package static let unreachable = NodeTaints(rawValue: 1 << 1)
  /// `node.kubernetes.io/unschedulable`, NoSchedule: `spec.unschedulable`, set by `kubectl cordon`.
  package static let unschedulable = NodeTaints(rawValue: 1 << 2)
  /// `ToBeDeletedByClusterAutoscaler`, NoSchedule: the Cluster Autoscaler, before it drains.
  package static let toBeDeleted = NodeTaints(rawValue: 1 << 3)
  /// `DeletionCandidateOfClusterAutoscaler`, PreferNoSchedule.
  package static let deletionCandidate = NodeTaints(rawValue: 1 << 4)

  /// `node.kubernetes.io/network-unavailable`, NoSchedule: a node that cannot be reached from pods yet.
  package static let networkUnavailable = NodeTaints(rawValue: 1 << 5)

  /// Taints of pools that the model can tell apart.
  package static let poolTaintLimit = 8

  /// A taint of a pool.
  package static func pool(_ index: Int) -> NodeTaints { NodeTaints(rawValue: 1 << (8 + index)) }
}

/// What the scheduler does with each taint.
package struct TaintEffects: Codable, Sendable {
  /// NoSchedule or NoExecute.
  package var filtering: NodeTaints = [
    .notReady, .unreachable, .unschedulable, .toBeDeleted, .networkUnavailable,
  ]
  /// PreferNoSchedule.
  package var scored: NodeTaints = [.deletionCandidate]

  /// - Parameter pools: the taints that pools state, in the order of their numbers.
  package init(pools: [PoolTaint]) {
    for (index, taint) in pools.enumerated() {
      if taint.effect == .preferNoSchedule {
        scored.insert(.pool(index))
      } else {
        filtering.insert(.pool(index))
      }
    }
  }
}

/// A taint as a pool states it: `key=value:Effect`.
package struct PoolTaint: Hashable, Sendable {
  /// What a taint does to pods that do not tolerate it.
  package enum Effect: String, Sendable {
    case noSchedule = "NoSchedule"
    case preferNoSchedule = "PreferNoSchedule"
    case noExecute = "NoExecute"
  }

  package let key: String
  package let value: String
  package let effect: Effect

  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let effect = Effect(rawValue: String(parts[1])) else { return nil }
    let pair = parts[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let key = pair.first, !key.isEmpty else { return nil }
    self.key = String(key)
    value = pair.count == 2 ? String(pair[1]) : ""
    self.effect = effect
  }

  /// Whether a toleration (`key`, `key=value`, each also with `:Effect`) covers the taint.
  package func isTolerated(by toleration: String) -> Bool {
    let parts = toleration.split(separator: ":", maxSplits: 1)
    guard let label = parts.first, parts.count == 1 || parts[1] == effect.rawValue else {
      return false
    }
    return label == key || label == "\(key)=\(value)"
  }
}
