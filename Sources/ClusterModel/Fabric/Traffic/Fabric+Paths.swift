// SPDX-License-Identifier: Apache-2.0

extension Fabric {
  /// The place of a node. Places are taken in the order in which nodes join; a node beyond the last
  /// one takes that of an earlier node again.
  func host(of node: NodeID) -> Int { node.index % topology.hosts }

  /// The gateway through which a node's connections to the Internet go, if it has one.
  func gateway(of transmission: Transmission, _ context: borrowing ClusterContext) -> Int? {
    gatewayOfPool[context.nodes[transmission.destination].pool.index]
  }

  /// Adds the links that a part of a transmission leads over.
  mutating func addPath(
    of transmission: Transmission, card: Int, _ context: borrowing ClusterContext
  ) {
    nextPort += 1
    let destination = open(transmission.destination, context)
    let end = FabricEnd(host: destination, gpu: card)
    guard transmission.source != .none else {
      if let internet { path.append(internet.down) }
      if let number = gateway(of: transmission, context) {
        path.append(gateways[number].links.down)
      }
      _ = topology.routeFromBorder(to: end, flow: nextPort, into: &path)
      return
    }
    let source = open(transmission.source, context)
    _ = topology.route(
      from: FabricEnd(host: source, gpu: card), to: end, flow: nextPort, into: &path)
    guard transmission.isEncapsulated, configuration.encapsulation == .vxlan else { return }
    hasEncapsulated = true
    if let overlay = overlay(of: transmission.source, context) { path.append(overlay.up) }
    if let overlay = overlay(of: transmission.destination, context) { path.append(overlay.down) }
  }

  /// Gives the cards of a node's place the rate of its machine.
  private mutating func open(_ node: NodeID, _ context: borrowing ClusterContext) -> Int {
    let host = host(of: node)
    let pool = context.nodes[node].pool
    guard poolOfHost[host] != pool else { return host }
    poolOfHost[host] = pool
    let rate = links[pool.index].card / Double(topology.cards)
    for card in 0..<topology.cards {
      let pair = topology.cardLinks(host: host, card: card)
      network.setCapacity(rate, of: pair.up)
      network.setCapacity(rate, of: pair.down)
    }
    if let overlay = overlays[host], let rate = links[pool.index].overlay {
      network.setCapacity(rate, of: overlay.up)
      network.setCapacity(rate, of: overlay.down)
    }
    return host
  }

  private mutating func overlay(
    of node: NodeID, _ context: borrowing ClusterContext
  ) -> LinkPair? {
    let host = host(of: node)
    guard let rate = links[context.nodes[node].pool.index].overlay else { return nil }
    if let known = overlays[host] { return known }
    let made = LinkPair(network.addPairs(1, capacity: rate))
    overlays[host] = made
    return made
  }
}
