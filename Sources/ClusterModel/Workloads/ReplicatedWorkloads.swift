// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Everything that can happen to Deployments, StatefulSets and DaemonSets.
package enum ReplicaEvent: BitwiseCopyable, Codable, Sendable {
  /// The object of a workload is created, or looked at again after a failed write.
  case reconcile(UInt16)
  /// Its pod template changes.
  case rollOut(WorkloadID)
  /// It is scaled to nothing or back.
  case setRunning(WorkloadID, Bool)
  /// What the controllers of their pods set in motion.
  case control(ControllerKind, PodControlEvent)
}

/// Workloads whose pods run for ever: Deployments with their ReplicaSets, StatefulSets, DaemonSets.
package struct ReplicatedWorkloads: Codable, Sendable {
  private struct Entry: Codable {
    var path: KnobPath
    var workload: WorkloadID
    var kind: ControllerKind
    var at: SimTime
    var template: UInt16
    /// Its ReplicaSet, StatefulSet or DaemonSet; a Deployment has an old one during a roll-out.
    var owner: UInt32
    var old: UInt32 = .max
    var replicas: Int
    var surge = 0
    var unavailable = 0
    var isRunning = true
    /// A write of the Deployment controller is under way.
    var isScaling = false
    var hasBegun = false
    var hasRolledOut = false
    var pool: NodePoolID?
    var ready: GaugeID
  }

  private var replicaSets: PodControl
  private var statefulSets: PodControl
  private var daemonSets: PodControl
  private let scaleReplicaSet: RequestClassID
  private var entries: [Entry] = []
  private var isWorking = true
  /// The entry of each owner of the ReplicaSet controller.
  private var entryOfReplicaSet: [UInt16] = []

  package init(
    replicaSets: PodControl, statefulSets: PodControl, daemonSets: PodControl,
    scaleReplicaSet: RequestClassID
  ) {
    self.replicaSets = replicaSets
    self.statefulSets = statefulSets
    self.daemonSets = daemonSets
    self.scaleReplicaSet = scaleReplicaSet
  }

  // MARK: Declaring

  /// - Parameter nodes: nodes at the start that `replicas-per-node` counts.
  package mutating func add(
    _ configuration: DeploymentConfiguration, _ workload: WorkloadID, _ name: String,
    nodes: Int, _ context: inout ClusterContext
  ) {
    let template = replicaSets.addTemplate(row(of: workload, context))
    let byNodes = configuration.nodesPerReplica.map { (nodes + $0 - 1) / $0 } ?? 0
    let replicas = max(configuration.replicas, byNodes)
    entries.append(
      Entry(
        path: configuration.path, workload: workload, kind: .replicaSet,
        at: .zero + configuration.at, template: template,
        owner: replicaSets.addOwner(template: template, order: .parallel, wanted: 0),
        replicas: replicas,
        surge: Int((configuration.maxSurge.value * Double(replicas)).rounded(.up)),
        unavailable: Int((configuration.maxUnavailable.value * Double(replicas)).rounded(.down)),
        ready: gauge(name, &context)))
    entryOfReplicaSet.append(UInt16(entries.count - 1))
  }

  package mutating func add(
    _ configuration: StatefulSetConfiguration, _ workload: WorkloadID, _ name: String,
    _ context: inout ClusterContext
  ) {
    let template = statefulSets.addTemplate(row(of: workload, context))
    entries.append(
      Entry(
        path: configuration.path, workload: workload, kind: .statefulSet,
        at: .zero + configuration.at, template: template,
        owner: statefulSets.addOwner(
          template: template,
          order: configuration.policy == .parallel ? .parallel : .orderedReady, wanted: 0),
        replicas: configuration.replicas, ready: gauge(name, &context)))
  }

  package mutating func add(
    _ configuration: DaemonSetConfiguration, _ workload: WorkloadID, _ name: String,
    pool: NodePoolID?, whileTainted: NodeTaints?, _ context: inout ClusterContext
  ) {
    let template = daemonSets.addTemplate(row(of: workload, context))
    entries.append(
      Entry(
        path: configuration.path, workload: workload, kind: .daemonSet,
        at: .zero + configuration.at, template: template,
        owner: daemonSets.addOwner(
          template: template, order: .perNode, wanted: 0, whileTainted: whileTainted),
        replicas: 0,
        pool: pool, ready: gauge(name, &context)))
  }

  private func row(of workload: WorkloadID, _ context: borrowing ClusterContext) -> PodRow {
    PodRow(of: workload, context.podTemplates[workload.index])
  }

  private func gauge(_ name: String, _ context: inout ClusterContext) -> GaugeID {
    let gauge = context.instruments.gauge(.replicasReady, [MetricLabel("workload", name)])
    context.instruments.set(0, gauge, at: .zero)
    return gauge
  }

  package func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    for (index, entry) in entries.enumerated() {
      agenda.schedule(
        .replicas(.reconcile(UInt16(index))), in: context.cluster, at: entry.at)
    }
  }

  // MARK: Events

  /// The controllers' process has ended, or another one begins.
  package mutating func setWorking(
    _ works: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    isWorking = works
    replicaSets.setWorking(works, &context, &agenda)
    statefulSets.setWorking(works, &context, &agenda)
    daemonSets.setWorking(works, &context, &agenda)
    guard works else { return }
    for index in entries.indices { reconcile(index, &context, &agenda) }
  }

  package mutating func handle(
    _ event: ReplicaEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .reconcile(let index):
      entries[Int(index)].hasBegun = true
      reconcile(Int(index), &context, &agenda)
    case .rollOut(let workload):
      guard let index = index(of: workload), entries[index].kind == .replicaSet,
        entries[index].old == .max
      else { return }
      entries[index].hasRolledOut = true
      entries[index].old = entries[index].owner
      entries[index].owner = replicaSets.addOwner(
        template: entries[index].template, order: .parallel, wanted: 0)
      entryOfReplicaSet.append(UInt16(index))
      reconcile(index, &context, &agenda)
    case .setRunning(let workload, let isRunning):
      guard let index = index(of: workload) else { return }
      entries[index].isRunning = isRunning
      reconcile(index, &context, &agenda)
    case .control(let kind, let event):
      switch kind {
      case .replicaSet: replicaSets.handle(event, &context, &agenda)
      case .statefulSet: statefulSets.handle(event, &context, &agenda)
      case .daemonSet: daemonSets.handle(event, &context, &agenda)
      default: break
      }
    }
  }

  private func index(of workload: WorkloadID) -> Int? {
    entries.firstIndex { $0.workload == workload }
  }

  private mutating func reconcile(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let entry = entries[index]
    guard entry.hasBegun else { return }
    switch entry.kind {
    case .replicaSet: reconcileDeployment(index, &context, &agenda)
    case .statefulSet:
      statefulSets.setWanted(UInt32(entry.isRunning ? entry.replicas : 0), of: entry.owner)
      statefulSets.enqueue(entry.owner, &context, &agenda)
    case .daemonSet:
      for node in context.nodes.ids where isWanted(entry, on: node, context) {
        daemonSets.addMissing(node, to: entry.owner)
      }
      daemonSets.enqueue(entry.owner, &context, &agenda)
    default: break
    }
  }

  private func isWanted(
    _ entry: Entry, on node: NodeID, _ context: borrowing ClusterContext
  ) -> Bool {
    daemonSets.wants(node, entry.owner, context)
      && (entry.pool.map { $0 == context.nodes[node].pool } ?? true)
  }

  /// One step of a roll-out or scaling: the new ReplicaSet grows as far as the surge allows, then the
  /// old one shrinks as far as the available pods allow (pkg/controller/deployment/rolling.go).
  private mutating func reconcileDeployment(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let entry = entries[index]
    guard isWorking, !entry.isScaling else { return }
    let replicas = entry.isRunning ? entry.replicas : 0
    let new = replicaSets.owners[Int(entry.owner)]
    guard entry.old != .max else {
      if Int(new.wanted) != replicas {
        scale(entry.owner, to: replicas, index, &context, &agenda)
      }
      return
    }
    let old = replicaSets.owners[Int(entry.old)]
    if old.wanted == 0, old.active == 0 {
      entries[index].old = .max
      reconcileDeployment(index, &context, &agenda)
      return
    }
    let total = Int(new.wanted + old.wanted)
    let growth = min(replicas + entry.surge - total, replicas - Int(new.wanted))
    if growth > 0 {
      scale(entry.owner, to: Int(new.wanted) + growth, index, &context, &agenda)
      return
    }
    let notYetReady = Int(new.wanted) - Int(new.ready)
    let spare = total - (replicas - entry.unavailable) - notYetReady
    if spare > 0, old.wanted > 0 {
      scale(
        entry.old, to: Int(old.wanted) - min(spare, Int(old.wanted)), index, &context, &agenda)
    }
  }

  private mutating func scale(
    _ replicaSet: UInt32, to replicas: Int, _ index: Int, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    entries[index].isScaling = true
    context.request(
      scaleReplicaSet, subject: replicaSet, object: replicaSet, payload: UInt64(replicas),
      &agenda)
  }

  /// A request of one of the controllers has ended.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let request = context.requests[id]
    guard request.classID == scaleReplicaSet else {
      if replicaSets.settings.classes.contains(request.classID) {
        replicaSets.completed(id, outcome, &context, &agenda)
      } else if statefulSets.settings.classes.contains(request.classID) {
        statefulSets.completed(id, outcome, &context, &agenda)
      } else {
        daemonSets.completed(id, outcome, &context, &agenda)
      }
      return
    }
    let index = Int(entryOfReplicaSet[Int(request.subject)])
    entries[index].isScaling = false
    guard outcome == .ok else {
      agenda.schedule(
        .replicas(.reconcile(UInt16(index))), in: context.cluster, at: agenda.now + .seconds(1))
      return
    }
    replicaSets.setWanted(UInt32(truncatingIfNeeded: request.payload), of: request.subject)
    replicaSets.enqueue(request.subject, &context, &agenda)
    reconcileDeployment(index, &context, &agenda)
  }

  /// A pod has changed in the API.
  package mutating func observed(
    _ change: ObjectChange, _ pod: PodID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard let index = index(of: context.pods[pod].workload) else { return }
    let entry = entries[index]
    switch entry.kind {
    case .replicaSet:
      replicaSets.observed(change, pod, &context, &agenda)
      var ready = Int(replicaSets.owners[Int(entry.owner)].ready)
      if entry.old != .max { ready += Int(replicaSets.owners[Int(entry.old)].ready) }
      context.instruments.set(ready, entry.ready, at: agenda.now)
      reconcileDeployment(index, &context, &agenda)
    case .statefulSet:
      statefulSets.observed(change, pod, &context, &agenda)
      context.instruments.set(
        Int(statefulSets.owners[Int(entry.owner)].ready), entry.ready, at: agenda.now)
    case .daemonSet:
      daemonSets.observed(change, pod, &context, &agenda)
      context.instruments.set(
        Int(daemonSets.owners[Int(entry.owner)].ready), entry.ready, at: agenda.now)
    default: break
    }
  }

  /// A node has come or gone.
  package mutating func observed(
    _ change: ObjectChange, _ node: NodeID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    for entry in entries where entry.kind == .daemonSet && entry.hasBegun {
      if change == .deleted {
        daemonSets.removeMissing(node, from: entry.owner)
      } else if isWanted(entry, on: node, context) {
        daemonSets.addMissing(node, to: entry.owner)
        daemonSets.enqueue(entry.owner, &context, &agenda)
      }
    }
  }
}

