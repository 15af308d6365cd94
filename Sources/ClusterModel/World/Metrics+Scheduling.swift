// SPDX-License-Identifier: Apache-2.0
import Measurement

/// Metrics of the scheduler: kube-scheduler's own where it has one.
extension MetricDeclaration {
  static let scheduling = [
    schedulerPending, schedulerAttempts, schedulerUnschedulablePods, schedulerFilteredNodes,
    schedulerIncomingPods, schedulerCycle, preemptionAttempts, preemptionVictims, emptyNodes,
    processCPU, permitWait, podGroupsRunning, teamNodes, teamPods,
  ]
  static let schedulerPending = MetricDeclaration(
    "scheduler_pending_pods", .gauge, in: .count("pods"),
    help: "Pods that wait: to be scheduled, for their back-off, for an event that helps.",
    labels: ["queue"])
  static let schedulerAttempts = MetricDeclaration(
    "scheduler_schedule_attempts_total", .counter, in: .count("attempts"),
    help: "Attempts to schedule a pod; scheduled ones are those that were bound.",
    labels: ["result"])
  static let schedulerUnschedulablePods = MetricDeclaration(
    "scheduler_unschedulable_pods", .gauge, in: .count("pods"),
    help: "Pods whose last attempt failed, by the filters that turned nodes down.",
    labels: ["plugin"])
  static let schedulerFilteredNodes = MetricDeclaration(
    "scheduler_filtered_nodes_total", .counter, in: .count("nodes"),
    help: "Nodes turned down, by the first filter that did (the counts of FailedScheduling).",
    labels: ["plugin"])
  static let schedulerIncomingPods = MetricDeclaration(
    "scheduler_queue_incoming_pods_total", .counter, in: .count("pods"),
    help: "Pods put into a queue, by what put them there.", labels: ["event"])
  static let schedulerCycle = MetricDeclaration(
    "scheduler_scheduling_algorithm_duration_seconds", .histogram, in: .seconds,
    help: "Time of a scheduling cycle.")
  static let preemptionAttempts = MetricDeclaration(
    "scheduler_preemption_attempts_total", .counter, in: .count("attempts"),
    help: "Attempts to make room for a pod of higher priority.")
  static let preemptionVictims = MetricDeclaration(
    "scheduler_preemption_victims_total", .counter, in: .count("pods"),
    help: "Pods deleted to make room for others.")
  static let emptyNodes = MetricDeclaration(
    "cluster_empty_nodes", .gauge, in: .count("nodes"),
    help: "Registered nodes to which no pod is assigned.")
  static let processCPU = MetricDeclaration(
    "process_cpu_seconds_total", .counter, in: .seconds,
    help: "CPU time that a process of the control plane has used.", labels: ["job"])
}
