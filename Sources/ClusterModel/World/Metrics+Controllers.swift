// SPDX-License-Identifier: Apache-2.0
import Measurement

/// Metrics of leader elections.
extension MetricDeclaration {
  static let controllers: [MetricDeclaration] = [
    leaderMasterStatus, leaderSlowPath, leaderTransitions, componentWorking,
  ]

  static let leaderMasterStatus = MetricDeclaration(
    "leader_election_master_status", .gauge, in: .count("leaders"),
    help: "Whether a replica holds its component's lock.", labels: ["name", "instance"])
  static let leaderSlowPath = MetricDeclaration(
    "leader_election_slowpath_total", .counter, in: .count("tries"),
    help: "Renewals for which the leader read its lock first.", labels: ["name"])
  static let leaderTransitions = MetricDeclaration(
    "leader_election_transitions_total", .counter, in: .count("transitions"),
    help: "Times that a process began to lead (spec.leaseTransitions of the Lease).",
    labels: ["name"])
  static let componentWorking = MetricDeclaration(
    "control_plane_component_working", .gauge, in: .count("processes"),
    help: "Whether a component has a leader whose caches are full.", labels: ["name"])
}