extension ReplicatedWorkloads {
  /// - Parameters:
  ///   - path: of `kube-controller-manager`.
  ///   - hasJobs: the Job controller, which has as many workers, has had work.
  func addIdleKnobs(to idle: inout IdleKnobs, in path: KnobPath, hasJobs: Bool) {
    typealias Knobs = ControllerManagerConfiguration
    let hasSets = !replicaSets.owners.isEmpty || !statefulSets.owners.isEmpty
    let hasDaemons = !daemonSets.owners.isEmpty
    idle.add([Knobs.concurrentSyncs.name], in: path, unless: hasSets || hasJobs)
    idle.add([Knobs.concurrentDaemonSetSyncs.name], in: path, unless: hasDaemons)
    idle.add([Knobs.objectBytes.name], in: path, unless: hasSets || hasDaemons || hasJobs)
    typealias Deployment = DeploymentConfiguration
    for entry in entries where entry.kind == .replicaSet {
      idle.add(
        [Deployment.maxSurge.name, Deployment.maxUnavailable.name], in: entry.path,
        unless: entry.hasRolledOut)
    }
  }
}

extension PodControlClasses {
  func contains(_ requestClass: RequestClassID) -> Bool {
    requestClass == createPod || requestClass == deletePod || requestClass == putStatus
  }
}
