// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
package import Measurement

/// Instruments of Priority and Fairness, named as kube-apiserver names them; all replicas together.
package struct FlowControlMetrics: Codable, Sendable {
  let currentLimit: [GaugeID]
  let executingSeats: [GaugeID]
  let inQueue: [GaugeID]
  /// By schema.
  let dispatched: [CounterID]
  let wait: [HistogramID]
  let queueFull: [CounterID]
  let timedOut: [CounterID]
  let overLimit: [CounterID]

  init(
    _ levels: [PriorityLevel], _ schemas: [FlowSchema], nominal: [Int], replicas: Int,
    _ instruments: inout Instruments
  ) {
    func gauges(_ declaration: MetricDeclaration, _ values: [Int]) -> [GaugeID] {
      zip(levels, values).map { level, value in
        let gauge = instruments.gauge(declaration, [MetricLabel("priority_level", level.name)])
        instruments.set(value, gauge, at: .zero)
        return gauge
      }
    }
    let zeros = levels.map { _ in 0 }
    _ = gauges(.flowControlNominalSeats, nominal.map { $0 * replicas })
    currentLimit = gauges(
      .flowControlCurrentSeats,
      zip(levels, nominal).map { ($1 - FlowControl.lendable($0, $1) / 2) * replicas })
    executingSeats = gauges(.flowControlExecutingSeats, zeros)
    inQueue = gauges(.flowControlInQueue, zeros)
    let labels = schemas.map {
      [MetricLabel("priority_level", $0.level), MetricLabel("flow_schema", $0.name)]
    }
    dispatched = labels.map { instruments.counter(.flowControlDispatched, $0) }
    wait = labels.map { instruments.histogram(.flowControlWait, $0) }
    func rejected(_ reason: String) -> [CounterID] {
      labels.map { instruments.counter(.flowControlRejected, $0 + [MetricLabel("reason", reason)]) }
    }
    queueFull = rejected("queue-full")
    timedOut = rejected("time-out")
    overLimit = rejected("concurrency-limit")
  }
}

extension MetricDeclaration {
  static let flowControlNominalSeats = MetricDeclaration(
    "apiserver_flowcontrol_nominal_limit_seats", .gauge, in: .count("seats"),
    help: "Seats of a priority level before lending.", labels: ["priority_level"])
  static let flowControlCurrentSeats = MetricDeclaration(
    "apiserver_flowcontrol_current_limit_seats", .gauge, in: .count("seats"),
    help: "Seats of a priority level, borrowed and lent ones reckoned.",
    labels: ["priority_level"])
  static let flowControlExecutingSeats = MetricDeclaration(
    "apiserver_flowcontrol_current_executing_seats", .gauge, in: .count("seats"),
    help: "Seats that are taken.", labels: ["priority_level"])
  static let flowControlInQueue = MetricDeclaration(
    "apiserver_flowcontrol_current_inqueue_requests", .gauge, in: .count("requests"),
    help: "Requests that wait for a seat.", labels: ["priority_level"])
  static let flowControlDispatched = MetricDeclaration(
    "apiserver_flowcontrol_dispatched_requests_total", .counter, in: .count("requests"),
    help: "Requests that got a seat.", labels: ["priority_level", "flow_schema"])
  static let flowControlWait = MetricDeclaration(
    "apiserver_flowcontrol_request_wait_duration_seconds", .histogram, in: .seconds,
    help: "Time that a dispatched request has waited in a queue.",
    labels: ["priority_level", "flow_schema"])
  static let flowControlRejected = MetricDeclaration(
    "apiserver_flowcontrol_rejected_requests_total", .counter, in: .count("requests"),
    help: "Requests answered with 429.", labels: ["priority_level", "flow_schema", "reason"])
}

extension MetricDeclaration {
  /// Priority and Fairness, admission and audit.
  package static let requestPath: [MetricDeclaration] = [
    .flowControlNominalSeats, .flowControlCurrentSeats, .flowControlExecutingSeats,
    .flowControlInQueue, .flowControlDispatched, .flowControlWait, .flowControlRejected,
    .webhookDuration, .webhookRejections, .webhookFailedOpen, .auditEvents, .auditBytes,
  ]
}
