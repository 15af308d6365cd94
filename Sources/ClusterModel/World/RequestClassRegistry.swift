// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// Declares request classes while a cluster is built.
struct RequestClassRegistry {
  /// Declares a class and its metrics; classes with the same verb and resource share the server's.
  static func declare(
    _ client: String, _ requester: Requester, _ verb: RequestVerb, _ resource: ResourceID,
    bytes: Int, clients: inout Clients, _ context: inout ClusterContext,
    configure: (inout RequestClass) -> Void = { _ in }
  ) -> RequestClassID {
    let resourceName = context.objects.name(of: resource)
    let server = [MetricLabel("verb", verb.rawValue), MetricLabel("resource", resourceName)]
    let client = [MetricLabel("client", client)] + server
    let name = "\(client[0].value) \(verb.rawValue) \(resourceName)"
    let metrics = RequestClassMetrics(
      serverDuration: context.instruments.histogram(.apiserverDuration, server),
      clientDuration: context.instruments.histogram(.clientDuration, client),
      storeDuration: context.instruments.histogram(
        .storeRequestDuration,
        [MetricLabel("operation", verb.storeOperation), MetricLabel("type", resourceName)]),
      serverOutcomes: outcomes(.apiserverRequests, server, &context.instruments),
      clientOutcomes: outcomes(.clientRequests, client, &context.instruments),
      answeredTooLate: context.instruments.counter(.apiserverTooLate, server),
      account: context.accounts.declare(name))
    var requestClass = RequestClass(
      requester: requester, verb: verb, resource: resource, objectBytes: bytes,
      metrics: metrics)
    requestClass.identity = ClientIdentity(of: requester)
    configure(&requestClass)
    if let timeout = requestClass.clientTimeout {
      requestClass.deadlineLane = clients.lane(for: timeout)
    }
    context.classes.append(requestClass)
    context.classNames.append(name)
    return RequestClassID(context.classes.count - 1)
  }

  /// A counter for each outcome; outcomes with the same code share one.
  private static func outcomes(
    _ declaration: MetricDeclaration, _ labels: [MetricLabel], _ instruments: inout Instruments
  ) -> OutcomeCounters {
    OutcomeCounters { instruments.counter(declaration, labels + [MetricLabel("code", $0.code)]) }
  }
}
