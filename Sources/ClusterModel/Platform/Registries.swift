// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// A registry that images come from (`registries:`).
package struct RegistryConfiguration: Configurable {
  package var path: KnobPath
  package var pullQuota: Int?
  package var quotaWindow: SimDuration

  package static let pullQuota = Knob<Int?>(
    optional: "pull-quota", in: 1...1_000_000_000,
    help: "Pulls that it lets one address make in a window; absent: no limit.",
    source: "gcr.io had one for each address (OpenAI 2018), its size is not published")
  package static let quotaWindow = Knob<SimDuration>(
    "quota-window", default: .hours(6), in: .seconds(1) ... .hours(8760),
    help: "Length of a window, which begins with an address's first pull.",
    source: "Docker Hub: pulls per 6 h and address; that of gcr.io is not published")

  package static let declaration = SectionDeclaration(
    "registry", help: "A registry of container images."
  ) {
    pullQuota
    quotaWindow
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    pullQuota = reader[Self.pullQuota]
    quotaWindow = reader[Self.quotaWindow]
  }
}

/// A registry, in the order of the scenario.
package struct RegistryID: TableIndex {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// A NAT gateway of the world: nodes behind it have one address in the eyes of a registry.
package struct NATGatewayID: TableIndex {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
  /// The node has an address of its own.
  package static let none = NATGatewayID(rawValue: .max)
}

/// Everything that can happen at the registries, which all clusters of a world share.
package enum RegistryEvent: BitwiseCopyable, Codable, Sendable {
  /// A node asks for an image's manifest.
  case pull(NodeID, RegistryPull, NATGatewayID)
}

/// Which of its node's pulls asks which registry: 24 and 8 bits, to keep events small.
package struct RegistryPull: BitwiseCopyable, Codable, Sendable {
  package let rawValue: UInt32

  package init(_ number: UInt32, at registry: RegistryID) {
    rawValue = number << 8 | UInt32(registry.rawValue)
  }

  var number: UInt32 { rawValue >> 8 }
  var registry: RegistryID { RegistryID(rawValue: UInt8(truncatingIfNeeded: rawValue)) }
}

/// Registries with a quota of pulls for each source address.
///
/// A pull is counted when its manifest is granted. A window begins with the first pull of an address
/// after the last one has ended; what is refused is not counted.
package struct Registries: Codable, Sendable {
  private struct Allowance: Codable, Sendable {
    var windowEnd: SimTime = .zero
    var pulls = 0
  }

  private struct Registry: Codable, Sendable {
    var path: KnobPath
    var wasAsked = false
    var quota: Int?
    var window: SimDuration
    /// By gateway.
    var gateways: [Allowance] = []
    /// By cluster and node, for nodes with addresses of their own.
    var nodes: [[Allowance]] = []
  }

  private var registries: [Registry]

  package init(_ configurations: [RegistryConfiguration], gateways: Int, clusters: Int) {
    registries = configurations.map {
      Registry(
        path: $0.path, quota: $0.pullQuota, window: $0.quotaWindow,
        gateways: Array(repeating: Allowance(), count: gateways),
        nodes: Array(repeating: [], count: clusters))
    }
  }

  package mutating func handle(
    _ event: RegistryEvent, from cluster: ClusterID, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .pull(let node, let pull, let gateway):
      let isGranted = grant(pull.registry.index, gateway, cluster.index, node, at: agenda.now)
      agenda.send(
        .kubelet(isGranted ? .pullGranted(node, pull.number) : .pullRefused(node, pull.number)),
        in: cluster)
    }
  }

  private mutating func grant(
    _ registry: Int, _ gateway: NATGatewayID, _ cluster: Int, _ node: NodeID, at now: SimTime
  ) -> Bool {
    registries[registry].wasAsked = true
    guard let quota = registries[registry].quota else { return true }
    let window = registries[registry].window
    if gateway != .none {
      return Self.take(&registries[registry].gateways[gateway.index], quota, window, at: now)
    }
    while registries[registry].nodes[cluster].count <= node.index {
      registries[registry].nodes[cluster].append(Allowance())
    }
    return Self.take(
      &registries[registry].nodes[cluster][node.index], quota, window, at: now)
  }

  func addIdleKnobs(to idle: inout IdleKnobs) {
    for registry in registries {
      idle.add(section: registry.path, unless: registry.wasAsked)
      idle.add(
        [RegistryConfiguration.quotaWindow.name], in: registry.path, unless: registry.quota != nil)
    }
  }

  private static func take(
    _ allowance: inout Allowance, _ quota: Int, _ window: SimDuration, at now: SimTime
  ) -> Bool {
    if now >= allowance.windowEnd {
      allowance.windowEnd = now + window
      allowance.pulls = 0
    }
    guard allowance.pulls < quota else { return false }
    allowance.pulls += 1
    return true
  }
}
