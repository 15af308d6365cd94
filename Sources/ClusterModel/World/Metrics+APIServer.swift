// SPDX-License-Identifier: Apache-2.0
import Measurement

/// Metrics of kube-apiserver and client-go, under their names.
extension MetricDeclaration {
  static let apiserverDuration = MetricDeclaration(
    "apiserver_request_duration_seconds", .histogram, in: .seconds,
    help: "Time from a request's arrival at an API server to the end of its answer.",
    labels: ["verb", "resource"])
  static let apiserverRequests = MetricDeclaration(
    "apiserver_request_total", .counter, in: .count("requests"),
    help: "Requests that an API server has ended.", labels: ["verb", "resource", "code"])
  static let apiserverInstanceRequests = MetricDeclaration(
    "apiserver_instance_requests_total", .counter, in: .count("requests"),
    help: "Requests that one API server has ended: sum by (instance) of apiserver_request_total.",
    labels: ["job", "instance"])
  static let apiserverTooLate = MetricDeclaration(
    "apiserver_abandoned_responses_total", .counter, in: .count("requests"),
    help: "Answers that were made after the client had left.", labels: ["verb", "resource"])
  static let apiserverInflight = MetricDeclaration(
    "apiserver_current_inflight_requests", .gauge, in: .count("requests"),
    help: "Requests that hold a seat, all replicas together.", labels: ["request_kind"])
  static let apiserverDropped = MetricDeclaration(
    "apiserver_dropped_requests_total", .counter, in: .count("requests"),
    help: "Requests answered with 429 because all seats were taken.", labels: ["request_kind"])
  static let apiserverResponseBytes = MetricDeclaration(
    "apiserver_response_bytes_total", .counter, in: .bytes,
    help: "Bytes of response bodies, all replicas together.")
  static let apiserverGoaways = MetricDeclaration(
    "apiserver_goaways_total", .counter, in: .count("connections"),
    help: "Connections of nodes that were ended for the sake of balance (goaway-chance).")
  static let apiserverWatchEvents = MetricDeclaration(
    "apiserver_watch_events_total", .counter, in: .count("events"),
    help: "Deliveries of watch events.")
  static let clientDuration = MetricDeclaration(
    "rest_client_request_duration_seconds", .histogram, in: .seconds,
    help: "Time that a client waited for an answer, given-up waits included.",
    labels: ["client", "verb", "resource"])
  static let clientRequests = MetricDeclaration(
    "rest_client_requests_total", .counter, in: .count("requests"),
    help: "Requests by outcome as the client saw it; <error> is a time-out or no connection.",
    labels: ["client", "verb", "resource", "code"])
}
