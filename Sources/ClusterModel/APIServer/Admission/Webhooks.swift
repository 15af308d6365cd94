// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// The admission webhooks of a cluster, and what is counted about them.
package struct Webhooks: Codable, Sendable {
  struct Webhook: Codable, Sendable {
    var specification: WebhookSpecification
    var stream: StreamID
    var duration: HistogramID
    var rejections: CounterID
    var failedOpen: CounterID
  }

  /// What a round of calls came to.
  struct Round {
    var time = SimDuration.zero
    var isRejected = false
  }

  /// Mutating ones first, as they are called.
  private var webhooks: [Webhook]
  /// By class of requests: which webhooks see it.
  private var seen: [[UInt8]] = []

  init(_ specifications: [WebhookSpecification], _ context: inout ClusterContext) {
    webhooks = specifications.map { entry in
      let labels = [
        MetricLabel("name", entry.name),
        MetricLabel("type", entry.isMutating ? "admit" : "validating"),
      ]
      return Webhook(
        specification: entry, stream: context.streams.stream("webhooks/" + entry.name),
        duration: context.instruments.histogram(.webhookDuration, labels),
        rejections: context.instruments.counter(.webhookRejections, labels),
        failedOpen: context.instruments.counter(.webhookFailedOpen, labels))
    }
    webhooks =
      webhooks.filter(\.specification.isMutating)
      + webhooks.filter { !$0.specification.isMutating }
  }

  var isEmpty: Bool { webhooks.isEmpty }

  /// Finds the webhooks of every class of requests, once all are declared.
  mutating func sortClasses(_ context: borrowing ClusterContext) {
    guard !webhooks.isEmpty else { return }
    seen = context.classes.indices.map { index in
      let requestClass = context.classes[index]
      guard let operation = requestClass.verb.admissionOperation else { return [] }
      let resource = context.objects.name(of: requestClass.resource)
      return webhooks.indices.filter {
        let rules = webhooks[$0].specification
        return rules.operations.contains(operation)
          && (rules.resources.isEmpty || rules.resources.contains(resource))
      }.map { UInt8($0) }
    }
  }

  func see(_ requestClass: RequestClassID) -> Bool {
    requestClass.index < seen.count && !seen[requestClass.index].isEmpty
  }

  /// Calls the webhooks of a request: the mutating ones in turn, until one rejects it, then the
  /// validating ones at once.
  func call(_ requestClass: RequestClassID, _ context: inout ClusterContext, at now: SimTime)
    -> Round
  {
    var round = Round()
    var slowest = SimDuration.zero
    for index in seen[requestClass.index] {
      let webhook = webhooks[Int(index)].specification
      let metrics = webhooks[Int(index)]
      if round.isRejected, webhook.isMutating { continue }
      if round.isRejected, slowest == .zero { continue }
      let drawn = SimDuration(
        roundingSeconds: webhook.latency.sample(&context.streams[metrics.stream]))
      let answered = drawn <= webhook.timeout
      let time = min(drawn, webhook.timeout)
      context.instruments.record(time, in: metrics.duration, at: now)
      if !answered {
        if webhook.failsOpen {
          context.instruments.add(1, to: metrics.failedOpen, at: now)
        } else {
          context.instruments.add(1, to: metrics.rejections, at: now)
          round.isRejected = true
        }
      }
      if webhook.isMutating { round.time += time } else { slowest = max(slowest, time) }
    }
    round.time += slowest
    return round
  }
}

extension RequestVerb {
  /// `operation` of an admission request; reads have none.
  var admissionOperation: String? {
    switch self {
    case .get, .list, .watch: nil
    case .create: "CREATE"
    case .update, .patch: "UPDATE"
    case .delete: "DELETE"
    }
  }
}

extension MetricDeclaration {
  static let webhookDuration = MetricDeclaration(
    "apiserver_admission_webhook_admission_duration_seconds", .histogram, in: .seconds,
    help: "Time of one call of an admission webhook, time-outs included.",
    labels: ["name", "type"])
  static let webhookRejections = MetricDeclaration(
    "apiserver_admission_webhook_rejection_count", .counter, in: .count("requests"),
    help: "Requests refused because a webhook did not answer in time (failurePolicy Fail).",
    labels: ["name", "type"], keepsRealName: true)
  static let webhookFailedOpen = MetricDeclaration(
    "apiserver_admission_webhook_fail_open_count", .counter, in: .count("requests"),
    help: "Requests that went on although a webhook did not answer in time (failurePolicy Ignore).",
    labels: ["name", "type"], keepsRealName: true)
  static let auditEvents = MetricDeclaration(
    "apiserver_audit_event_total", .counter, in: .count("events"),
    help: "Audit events written, one a request.")
  static let auditBytes = MetricDeclaration(
    "apiserver_audit_log_bytes_total", .counter, in: .bytes, help: "Bytes of audit events.")
}
