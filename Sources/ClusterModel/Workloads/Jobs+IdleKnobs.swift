// SPDX-License-Identifier: Apache-2.0
import Scenario

/// Which knobs of jobs and of their controller had nothing to do.
extension Jobs {
  /// - Parameter path: of `kube-controller-manager`.
  func addIdleKnobs(
    to idle: inout IdleKnobs, in path: KnobPath, _ context: borrowing ClusterContext
  ) {
    typealias Knobs = ControllerManagerConfiguration
    idle.add([Knobs.jobSyncPeriod.name], in: path, unless: !jobs.isEmpty)
    idle.add(
      [Knobs.jobBackoffCountsPods.name], in: path,
      unless: context.instruments.hasCounted(metrics.failedPods))
    typealias Spec = JobSpecConfiguration
    for source in sources {
      let own = jobs.filter { $0.workload == source.workload }
      idle.add(
        [Spec.backoffLimit.name], in: source.path, unless: own.contains { $0.podsFailed > 0 })
      idle.add(
        [
          Spec.failureProbability.name, Spec.work.name, Spec.workScope.name,
          Spec.completions.name, Spec.pods.name,
        ],
        in: source.path, unless: !own.isEmpty)
      idle.add([Spec.timeToLive.name], in: source.path, unless: own.contains(where: \.isOver))
    }
  }
}
