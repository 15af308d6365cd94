// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Stochastics

/// Everything that can happen to the kubelets' heartbeats.
package enum HeartbeatEvent: BitwiseCopyable, Codable, Sendable {
  /// The next slice of status writes.
  case statusCursor
  /// A kubelet's turn to write its status.
  case status(NodeID)
  /// The next slice of lease renewals.
  case leaseCursor
  /// A kubelet's turn to renew its lease.
  case lease(NodeID)
  /// A kubelet has joined, or its machine is gone.
  case started(NodeID)
  case stopped(NodeID)
}

/// The kubelets' heartbeats.
///
/// Up to Kubernetes 1.13 a heartbeat reads the node from the API server's cache and patches its whole
/// status; a try that fails is repeated at once, up to `node-status-update-retry` times, and then
/// reads from etcd (pkg/kubelet/kubelet_node_status.go, 1.8). With leases a small object is renewed
/// instead and the status follows rarely (KEP-589). The heartbeat client has no rate limit.
package struct Heartbeats: Codable, Sendable {
  private let usesNodeLease: Bool
  private let triesPerBeat: Int
  private let classes: HeartbeatClasses
  private var statuses: MemberCursor
  private var leases: MemberCursor
  private let phases: StreamID

  /// About one slice for every four of a thousand nodes, so that a slice's beats stay few.
  private static var slices: Int { 250 }

  package init(
    _ configuration: KubeletConfiguration, classes: HeartbeatClasses,
    _ context: inout ClusterContext
  ) {
    usesNodeLease = configuration.usesNodeLease
    triesPerBeat = configuration.statusUpdateRetry
    self.classes = classes
    let statusPeriod =
      configuration.usesNodeLease
      ? configuration.statusReportFrequency : configuration.statusUpdateFrequency
    statuses = MemberCursor(period: statusPeriod, slices: Self.slices)
    leases = MemberCursor(period: configuration.leaseRenewInterval, slices: Self.slices)
    phases = context.streams.stream("kubelet/heartbeat-phase")
  }

  package mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    for node in context.nodes.ids where context.nodes[node].isRegistered {
      begin(node, &context, &agenda)
    }
    schedule(.statusCursor, at: statuses.nextWake, context, &agenda)
    if usesNodeLease {
      schedule(.leaseCursor, at: leases.nextWake, context, &agenda)
    }
  }

  package mutating func handle(
    _ event: HeartbeatEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .statusCursor:
      while let beat = statuses.nextBeat() {
        schedule(.status(NodeID(rawValue: beat.member)), at: beat.due, context, &agenda)
      }
      schedule(.statusCursor, at: statuses.nextWake, context, &agenda)
    case .leaseCursor:
      while let beat = leases.nextBeat() {
        schedule(.lease(NodeID(rawValue: beat.member)), at: beat.due, context, &agenda)
      }
      schedule(.leaseCursor, at: leases.nextWake, context, &agenda)
    case .status(let node):
      guard statuses.isActive(node.rawValue), !context.nodes[node].beatInFlight else { return }
      context.nodes[node].beatInFlight = true
      context.nodes[node].beatTries = 1
      read(node, from: classes.readFromCache, &context, &agenda)
    case .lease(let node):
      guard leases.isActive(node.rawValue), !context.nodes[node].leaseInFlight else { return }
      context.nodes[node].leaseInFlight = true
      context.nodes[node].leaseTries = 1
      renew(node, &context, &agenda)
    case .started(let node): begin(node, &context, &agenda)
    case .stopped(let node):
      // A machine may stop before its kubelet has joined.
      guard statuses.isActive(node.rawValue) else { return }
      statuses.deactivate(node.rawValue)
      if usesNodeLease { leases.deactivate(node.rawValue) }
    }
  }

  /// A request of a heartbeat has ended.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    let node = NodeID(rawValue: row.subject)
    let isLease = row.classID == classes.renewLease
    guard statuses.isActive(node.rawValue) else { return }
    switch (outcome, row.classID) {
    case (.ok, classes.readFromCache), (.ok, classes.readFromStore):
      context.request(
        classes.patchStatus, subject: node.rawValue, object: node.rawValue,
        payload: agenda.now.nanoseconds, origin: node, &agenda)
    case (.ok, _):
      if isLease {
        context.nodes[node].leaseInFlight = false
      } else {
        context.nodes[node].beatInFlight = false
      }
    case (_, classes.renewLease):
      guard Int(context.nodes[node].leaseTries) < triesPerBeat else {
        context.nodes[node].leaseInFlight = false
        return
      }
      context.nodes[node].leaseTries += 1
      renew(node, &context, &agenda)
    case (_, _):
      guard Int(context.nodes[node].beatTries) < triesPerBeat else {
        context.nodes[node].beatInFlight = false
        return
      }
      context.nodes[node].beatTries += 1
      read(node, from: classes.readFromStore, &context, &agenda)
    }
  }

  private func read(
    _ node: NodeID, from source: RequestClassID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    context.request(
      source, subject: node.rawValue, object: node.rawValue, origin: node, &agenda)
  }

  private func renew(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    context.request(
      classes.renewLease, subject: node.rawValue, object: node.rawValue,
      payload: agenda.now.nanoseconds, origin: node, &agenda)
  }

  /// A kubelet's clocks start at a random moment of the period: nodes boot when they like.
  private mutating func begin(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    while statuses.memberCount <= node.index {
      statuses.add(phase: statuses.period.scaled(by: context.streams[phases].nextUnit()))
      leases.add(phase: leases.period.scaled(by: context.streams[phases].nextUnit()))
    }
    if let missed = statuses.activate(node.rawValue, at: agenda.now) {
      schedule(.status(node), at: missed.due, context, &agenda)
    }
    if usesNodeLease, let missed = leases.activate(node.rawValue, at: agenda.now) {
      schedule(.lease(node), at: missed.due, context, &agenda)
    }
  }

  private func schedule(
    _ event: HeartbeatEvent, at time: SimTime, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(.heartbeats(event), in: context.cluster, at: time)
  }
}

/// The requests that a heartbeat makes.
package struct HeartbeatClasses: Codable, Sendable {
  package var readFromCache: RequestClassID
  package var readFromStore: RequestClassID
  package var patchStatus: RequestClassID
  package var renewLease: RequestClassID
}
