// SPDX-License-Identifier: Apache-2.0
import Scenario

/// Which knobs of training jobs had nothing to do.
extension TrainingJobs {
  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = TrainingJobsConfiguration
    typealias Restart = TrainingRestartConfiguration
    for (index, source) in sources.enumerated() {
      let own = jobs.filter { Int($0.source) == index }
      idle.add(section: source.path, unless: !own.isEmpty)
      let wasHalted = own.contains { $0.incarnation > 0 }
      let restart = source.path.appending(Knobs.restart.name)
      idle.add([Restart.detectionTime.name], in: restart, unless: wasHalted)
      var wasRecreated = wasHalted
      if case .machines = source.gang { wasRecreated = false }
      idle.add([Restart.strategy.name], in: restart, unless: wasRecreated)
      idle.add(
        section: source.path.appending(Knobs.checkpoint.name),
        unless: own.contains { $0.savesBegun > 0 })
    }
  }
}
