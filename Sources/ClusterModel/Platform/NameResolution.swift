// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// DNS for the clients that find the API server by name: `cluster.name-resolution`.
package struct NameResolutionConfiguration: Configurable {
  package var path: KnobPath
  package var timeToLive: SimDuration

  package static let timeToLive = Knob<SimDuration>(
    "ttl", default: .seconds(30), in: .zero ... .hours(24),
    help: "Time for which a client keeps an answer.",
    source: "CoreDNS kubernetes and cache plug-ins: 30 s in the default Corefile")

  package static let declaration = SectionDeclaration(
    "name-resolution", help: "DNS of the cluster."
  ) { timeToLive }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    timeToLive = reader[Self.timeToLive]
  }
}

/// Whether a client knows the address of the API server.
///
/// A cached answer hides that name resolution is gone until it expires, client by client (OpenAI,
/// 11 Dec 2024: caches hid the outage for about 20 minutes). The look-up itself takes no time here.
/// The name servers are those of `cluster.dns`, if it has any: then one of their pods has to run.
package struct NameResolution: Codable, Sendable {
  /// The name servers answer, those that run.
  package var isUp = true
  /// Workload whose pods are the name servers; without one they are not part of the scenario.
  private var servers: WorkloadID?
  private var path = KnobPath()
  private var timeToLive: SimDuration = .seconds(30)
  private var cachedUntil: [SimTime] = []
  private var outsideCachedUntil: SimTime = .zero

  package init() {}

  package init(_ configuration: NameResolutionConfiguration, servers: WorkloadID?) {
    path = configuration.path
    self.servers = servers
    timeToLive = configuration.timeToLive
  }

  /// Looks the name up for a client on a node, or (`.none`) one outside.
  package mutating func resolves(
    client: NodeID, _ running: borrowing RunningPods, at now: SimTime
  ) -> Bool {
    let isAnswering = isUp && (servers.map { !running[$0].isEmpty } ?? true)
    if client == .none {
      if outsideCachedUntil > now { return true }
      if isAnswering { outsideCachedUntil = now + timeToLive }
      return isAnswering
    }
    while cachedUntil.count <= client.index { cachedUntil.append(.zero) }
    if cachedUntil[client.index] > now { return true }
    if isAnswering { cachedUntil[client.index] = now + timeToLive }
    return isAnswering
  }

  func addIdleKnobs(to idle: inout IdleKnobs) {
    idle.add(
      [NameResolutionConfiguration.timeToLive.name], in: path,
      unless: outsideCachedUntil > .zero || !cachedUntil.isEmpty)
  }
}
