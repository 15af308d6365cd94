// SPDX-License-Identifier: Apache-2.0
import Measurement

/// Metrics of Prometheus about itself. Where a name is not Prometheus' own the help says so.
extension MetricDeclaration {
  static let monitoring: [MetricDeclaration] = [
    headSeries, headSamples, prometheusReady, replayDuration, blindTime, seriesRequests,
    prometheusRequests, seriesClientRequests,
  ]

  static let headSeries = MetricDeclaration(
    "prometheus_tsdb_head_series", .gauge, in: .count("series"), help: "Series in the head.")
  static let headSamples = MetricDeclaration(
    "prometheus_tsdb_head_samples_appended_total", .counter, in: .count("samples"),
    help: "Samples that were scraped.")
  static let prometheusReady = MetricDeclaration(
    "prometheus_ready", .gauge, in: .count("processes"),
    help: "Whether it has read its log, and scrapes and answers.")
  static let replayDuration = MetricDeclaration(
    "prometheus_tsdb_data_replay_duration_seconds", .gauge, in: .seconds,
    help: "Time that the last replay of the write-ahead log takes.")
  static let blindTime = MetricDeclaration(
    "prometheus_blind_seconds_total", .counter, in: .seconds,
    help: "Time in which nothing is scraped; our own.")
  static let seriesRequests = MetricDeclaration(
    "prometheus_series_requests_in_flight", .gauge, in: .count("requests"),
    help: "Requests to /api/v1/series under work, by whether their client still waits; our own.",
    labels: ["client"])
  static let prometheusRequests = MetricDeclaration(
    "prometheus_http_requests_total", .counter, in: .count("requests"),
    help: "Requests that came to an end.", labels: ["handler", "code"])
  static let seriesClientRequests = MetricDeclaration(
    "prometheus_client_requests_total", .counter, in: .count("requests"),
    help: "Requests to /api/v1/series as their clients see them; our own.",
    labels: ["client", "result"])
}
