// SPDX-License-Identifier: Apache-2.0
import Measurement
import Scenario

/// The part of the configuration that a run needs.
package struct FabricKnobs: Codable, Sendable {
  let path: KnobPath
  let internetPath: KnobPath?
  let encapsulation: Encapsulation
  let withoutUse: [String]
}

extension Fabric {
  /// - Parameters:
  ///   - hosts: places for nodes, at least 1.
  ///   - gateways: by pool, the name of its NAT gateway.
  package init(
    _ configuration: FabricConfiguration, hosts: Int, links: [PodLinks], gateways: [String?],
    _ context: inout ClusterContext
  ) {
    self.links = links
    let fastest = links.map(\.card).max() ?? 1
    topology = Self.makeTopology(configuration, hosts: hosts, hostRate: fastest, &network)
    poolOfHost = Array(repeating: nil, count: topology.hosts)
    overlays = Array(repeating: nil, count: topology.hosts)
    self.configuration = FabricKnobs(
      path: configuration.path, internetPath: configuration.internet?.path,
      encapsulation: configuration.encapsulation, withoutUse: configuration.knobsWithoutUse)
    var names: [String] = []
    gatewayOfPool = gateways.map { name in
      guard let name, configuration.internet != nil else { return nil }
      if let known = names.firstIndex(of: name) { return known }
      names.append(name)
      return names.count - 1
    }
    if let internet = configuration.internet {
      self.internet = LinkPair(
        network.addPairs(1, capacity: internet.bandwidth.bytesPerSecond))
      for _ in names {
        let pair = LinkPair(
          network.addPairs(1, capacity: internet.natBandwidth.bytesPerSecond))
        self.gateways.append(
          Gateway(links: pair, ports: internet.natAddresses * internet.portsPerAddress))
      }
    } else {
      internet = nil
    }
    metrics = FabricMetrics(
      hasInternet: internet != nil, hasGateway: !names.isEmpty, &context.instruments)
    context.flows.hasFabric = true
  }

  private static func makeTopology(
    _ configuration: FabricConfiguration, hosts: Int, hostRate: Double,
    _ network: inout FlowNetwork
  ) -> FabricTopology {
    let shape: FabricTopology.Shape
    switch configuration.topology {
    case .singleSwitch:
      shape = .clos(.singleSwitch(hosts: hosts, hostRate: hostRate, in: &network))
    case .leafSpine:
      shape = .clos(
        .leafSpine(
          hosts: hosts, hostsPerLeaf: configuration.hostsPerLeaf, spines: configuration.spines,
          hostRate: hostRate, oversubscription: configuration.oversubscription, in: &network))
    case .threeLevel:
      shape = .clos(
        .threeLevel(
          hosts: hosts, hostsPerLeaf: configuration.hostsPerLeaf,
          leavesPerPod: configuration.leavesPerPod, spines: configuration.spines,
          coresPerSpine: configuration.coresPerSpine, hostRate: hostRate,
          leafOversubscription: configuration.oversubscription,
          podOversubscription: configuration.podOversubscription, in: &network))
    case .railOptimised:
      shape = .clos(
        .railOptimised(
          hosts: hosts, rails: configuration.rails, hostsPerGroup: configuration.hostsPerLeaf,
          spines: configuration.spines, cardRate: hostRate / Double(configuration.rails),
          oversubscription: configuration.oversubscription, in: &network))
    case .dragonfly:
      shape = .dragonfly(
        DragonflyTopology(
          groups: configuration.groups, routersPerGroup: configuration.routersPerGroup,
          hostsPerRouter: configuration.hostsPerLeaf, globalPorts: configuration.globalPorts,
          hostRate: hostRate, localRate: hostRate, globalRate: hostRate, in: &network))
    }
    return FabricTopology(shape, in: &network)
  }

  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    idle.add(configuration.withoutUse, in: configuration.path, unless: false)
    idle.add(
      [FabricConfiguration.encapsulation.name], in: configuration.path, unless: hasEncapsulated)
    let hasSent = nextPort > 0
    idle.add([FabricConfiguration.topology.name], in: configuration.path, unless: hasSent)
    guard let internetPath = configuration.internetPath else { return }
    typealias Knobs = InternetConfiguration
    idle.add([Knobs.bandwidth.name], in: internetPath, unless: hasSent)
    idle.add(
      [Knobs.natBandwidth.name, Knobs.natAddresses.name, Knobs.portsPerAddress.name],
      in: internetPath, unless: hasSent && !gateways.isEmpty)
  }
}

/// Instruments of the fabric.
struct FabricMetrics: Codable, Sendable {
  let flows: GaugeID
  let received: GaugeID?
  let utilisation: GaugeID?
  let connections: GaugeID?
  let waiting: GaugeID?

  init(hasInternet: Bool, hasGateway: Bool, _ instruments: inout Instruments) {
    flows = instruments.gauge(.fabricFlows)
    received = hasInternet ? instruments.gauge(.internetReceived) : nil
    utilisation = hasInternet ? instruments.gauge(.internetUtilisation) : nil
    connections = hasGateway ? instruments.gauge(.natConnections) : nil
    waiting = hasGateway ? instruments.gauge(.natWaiting) : nil
  }
}
