// SPDX-License-Identifier: Apache-2.0

/// Running pods of those workloads that others talk to (name servers, a popular service, ranks of a
/// job), as their kubelets know them.
package struct RunningPods: Codable, Sendable {
  /// By workload; `nil` where nobody asks.
  private var pods: [[PodID]?] = []

  package init() {}

  /// Keeps account of a workload from now on.
  package mutating func watch(_ workload: WorkloadID) {
    while pods.count <= workload.index { pods.append(nil) }
    if pods[workload.index] == nil { pods[workload.index] = [] }
  }

  package func isWatched(_ workload: WorkloadID) -> Bool {
    workload.index < pods.count && pods[workload.index] != nil
  }

  /// In the order in which they began to run.
  package subscript(workload: WorkloadID) -> [PodID] {
    workload.index < pods.count ? pods[workload.index] ?? [] : []
  }

  mutating func add(_ pod: PodID, of workload: WorkloadID) {
    pods[workload.index]?.append(pod)
  }

  mutating func remove(_ pod: PodID, of workload: WorkloadID) {
    pods[workload.index]?.removeAll { $0 == pod }
  }
}
