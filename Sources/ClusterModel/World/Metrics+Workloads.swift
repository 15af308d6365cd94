// SPDX-License-Identifier: Apache-2.0
import Measurement

/// Metrics of nodes, pods, controllers and jobs; of kube-state-metrics, the scheduler and the kubelet
/// where they have one, our own otherwise.
extension MetricDeclaration {
  static let machinesUp = MetricDeclaration(
    "cloud_machines_up", .gauge, in: .count("machines"), help: "Machines that run.")
  static let machinesRefused = MetricDeclaration(
    "cloud_machines_refused_total", .counter, in: .count("machines"),
    help: "Machines that were asked for and that the cloud did not give.", labels: ["reason"])
  static let kubeletRuntimeOperations = MetricDeclaration(
    "kubelet_runtime_operations_duration_seconds", .histogram, in: .seconds,
    help: "Time of an operation of the container runtime, waiting apart.",
    labels: ["operation_type"])
  static let containerRestarts = MetricDeclaration(
    "kube_pod_container_status_restarts_total", .counter, in: .count("restarts"),
    help: "Containers that were started again after an exit.", labels: ["workload"])
  static let imagePullErrors = MetricDeclaration(
    "kubelet_image_pull_errors_total", .counter, in: .count("pulls"),
    help: "Pods that heard of a failed pull.", labels: ["workload", "reason"])
  static let imageExtraction = MetricDeclaration(
    "image_extraction_duration_seconds", .histogram, in: .seconds,
    help: "Time in which a pulled image's layers were extracted, waiting apart.",
    labels: ["image"])
  static let sandboxErrors = MetricDeclaration(
    "kubelet_sandbox_image_errors_total", .counter, in: .count("sandboxes"),
    help: "Sandboxes that were not made because their image could not be pulled.")
  static let podStart = MetricDeclaration(
    "kubelet_pod_start_duration_seconds", .histogram, in: .seconds,
    help: "Time from the wish for a pod to its started container.", labels: ["workload"])
  static let podStartTotal = MetricDeclaration(
    "kubelet_pod_start_total_duration_seconds", .histogram, in: .seconds,
    help: "Time from the wish for a pod to its kubelet's watch showing it running.",
    labels: ["workload"])
  static let podStatusFailures = MetricDeclaration(
    "kubelet_pod_status_failures_total", .counter, in: .count("updates"),
    help: "Status updates of pods that failed and waited for the status manager's next round.")
  static let podPhase = MetricDeclaration(
    "kube_pod_status_phase", .gauge, in: .count("pods"),
    help: "Pods by phase, as their kubelets know it.", labels: ["phase"])
  static let nodeMarksInFlight = MetricDeclaration(
    "node_collector_updates_in_flight", .gauge, in: .count("writes"),
    help: "Status writes of the node life-cycle controller that are under way.")
  static let unknownNodes = MetricDeclaration(
    "node_collector_unhealthy_nodes_in_zone", .gauge, in: .count("nodes"),
    help: "Nodes whose stored Ready condition is Unknown.")
  static let heartbeatAge = MetricDeclaration(
    "node_collector_oldest_heartbeat_seconds", .gauge, in: .seconds,
    help: "Age of the oldest heartbeat in the store.")
  static let nodeEvictions = MetricDeclaration(
    "node_collector_evictions_total", .counter, in: .count("nodes"),
    help: "Nodes whose pods were evicted.")
  static let autoscalerRounds = MetricDeclaration(
    "autoscaler_rounds_total", .counter, in: .count("rounds"),
    help: "Rounds of the autoscaler.", labels: ["result"])
  static let autoscalerDeadNodes = MetricDeclaration(
    "autoscaler_dead_nodes", .gauge, in: .count("nodes"),
    help: "Nodes that the last round took for dead.")
  static let autoscalerTerminated = MetricDeclaration(
    "autoscaler_terminated_nodes_total", .counter, in: .count("nodes"),
    help: "Nodes that the autoscaler has deleted.")
  static let autoscalerRefused = MetricDeclaration(
    "autoscaler_refused_rounds_total", .counter, in: .count("rounds"),
    help: "Rounds that would have removed more than max-scale-in-fraction and removed nothing.")
  static let autoscalerProvisioned = MetricDeclaration(
    "autoscaler_requested_machines_total", .counter, in: .count("machines"),
    help: "Machines that the autoscaler asked the cloud for.")
  static let agentOfferedBytes = MetricDeclaration(
    "agent_offered_bytes_total", .counter, in: .bytes,
    help: "Bytes that polling agents' turns call for, answered or not.", labels: ["workload"])
  static let jobsActive = MetricDeclaration(
    "kube_job_status_active", .gauge, in: .count("jobs"), help: "Jobs that are not done.")
  static let jobsCompleted = MetricDeclaration(
    "kube_job_completed_total", .counter, in: .count("jobs"), help: "Jobs that are done.")
  static let jobsFailed = MetricDeclaration(
    "kube_job_failed_total", .counter, in: .count("jobs"),
    help: "Jobs given up after too many failed pods.")
  static let jobPodsFailed = MetricDeclaration(
    "job_failed_pods_total", .counter, in: .count("pods"), help: "Pods of jobs that failed.")
  static let replicasReady = MetricDeclaration(
    "kube_workload_status_replicas_ready", .gauge, in: .count("pods"),
    help: "Running pods of a Deployment, StatefulSet or DaemonSet, as its controller sees them.",
    labels: ["workload"])
  static let jobDuration = MetricDeclaration(
    "kube_job_duration_seconds", .histogram, in: .seconds,
    help: "Time from a job's submission to the end of its last pod.", span: .month)
  static let usefulWork = MetricDeclaration(
    "job_useful_work_seconds_total", .counter, in: .seconds,
    help: "Running time of pods that finished their work.")
  static let lostWork = MetricDeclaration(
    "job_lost_work_seconds_total", .counter, in: .seconds,
    help: "Running time of pods that ended before their work was done.")
  static let lostPods = MetricDeclaration(
    "job_lost_pods_total", .counter, in: .count("pods"),
    help: "Running pods that ended before their work was done.")
  static let eventsRecorded = MetricDeclaration(
    "events_recorded_total", .counter, in: .count("events"),
    help: "Events that components recorded, written or not.", labels: ["reason"])
  static let eventsDropped = MetricDeclaration(
    "events_dropped_total", .counter, in: .count("events"),
    help: "Events that were never stored: spam filter, full queue, failed write.",
    labels: ["cause"])
}
