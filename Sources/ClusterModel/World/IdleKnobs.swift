// SPDX-License-Identifier: Apache-2.0
import Measurement
package import Scenario

/// Knobs whose mechanism never came into play in a run: turning them would have changed nothing.
///
/// Each part tells, from its own counters, which of its knobs stayed idle; whoever reports compares
/// with what the scenario states. A knob that is not listed had its mechanism at work, which is
/// necessary for an influence, not sufficient.
package struct IdleKnobs {
  private var idle: Set<KnobPath> = []
  private var idleSections: [KnobPath] = []

  /// Lists knobs of a section as idle unless `wasUsed`.
  mutating func add(_ names: [String], in section: KnobPath, unless wasUsed: Bool) {
    guard !wasUsed else { return }
    for name in names { idle.insert(section.appending(name)) }
  }

  /// Lists a whole section as idle unless `wasUsed`.
  mutating func add(section: KnobPath, unless wasUsed: Bool) {
    if !wasUsed { idleSections.append(section) }
  }

  /// Those of the given knobs that stayed idle, in their order.
  package func among(_ stated: [KnobPath]) -> [KnobPath] {
    stated.filter { path in
      idle.contains(path)
        || idleSections.contains {
          $0.elements.count <= path.elements.count
            && Array(path.elements.prefix($0.elements.count)) == $0.elements
        }
    }
  }
}

extension Instruments {
  /// Whether a counter has counted anything in the whole run.
  func hasCounted(_ id: CounterID) -> Bool { total(of: id) > 0 }
}

extension Cluster {
  /// Lists the idle knobs of all parts of the cluster.
  func addIdleKnobs(to idle: inout IdleKnobs) {
    for store in stores { store.addIdleKnobs(to: &idle, context) }
    apiServers.addIdleKnobs(to: &idle, context)
    kubelets.addIdleKnobs(to: &idle, context)
    scheduler.addIdleKnobs(to: &idle, context)
    nodeLifecycle.addIdleKnobs(to: &idle, context)
    podCollector.addIdleKnobs(
      to: &idle, in: nodeLifecycle.path, context)
    eventRecorder.addIdleKnobs(to: &idle, context)
    jobs.addIdleKnobs(to: &idle, in: nodeLifecycle.path, context)
    replicas.addIdleKnobs(to: &idle, in: nodeLifecycle.path, hasJobs: !jobs.jobs.isEmpty)
    endpoints.addIdleKnobs(to: &idle, in: nodeLifecycle.path)
    cronJobs.addIdleKnobs(to: &idle, in: nodeLifecycle.path)
    finishedJobs.addIdleKnobs(to: &idle, in: nodeLifecycle.path)
    leaderElections.addIdleKnobs(to: &idle, in: nodeLifecycle.path, of: .controllerManager)
    leaderElections.addIdleKnobs(to: &idle, in: scheduler.settings.path, of: .scheduler)
    podNetwork.addIdleKnobs(to: &idle, context)
    trainingJobs?.addIdleKnobs(to: &idle, context)
    fabric?.addIdleKnobs(to: &idle, context)
    downloads.addIdleKnobs(to: &idle, context)
    context.nameResolution.addIdleKnobs(to: &idle)
    nodeIPAM?.addIdleKnobs(to: &idle)
    prometheus?.addIdleKnobs(to: &idle, context)
    autoscaler?.addIdleKnobs(to: &idle, context)
    clusterAutoscaler?.addIdleKnobs(to: &idle, context)
    hardware?.addIdleKnobs(to: &idle)
    teams?.addIdleKnobs(to: &idle)
    nodeHealth?.addIdleKnobs(to: &idle, context)
    gpuTests?.addIdleKnobs(to: &idle, context)
    for budget in context.podTemplates.compactMap(\.budget) {
      idle.add(section: budget.path, unless: nodeHealth?.hasEvicted(context) ?? false)
    }
  }
}

extension ClusterContext {
  /// Whether any request of these verbs has ended.
  func hasServed(_ verbs: [RequestVerb]) -> Bool {
    classes.contains { requestClass in
      verbs.contains(requestClass.verb)
        && requestClass.metrics.serverOutcomes.contains(where: instruments.hasCounted)
    }
  }
}
