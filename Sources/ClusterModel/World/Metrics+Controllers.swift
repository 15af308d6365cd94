// SPDX-License-Identifier: Apache-2.0
import Measurement

/// Metrics of leader elections, services and CronJobs.
extension MetricDeclaration {
  static let controllers: [MetricDeclaration] = [
    leaderMasterStatus, leaderSlowPath, leaderTransitions, componentWorking, endpointAddresses,
    endpointSlices, endpointSliceChanges, cronJobsActive, cronJobSkew, cronJobsSkipped,
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
  static let cronJobsActive = MetricDeclaration(
    "kube_cronjob_status_active", .gauge, in: .count("jobs"),
    help: "Jobs of all CronJobs that are not done, as their controller knows.")
  static let cronJobSkew = MetricDeclaration(
    "cronjob_controller_job_creation_skew_duration_seconds", .histogram, in: .seconds,
    help: "Time from a CronJob's scheduled time to the creation of its Job.")
  static let cronJobsSkipped = MetricDeclaration(
    "cronjob_skipped_starts_total", .counter, in: .count("syncs"),
    help: "Syncs that started no Job though one was due, by the Event's reason.",
    labels: ["reason"])
  static let endpointAddresses = MetricDeclaration(
    "kube_endpoint_address_available", .gauge, in: .count("addresses"),
    help: "Running pods of a service, as the controllers see them.", labels: ["endpoint"])
  static let endpointSlices = MetricDeclaration(
    "endpoint_slice_controller_num_endpoint_slices", .gauge, in: .count("slices"),
    help: "EndpointSlices in the store.")
  static let endpointSliceChanges = MetricDeclaration(
    "endpoint_slice_controller_changes", .counter, in: .count("writes"),
    help: "Writes of EndpointSlices.", labels: ["operation"], keepsRealName: true)
}
