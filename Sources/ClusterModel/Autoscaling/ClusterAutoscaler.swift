// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Everything that can happen to the Cluster Autoscaler.
package enum ClusterAutoscalerEvent: BitwiseCopyable, Codable, Sendable {
  /// Time to look at the cluster.
  case scan
  /// The cloud gives no machines of the pool.
  case machinesRefused(NodePoolID, UInt32)
}

/// The upstream Cluster Autoscaler, rule by rule (cluster-autoscaler/core/static_autoscaler.go
/// `RunOnce`): is the cluster healthy enough, which machines never came, which pods need new nodes,
/// which nodes does nobody need.
///
/// It reads its informers' caches, so looking costs the API server nothing; taints, evictions and
/// deletions go through its own client.
package struct ClusterAutoscaler: Codable, Sendable {
  /// What is known of a pool.
  struct Group: Codable, Sendable {
    /// Machines that it should have.
    var desired: Int
    /// When each machine was asked for that has not registered yet, the oldest first.
    var asked: [SimTime] = []
    /// Of these, as many will not come, as the cloud has said since the last look.
    var refused = 0
    /// Registered nodes at the last look.
    var registered: Int
    var backoffUntil = SimTime.zero
    var backoff = SimDuration.zero
    var lastFailure = SimTime.zero
  }

  /// A node on its way out.
  struct Removal: Codable, Sendable {
    var node: NodeID
    var reason: RemovalReason
    var since: SimTime
    /// The taint is in the store.
    var isTainted = false
    /// The machine's end has been asked for.
    var isDeleted = false
  }

  let configuration: ClusterAutoscalerConfiguration
  let classes: ClusterAutoscalerClasses
  let pools: [NodePool]
  let capacities: [NodeCapacity]
  let stream: StreamID
  /// By workload: what its pods mean for their nodes.
  let standings: [PodStanding]
  let metrics: ClusterAutoscalerMetrics
  var groups: [Group]
  var removals: [Removal] = []
  /// Since when each node is unneeded, and since when a machine is up without being registered; `end`
  /// where it is not.
  var unneededSince: [SimTime] = []
  var unregisteredSince: [SimTime] = []
  /// Before any scale-up, deletion or failure all delays are over.
  var lastScaleUp: SimTime?
  var lastDelete: SimTime?
  var lastFailure: SimTime?

  package init(
    _ configuration: ClusterAutoscalerConfiguration, classes: ClusterAutoscalerClasses,
    pools: [NodePool], _ context: inout ClusterContext
  ) {
    self.configuration = configuration
    self.classes = classes
    self.pools = pools
    capacities = pools.map { NodeCapacity($0.machine) }
    stream = context.streams.stream("cluster-autoscaler/expander")
    standings = PodStanding.of(context.podTemplates, configuration)
    metrics = ClusterAutoscalerMetrics(&context.instruments)
    groups = pools.map { Group(desired: $0.initialCount, registered: $0.initialCount) }
  }

  package func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    agenda.schedule(
      .clusterAutoscaler(.scan), in: context.cluster, at: agenda.now + configuration.scanInterval)
  }

  package mutating func handle(
    _ event: ClusterAutoscalerEvent, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .scan:
      scan(&context, &agenda)
      agenda.schedule(
        .clusterAutoscaler(.scan), in: context.cluster,
        at: agenda.now + configuration.scanInterval)
    case .machinesRefused(let pool, let count):
      // What others have asked for in vain is not known here.
      let asked = groups[pool.index].asked.count
      groups[pool.index].refused = min(groups[pool.index].refused + Int(count), asked)
    }
  }

  private mutating func scan(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    let now = agenda.now
    let missing = context.nodes.count - unneededSince.count
    unneededSince.append(contentsOf: repeatElement(.end, count: missing))
    unregisteredSince.append(contentsOf: repeatElement(.end, count: missing))
    context.instruments.add(1, to: metrics.scans, at: now)
    // Machines that never came go even while the cluster is ill.
    takeStock(&context, &agenda)
    guard isHealthy(&context, now) else { return }
    let isScalingUp = scaleUp(&context, &agenda)
    findUnneeded(&context, now)
    proceedWithRemovals(&context, &agenda)
    guard !isScalingUp, !isCoolingDown(now) else { return }
    removeUnneeded(&context, &agenda)
  }

  /// clusterstate.go `IsClusterHealthy`: more unready nodes than are fine, and a larger share.
  private mutating func isHealthy(_ context: inout ClusterContext, _ now: SimTime) -> Bool {
    var registered = 0
    var unready = 0
    for node in context.nodes.ids where context.nodes[node].isRegistered {
      registered += 1
      if !context.nodes[node].storedReady { unready += 1 }
    }
    let isHealthy =
      unready <= configuration.okTotalUnready
      || Double(unready) <= configuration.maxTotalUnready.value * Double(registered)
    context.instruments.set(isHealthy ? 1 : 0, metrics.isSafe, at: now)
    return isHealthy
  }

  private func isCoolingDown(_ now: SimTime) -> Bool {
    func isRecent(_ moment: SimTime?, _ delay: SimDuration) -> Bool {
      moment.map { now - $0 < delay } ?? false
    }
    return isRecent(lastScaleUp, configuration.delayAfterAdd)
      || isRecent(lastDelete, configuration.delayAfterDelete)
      || isRecent(lastFailure, configuration.delayAfterFailure)
  }

  // MARK: Machines that were asked for

  /// Matches registrations with what was asked for, and gives up what has not come in time.
  private mutating func takeStock(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    let now = agenda.now
    var registered = Array(repeating: 0, count: pools.count)
    for node in context.nodes.ids {
      let row = context.nodes[node]
      let pool = row.pool.index
      if row.isRegistered { registered[pool] += 1 }
      guard row.machineIsUp, !row.isRegistered, !row.isBeingDeleted, pools[pool].isManaged else {
        unregisteredSince[node.index] = .end
        continue
      }
      if unregisteredSince[node.index] == .end { unregisteredSince[node.index] = now }
      guard now - unregisteredSince[node.index] > configuration.maxNodeProvisionTime else {
        continue
      }
      // clusterstate.go: a long unregistered node is removed.
      context.nodes[node].isBeingDeleted = true
      groups[pool].desired -= 1
      if !groups[pool].asked.isEmpty { groups[pool].asked.removeFirst() }
      agenda.send(.terminate(node), from: context.cluster)
      fail(pool, &context, now)
    }
    for pool in pools.indices {
      let arrived = registered[pool] - groups[pool].registered
      if arrived > 0 {
        groups[pool].asked.removeFirst(min(arrived, groups[pool].asked.count))
      }
      groups[pool].registered = registered[pool]
      giveUpRefused(pool, &context, now)
      var given = 0
      while let oldest = groups[pool].asked.first,
        now - oldest > configuration.maxNodeProvisionTime
      {
        groups[pool].asked.removeFirst()
        groups[pool].desired -= 1
        given += 1
      }
      if given > 0 { fail(pool, &context, now) }
    }
  }

  /// static_autoscaler.go `deleteCreatedNodesWithErrors`: machines that the cloud has refused are taken
  /// off the pool's size at the next look, and the pool is left alone.
  private mutating func giveUpRefused(
    _ pool: Int, _ context: inout ClusterContext, _ now: SimTime
  ) {
    let refused = min(groups[pool].refused, groups[pool].asked.count)
    groups[pool].refused = 0
    guard refused > 0, configuration.noticesRefusals else { return }
    groups[pool].asked.removeLast(refused)
    groups[pool].desired -= refused
    fail(pool, &context, now)
  }

  /// backoff/exponential_backoff.go: the pool is left alone, longer each time.
  private mutating func fail(_ pool: Int, _ context: inout ClusterContext, _ now: SimTime) {
    guard groups[pool].backoffUntil <= now else { return }
    context.instruments.add(1, to: metrics.failedScaleUps, at: now)
    let isFresh =
      groups[pool].backoff == .zero || now - groups[pool].lastFailure > configuration.backoffReset
    groups[pool].backoff =
      isFresh
      ? configuration.initialBackoff : min(groups[pool].backoff * 2, configuration.maxBackoff)
    groups[pool].backoffUntil = now + groups[pool].backoff
    groups[pool].lastFailure = now
  }
}

/// The requests of the Cluster Autoscaler.
package struct ClusterAutoscalerClasses: Codable, Sendable {
  package var taintNode: RequestClassID
  package var evictPod: RequestClassID
  package var deleteNode: RequestClassID
}

/// Why a node is removed (`reason` of `cluster_autoscaler_scaled_down_nodes_total`).
enum RemovalReason: Int, Codable, Sendable, CaseIterable {
  case empty, underutilized, unready

  var name: String {
    switch self {
    case .empty: "empty"
    case .underutilized: "underutilized"
    case .unready: "unready"
    }
  }
}
