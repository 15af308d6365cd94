// SPDX-License-Identifier: Apache-2.0
import Measurement
import Scenario

/// Knobs of the scheduler that came into play.
extension Scheduler {
  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = SchedulerConfiguration
    typealias Costs = SchedulerCosts
    let hasScheduled = context.instruments.distribution(of: metrics.cycle).count > 0
    let hasFailed =
      metrics.hasCounted(.unschedulable, context.instruments)
      || metrics.hasCounted(.error, context.instruments)
    let path = settings.path
    idle.add(
      [
        Knobs.apiQPS.name, Knobs.apiBurst.name, Knobs.percentageOfNodesToScore.name,
        Knobs.parallelism.name, Knobs.machine.name, Knobs.queue.name, Knobs.priorities.name,
        Knobs.scorePlugins.name, Knobs.scoringStrategy.name, Knobs.hostSelection.name,
        Costs.pod.name, Costs.nodeFiltered.name, Costs.nodeScored.name,
      ], in: path, unless: hasScheduled)
    idle.add(
      [Knobs.initialBackoff.name, Knobs.maxBackoff.name], in: path, unless: hasFailed)
    idle.add(
      [Knobs.unschedulableDuration.name, Knobs.usesQueueingHints.name], in: path,
      unless: hasFailed && settings.queue == .priority)
    idle.add(
      [Knobs.preempts.name], in: path,
      unless: hasPriorities && hasFailed)
    idle.add(
      [Knobs.hardPodAffinityWeight.name], in: path,
      unless: affinity.contains { !$0.required.isEmpty })
    idle.add(
      [Costs.affinityComparison.name, Costs.comparesPerNode.name], in: path,
      unless: hasScheduled && affinity.contains(where: \.hasTerms))
    idle.add(
      [Costs.extendedResource.name], in: path,
      unless: hasScheduled && context.podTemplates.contains { $0.gpus > 0 })
    idle.add([Costs.nodeListed.name], in: path, unless: settings.startsCold)
    addIdleCoschedulingKnobs(to: &idle, context)
  }
}
