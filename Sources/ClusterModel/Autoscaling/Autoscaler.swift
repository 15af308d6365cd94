// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Everything that can happen to the autoscaler.
package enum AutoscalerEvent: BitwiseCopyable, Codable, Sendable {
  /// The loop starts over.
  case loop
  /// The cloud gives no machines of the pool.
  case machinesRefused(NodePoolID, UInt32)
}

/// OpenAI's node autoscaler of 2017 (kubernetes-ec2-autoscaler), rule by rule.
///
/// Each round lists nodes and pods from the API server and then judges nodes by what is stored:
/// one whose Ready heartbeat is too old is dead and to be terminated, one that has been idle long
/// enough is superfluous. It never asks the node itself, so a store that refuses heartbeats makes
/// every node look dead.
package struct Autoscaler: Codable, Sendable {
  private let configuration: AutoscalerConfiguration
  private let classes: AutoscalerClasses
  private let pools: [NodePool]
  private var listsPending = 0
  private var roundFailed = false
  /// Machines that each pool should have (the scale set's desired capacity).
  private var desired: [Int]
  private var deadFound: [NodeID] = []
  private var idleFound: [NodeID] = []
  private let metrics: AutoscalerMetrics

  package init(
    _ configuration: AutoscalerConfiguration, classes: AutoscalerClasses, pools: [NodePool],
    _ context: inout ClusterContext
  ) {
    self.configuration = configuration
    self.classes = classes
    self.pools = pools
    desired = pools.map(\.initialCount)
    metrics = AutoscalerMetrics(&context.instruments)
  }

  package func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    agenda.schedule(
      .autoscaler(.loop), in: context.cluster, at: agenda.now + configuration.phase)
  }

  package mutating func handle(
    _ event: AutoscalerEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .loop:
      listsPending = 2
      roundFailed = false
      context.request(classes.listNodes, &agenda)
      context.request(classes.listPods, &agenda)
    case .machinesRefused(let pool, let count):
      // A deployment that fails leaves the scale set as large as it was; the next round asks again.
      desired[pool.index] = max(0, desired[pool.index] - Int(count))
    }
  }

  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    if row.classID == classes.deleteNode {
      if outcome == .ok {
        // The node is out of the API; the cloud takes the machine.
        let node = NodeID(rawValue: row.subject)
        agenda.send(.terminate(node), from: context.cluster)
        desired[context.nodes[node].pool.index] -= 1
        context.instruments.add(1, to: metrics.terminated, at: agenda.now)
      } else {
        context.nodes[NodeID(rawValue: row.subject)].isBeingDeleted = false
      }
      return
    }
    if outcome != .ok { roundFailed = true }
    listsPending -= 1
    guard listsPending == 0 else { return }
    if roundFailed {
      context.instruments.add(1, to: metrics.failedRounds, at: agenda.now)
    } else {
      context.instruments.add(1, to: metrics.rounds, at: agenda.now)
      maintain(&context, &agenda)
      scaleOut(&context, &agenda)
    }
    agenda.schedule(
      .autoscaler(.loop), in: context.cluster, at: agenda.now + configuration.sleep)
  }

  // MARK: Scale-in

  private mutating func maintain(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    judge(&context, agenda.now)
    let instances = managedInstances(context)
    context.instruments.set(deadFound.count, metrics.dead, at: agenda.now)
    let wanted = deadFound.count + idleFound.count
    guard wanted > 0 else { return }
    if let fraction = configuration.maxScaleInFraction {
      // All or nothing: a request above the limit removes nothing (AS commit f93b5ef).
      let limit = Int((fraction.value * Double(instances)).rounded(.up))
      if wanted > limit {
        context.instruments.add(1, to: metrics.refused, at: agenda.now)
        return
      }
    }
    for node in deadFound { remove(node, &context, &agenda) }
    for node in idleFound { remove(node, &context, &agenda) }
  }

  /// Sorts the managed nodes into dead, superfluous and neither.
  private mutating func judge(_ context: inout ClusterContext, _ now: SimTime) {
    deadFound.removeAll(keepingCapacity: true)
    idleFound.removeAll(keepingCapacity: true)
    var idleOfType = 0
    for node in context.nodes.ids {
      let row = context.nodes[node]
      guard pools[row.pool.index].isManaged, row.isRegistered, !row.isBeingDeleted else {
        continue
      }
      if now - row.storedHeartbeat > configuration.deadAfter {
        deadFound.append(node)
        continue
      }
      guard row.podCount == 0 else {
        context.nodes[node].idleSince = .end
        continue
      }
      if row.idleSince == .end { context.nodes[node].idleSince = now }
      guard now - context.nodes[node].idleSince > configuration.idleThreshold else { continue }
      idleOfType += 1
      if idleOfType > configuration.spareNodes { idleFound.append(node) }
    }
  }

  private func managedInstances(_ context: borrowing ClusterContext) -> Int {
    var count = 0
    for node in context.nodes.ids
    where context.nodes[node].isRegistered && pools[context.nodes[node].pool.index].isManaged {
      count += 1
    }
    return count
  }

  private func remove(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    context.nodes[node].isBeingDeleted = true
    context.request(classes.deleteNode, subject: node.rawValue, object: node.rawValue, &agenda)
  }

  // MARK: Scale-out

  /// Asks for as many machines as the waiting pods fill, one pool after the other, and for a few more
  /// (cluster.py `fulfill_pending`): a scale set's size is what runs, what is needed and
  /// `over-provision`, so that a machine that is still booting is not asked for twice.
  private mutating func scaleOut(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    var waiting: [PodID] = []
    for pod in context.pods.ids
    where context.objects.bytes(context.builtin.pods, pod.rawValue) != nil
      && context.pods[pod].assignedNode == .none && context.pods[pod].storedNode == .none
      && agenda.now - context.pods[pod].created > configuration.sleep
    {
      waiting.append(pod)
    }
    guard !waiting.isEmpty else { return }
    var present = Array(repeating: 0, count: pools.count)
    for node in context.nodes.ids where context.nodes[node].machineIsUp {
      present[context.nodes[node].pool.index] += 1
    }
    for index in pools.indices where pools[index].isManaged {
      var packing = TemplatePacking(NodeCapacity(pools[index].machine), limit: .max)
      waiting.removeAll { pod in
        let template = context.podTemplates[context.pods[pod].workload.index]
        guard template.allows(pools[index], NodePoolID(index)) else { return false }
        return packing.add(PodDemand(context.pods[pod]))
      }
      guard packing.nodeCount > 0 else { continue }
      let wanted = present[index] + packing.nodeCount + configuration.overProvision
      let ask = min(wanted, pools[index].maxCount) - max(desired[index], present[index])
      guard ask > 0 else { continue }
      desired[index] = max(desired[index], present[index]) + ask
      agenda.send(.provision(NodePoolID(index), UInt32(ask)), from: context.cluster)
      context.instruments.add(ask, to: metrics.provisioned, at: agenda.now)
    }
  }
}

