// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// Everything that can happen to PodGroups.
package enum PodGroupEvent: BitwiseCopyable, Codable, Sendable {
  /// A member's container has started (true) or ended.
  case running(PodID, Bool)
}

/// How many pods of each gang run, as their kubelets know it: a gang makes progress while at least
/// `minMember` of them run at once. Gangs of workloads without a PodGroup are not looked at.
package struct PodGroups: Codable, Sendable {
  /// By workload; `nil` without a PodGroup.
  private let gauges: [GaugeID?]
  private let minMembers: [Int]
  /// Running members, by workload and owner.
  private var running: [[UInt32]]

  package init(workloads: [String], _ context: inout ClusterContext) {
    let templates = context.podTemplates
    minMembers = templates.map { $0.podGroup?.minMember ?? 0 }
    gauges = zip(workloads, templates).map { name, template in
      guard template.podGroup != nil else { return nil }
      let gauge = context.instruments.gauge(.podGroupsRunning, [MetricLabel("workload", name)])
      context.instruments.set(0, gauge, at: .zero)
      context.instruments.trace(gauge)
      return gauge
    }
    running = Array(repeating: [], count: templates.count)
  }

  package mutating func handle(
    _ event: PodGroupEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .running(let pod, let isRunning):
      let row = context.pods[pod]
      let workload = row.workload.index
      guard let gauge = gauges[workload], row.job != .none else { return }
      let owner = row.job.index
      if owner >= running[workload].count {
        let missing = owner + 1 - running[workload].count
        running[workload].append(contentsOf: repeatElement(0, count: missing))
      }
      let wasComplete = running[workload][owner] >= minMembers[workload]
      if isRunning { running[workload][owner] += 1 } else { running[workload][owner] -= 1 }
      let isComplete = running[workload][owner] >= minMembers[workload]
      guard isComplete != wasComplete else { return }
      context.instruments.adjust(gauge, by: isComplete ? 1 : -1, at: agenda.now)
    }
  }
}

extension MetricDeclaration {
  static let podGroupsRunning = MetricDeclaration(
    "pod_groups_running", .gauge, in: .count("gangs"),
    help: "Gangs of which at least minMember pods run at once, which is when they make progress.",
    labels: ["workload"])
}
