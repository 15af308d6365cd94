// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// Which object the replicas of a component write their leader into.
package enum LeaderLock: String, KnobChoice, Codable, Sendable {
  case endpoints
  /// Both, the Endpoints object first.
  case endpointsLeases = "endpointsleases"
  case leases
}

/// Replicas of a component and how they elect a leader: a group of knobs of
/// `kube-controller-manager` and `kube-scheduler`.
package struct LeaderElectionConfiguration: Codable, Sendable {
  package var replicas: Int
  package var elects: Bool
  package var leaseDuration: SimDuration
  package var renewDeadline: SimDuration
  package var retryPeriod: SimDuration
  package var lock: LeaderLock
  package var requestTimeout: SimDuration
  package var renewsOptimistically: Bool
  package var restartTime: SimDuration

  package static let replicas = Knob<Int>(
    "replicas", default: 1, in: 1...9, help: "Processes, of which one works.",
    source: "none: one on each control-plane machine")
  package static let elects = Knob<Bool>(
    "leader-elect", default: false, help: "The replicas elect a leader through the API.",
    source: "--leader-elect: true in all versions; off here unless a profile or scenario says so")
  package static let leaseDuration = Knob<SimDuration>(
    "leader-elect-lease-duration", default: .seconds(15), in: .seconds(1) ... .hours(1),
    help: "Time without a seen renewal after which another replica takes over.",
    source: "--leader-elect-lease-duration: 15 s in all versions")
  package static let renewDeadline = Knob<SimDuration>(
    "leader-elect-renew-deadline", default: .seconds(10), in: .milliseconds(100) ... .hours(1),
    help: "Time without a renewal after which the leader exits.",
    source: "--leader-elect-renew-deadline: 10 s in all versions")
  package static let retryPeriod = Knob<SimDuration>(
    "leader-elect-retry-period", default: .seconds(2), in: .milliseconds(10) ... .hours(1),
    help: "Time between two renewals, and at least between two looks of a candidate.",
    source: "--leader-elect-retry-period: 2 s in all versions")
  package static let lock = Knob<LeaderLock>(
    "leader-elect-resource-lock", default: .leases, help: "The object that names the leader.",
    source: "endpoints (1.8), endpointsleases (1.17 to 1.19), leases since 1.20 (K pull 94603)")
  package static let requestTimeout = Knob<SimDuration?>(
    optional: "leader-elect-request-timeout", in: .milliseconds(100) ... .hours(1),
    help: "Patience of a request for the lock; absent: half of the renew deadline.",
    source: "resourcelock/interface.go NewFromKubeconfig: renewDeadline / 2, at least 1 s")
  package static let renewsOptimistically = Knob<Bool>(
    "leader-elect-optimistic-renewal", default: false,
    help: "The leader writes without reading first, while its lease is valid.",
    source: "K pull 122069: since 1.30")
  package static let restartTime = Knob<SimDuration>(
    "restart-time", default: .milliseconds(1_070), in: .zero ... .hours(1),
    help: "Time from the exit of a process to its next start, back-off apart.",
    source: "PLEG relist of 1 s, on average half; docker run 568 ms (control-plane.md §10)")

  /// What a section's declaration lists.
  package static var members: [any SectionMember] {
    [
      replicas, elects, leaseDuration, renewDeadline, retryPeriod, lock, requestTimeout,
      renewsOptimistically, restartTime,
    ]
  }

  package init(_ reader: inout SectionReader) {
    replicas = reader[Self.replicas]
    elects = reader[Self.elects]
    leaseDuration = reader[Self.leaseDuration]
    renewDeadline = reader[Self.renewDeadline]
    retryPeriod = reader[Self.retryPeriod]
    lock = reader[Self.lock]
    requestTimeout = reader[Self.requestTimeout] ?? max(.seconds(1), renewDeadline / 2)
    renewsOptimistically = reader[Self.renewsOptimistically]
    restartTime = reader[Self.restartTime]
    if replicas > 1, !elects {
      reader.fail(Self.replicas, "several replicas need 'leader-elect: true'")
    }
    // leaderelection.go NewLeaderElector refuses the same.
    if leaseDuration <= renewDeadline {
      reader.fail(Self.leaseDuration, "the lease has to outlast 'leader-elect-renew-deadline'")
    }
    if renewDeadline <= retryPeriod.scaled(by: Self.jitter) {
      reader.fail(
        Self.renewDeadline, "the deadline has to be longer than 1.2 'leader-elect-retry-period'")
    }
  }

  /// client-go tools/leaderelection: `JitterFactor = 1.2`.
  static var jitter: Double { 1.2 }
}