/// The requests of the autoscaler.
package struct AutoscalerClasses: Codable, Sendable {
  package var listNodes: RequestClassID
  package var listPods: RequestClassID
  package var deleteNode: RequestClassID
}

/// The instruments of the autoscaler; it exported none, so the names are ours.
struct AutoscalerMetrics: Codable, Sendable {
  let rounds: CounterID
  let failedRounds: CounterID
  let dead: GaugeID
  let terminated: CounterID
  let refused: CounterID
  let provisioned: CounterID

  init(_ instruments: inout Instruments) {
    rounds = instruments.counter(.autoscalerRounds, [MetricLabel("result", "done")])
    failedRounds = instruments.counter(.autoscalerRounds, [MetricLabel("result", "failed")])
    dead = instruments.gauge(.autoscalerDeadNodes)
    terminated = instruments.counter(.autoscalerTerminated)
    refused = instruments.counter(.autoscalerRefused)
    provisioned = instruments.counter(.autoscalerProvisioned)
    instruments.set(0, dead, at: .zero)
    instruments.trace(dead)
  }
}

extension Autoscaler {
  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = AutoscalerConfiguration
    let path = configuration.path
    idle.add(
      [
        Knobs.sleep.name, Knobs.phase.name, Knobs.deadAfter.name, Knobs.idleThreshold.name,
        Knobs.spareNodes.name,
      ], in: path, unless: context.instruments.hasCounted(metrics.rounds))
    idle.add(
      [Knobs.maxScaleInFraction.name], in: path,
      unless: context.instruments.hasCounted(metrics.terminated)
        || context.instruments.hasCounted(metrics.refused))
    idle.add(
      [Knobs.overProvision.name], in: path,
      unless: context.instruments.hasCounted(metrics.provisioned))
  }
}
