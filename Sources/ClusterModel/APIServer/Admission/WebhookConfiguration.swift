// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario
package import Stochastics

/// What happens to a request whose webhook cannot be called.
package enum FailurePolicy: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// It goes on.
  case ignore = "Ignore"
  /// It is answered with 500.
  case fail = "Fail"
}

/// When a webhook is called.
package enum WebhookType: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// One after the other, before the validating ones.
  case mutating
  /// All at once.
  case validating
}

/// An entry of `admission-webhooks`.
package struct WebhookConfiguration: Configurable {
  package var type: WebhookType
  package var operations: [String]
  package var resources: [String]
  package var timeout: SimDuration
  package var failurePolicy: FailurePolicy
  package var latency: DurationDistribution

  private static let operationNames = ["CREATE", "UPDATE", "DELETE"]

  package static let type = Knob<WebhookType>(
    "type", default: .validating, help: "When it is called.",
    source: "MutatingWebhookConfiguration, ValidatingWebhookConfiguration")
  package static let operations = Knob<[String]>(
    "operations", default: ["CREATE", "UPDATE"],
    help: "CREATE, UPDATE (PATCH is one) or DELETE requests that it sees.",
    source: "rules[].operations; stated by the webhook")
  package static let resources = Knob<[String]>(
    "resources", default: [], help: "Resources that it sees; none named: all.",
    source: "rules[].resources; stated by the webhook")
  package static let timeout = Knob<SimDuration>(
    "timeout", default: .seconds(10), in: .milliseconds(1) ... .seconds(30),
    help: "Wait for its answer.",
    source: "admissionregistration.k8s.io/v1 timeoutSeconds: 10, at most 30")
  package static let failurePolicy = Knob<FailurePolicy>(
    "failurePolicy", default: .fail, help: "What a webhook that does not answer in time means.",
    source: "admissionregistration.k8s.io/v1 failurePolicy: Fail (v1beta1: Ignore)")
  package static let latency = Knob<DurationDistribution>(
    required: "latency", help: "Time from the call to its answer.")

  package static let declaration = SectionDeclaration(
    "admission webhook", help: "A service that the API servers ask about writes."
  ) {
    type
    operations
    resources
    timeout
    failurePolicy
    latency
  }

  package init(_ reader: inout SectionReader) {
    type = reader[Self.type]
    operations = reader[Self.operations]
    resources = reader[Self.resources]
    timeout = reader[Self.timeout]
    failurePolicy = reader[Self.failurePolicy]
    latency = reader[Self.latency]
    for operation in operations where !Self.operationNames.contains(operation) {
      reader.fail(
        Self.operations, "no operation is called '\(operation)'",
        hint: "operations: " + Self.operationNames.joined(separator: ", "))
    }
  }
}

/// A webhook, resolved.
package struct WebhookSpecification: Codable, Sendable {
  package var name: String
  package var isMutating: Bool
  package var operations: [String]
  package var resources: [String]
  package var timeout: SimDuration
  /// A call without an answer lets the request go on.
  package var failsOpen: Bool
  /// Draws are seconds.
  package var latency: Distribution

  package init(_ entry: Named<WebhookConfiguration>) {
    name = entry.name
    isMutating = entry.value.type == .mutating
    operations = entry.value.operations
    resources = entry.value.resources
    timeout = entry.value.timeout
    failsOpen = entry.value.failurePolicy == .ignore
    latency = entry.value.latency.seconds
  }
}
