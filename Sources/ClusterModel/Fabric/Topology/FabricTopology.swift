// SPDX-License-Identifier: Apache-2.0

/// A GPU of a host, as an end of a path.
package struct FabricEnd: BitwiseCopyable, Hashable, Sendable {
  package let host: Int
  package let gpu: Int

  package init(host: Int, gpu: Int = 0) {
    self.host = host
    self.gpu = gpu
  }
}

/// What fails together.
package enum FailureDomain: BitwiseCopyable, Hashable, Sendable {
  /// A host with its cards.
  case host(Int)
  /// The hosts of a leaf (of a group of rail leaves, of a router), and its switches.
  case rack(Int)
  /// A switch: the hosts stay, but what led over it does not.
  case `switch`(Int)
}

/// Hosts, the switches between them and the GPU links inside them, as links of a flow network.
package struct FabricTopology: Codable, Sendable {
  package enum Shape: Codable, Sendable {
    case clos(ClosTopology)
    case dragonfly(DragonflyTopology)

    var hosts: Int {
      switch self {
      case .clos(let clos): clos.hosts
      case .dragonfly(let dragonfly): dragonfly.hosts
      }
    }

    var switchCount: Int {
      switch self {
      case .clos(let clos): clos.switchCount
      case .dragonfly(let dragonfly): dragonfly.switchCount
      }
    }
  }

  package let shape: Shape
  /// GPUs of a host that have links of their own; 0: none has.
  package let gpusPerHost: Int
  /// Data for another rail first goes to the GPU of that rail, so that it crosses one leaf only
  /// (NCCL's PXN, since 2.12).
  package let crossesRailsInHost: Bool
  private let firstGPULink: Int
  private let hashSeed: UInt64
  /// By switch, how many of the domains that it is in are down.
  private var switchFaults: [UInt8]
  /// By link, how many of its two ends are down.
  private var linkFaults: [Int: UInt8] = [:]
  private var nominal: [Int: Double] = [:]

  /// - Parameters:
  ///   - gpuRate: bytes per second that a GPU sends, and receives, over the links inside its host.
  ///   - hashSeed: of the switches' hash functions.
  package init(
    _ shape: Shape, gpusPerHost: Int = 0, gpuRate: Double = 0, crossesRailsInHost: Bool = true,
    hashSeed: UInt64 = 0, in network: inout FlowNetwork
  ) {
    self.shape = shape
    self.gpusPerHost = gpusPerHost
    self.crossesRailsInHost = crossesRailsInHost
    self.hashSeed = hashSeed
    firstGPULink = network.addPairs(shape.hosts * gpusPerHost, capacity: gpuRate)
    switchFaults = Array(repeating: 0, count: shape.switchCount)
  }

  package var hosts: Int { shape.hosts }
  package var switchCount: Int { shape.switchCount }

  /// Network cards of a host.
  package var cards: Int {
    switch shape {
    case .clos(let clos): clos.cards
    case .dragonfly(let dragonfly): dragonfly.cards
    }
  }

  /// A GPU's links to the others of its host: up is what it sends.
  package func gpuLinks(_ end: FabricEnd) -> LinkPair {
    LinkPair(firstGPULink + 2 * (end.host * gpusPerHost + end.gpu))
  }

  package func cardLinks(host: Int, card: Int) -> LinkPair {
    switch shape {
    case .clos(let clos): clos.cardLinks(host: host, card: card)
    case .dragonfly(let dragonfly): dragonfly.cardLinks(host: host, card: card)
    }
  }

  /// The card that a GPU uses: GPUs are dealt out to the cards in blocks.
  package func card(of gpu: Int) -> Int {
    gpusPerHost > 0 ? gpu * cards / gpusPerHost : min(gpu, cards - 1)
  }

  // MARK: Routes

  /// Paths of equal cost between the cards of two ends.
  package func pathCount(from source: FabricEnd, to destination: FabricEnd) -> Int {
    guard source.host != destination.host else { return 1 }
    let ends = cards(from: source, to: destination)
    return switch shape {
    case .clos(let clos): clos.pathCount(from: ends.0, to: ends.1)
    case .dragonfly(let dragonfly): dragonfly.pathCount(from: ends.0, to: ends.1)
    }
  }

  /// Adds the links from one GPU to another; false if a switch that is down leaves no way.
  ///
  /// - Parameter flow: distinguishes the flows between the same ends; it chooses among paths of
  ///   equal cost (``PathHash``).
  package func route(
    from source: FabricEnd, to destination: FabricEnd, flow: UInt64, into path: inout [LinkID]
  ) -> Bool {
    if source.host == destination.host {
      if gpusPerHost > 0, source.gpu != destination.gpu {
        path.append(gpuLinks(source).up)
        path.append(gpuLinks(destination).down)
      }
      return true
    }
    let ends = cards(from: source, to: destination)
    if ends.0.card != card(of: source.gpu) {
      path.append(gpuLinks(source).up)
      path.append(gpuLinks(FabricEnd(host: source.host, gpu: firstGPU(of: ends.0.card))).down)
    }
    let hash = PathHash(
      from: source.host << 8 | source.gpu, to: destination.host << 8 | destination.gpu, flow: flow,
      seed: hashSeed)
    let isUp = { switchFaults[$0] == 0 }
    return switch shape {
    case .clos(let clos): clos.route(from: ends.0, to: ends.1, hash: hash, isUp: isUp, into: &path)
    case .dragonfly(let dragonfly):
      dragonfly.route(from: ends.0, to: ends.1, hash: hash, isUp: isUp, into: &path)
    }
  }

  /// Adds the links to a GPU's host from the border, where the cluster's link to the outside comes in
  /// above the highest level; false if a switch that is down leaves no way.
  package func routeFromBorder(
    to destination: FabricEnd, flow: UInt64, into path: inout [LinkID]
  ) -> Bool {
    let end = HostCard(host: destination.host, card: card(of: destination.gpu))
    guard case .clos(let clos) = shape else {
      path.append(cardLinks(host: end.host, card: end.card).down)
      return switchFaults[rack(ofHost: end.host)] == 0
    }
    let hash = PathHash(
      from: -1, to: destination.host << 8 | destination.gpu, flow: flow, seed: hashSeed)
    return clos.routeFromBorder(
      to: end, hash: hash, isUp: { switchFaults[$0] == 0 }, into: &path)
  }

  private func cards(
    from source: FabricEnd, to destination: FabricEnd
  ) -> (HostCard, HostCard) {
    let to = card(of: destination.gpu)
    var from = card(of: source.gpu)
    if case .clos(let clos) = shape, clos.isRailOptimised, crossesRailsInHost, gpusPerHost > 0 {
      from = to
    }
    return (HostCard(host: source.host, card: from), HostCard(host: destination.host, card: to))
  }

  private func firstGPU(of card: Int) -> Int { (card * gpusPerHost + cards - 1) / cards }

  // MARK: Failure domains

  /// Racks: the hosts of a leaf, of a group of rail leaves, or of a router.
  package var rackCount: Int {
    switch shape {
    case .clos(let clos): (clos.hosts + clos.hostsPerLeaf - 1) / clos.hostsPerLeaf
    case .dragonfly(let dragonfly): dragonfly.switchCount
    }
  }

  package func rack(ofHost host: Int) -> Int {
    switch shape {
    case .clos(let clos): host / clos.hostsPerLeaf
    case .dragonfly(let dragonfly): dragonfly.router(ofHost: host)
    }
  }

  package func hosts(ofRack rack: Int) -> Range<Int> {
    switch shape {
    case .clos(let clos):
      (rack * clos.hostsPerLeaf)..<min(clos.hosts, (rack + 1) * clos.hostsPerLeaf)
    case .dragonfly(let dragonfly):
      (rack * dragonfly.hostsPerRouter)..<((rack + 1) * dragonfly.hostsPerRouter)
    }
  }

  private func switches(ofRack rack: Int) -> Range<Int> {
    if case .clos(let clos) = shape, clos.isRailOptimised {
      return (rack * clos.cards)..<((rack + 1) * clos.cards)
    }
    return rack..<(rack + 1)
  }

  /// Takes a domain down, or up again: its links carry nothing, and new paths go round its switches.
  /// Flows that lead over it stand still until they are cancelled or it is up; to be followed by the
  /// network's `settle(at:)`. A domain goes down and up in turn; what is in two domains that are down
  /// comes back with the last of them.
  package mutating func setUp(
    _ isUp: Bool, _ domain: FailureDomain, in network: inout FlowNetwork
  ) {
    switch domain {
    case .host(let host): setHost(host, isUp, &network)
    case .switch(let number): setSwitch(number, isUp, &network)
    case .rack(let rack):
      for host in hosts(ofRack: rack) { setHost(host, isUp, &network) }
      for number in switches(ofRack: rack) { setSwitch(number, isUp, &network) }
    }
  }

  private mutating func setHost(_ host: Int, _ isUp: Bool, _ network: inout FlowNetwork) {
    for card in 0..<cards { setLinks(cardLinks(host: host, card: card), isUp, &network) }
    for gpu in 0..<gpusPerHost {
      setLinks(gpuLinks(FabricEnd(host: host, gpu: gpu)), isUp, &network)
    }
  }

  private mutating func setSwitch(_ number: Int, _ isUp: Bool, _ network: inout FlowNetwork) {
    if isUp { switchFaults[number] -= 1 } else { switchFaults[number] += 1 }
    var links: [LinkPair] = []
    switch shape {
    case .clos(let clos): clos.forEachLink(ofSwitch: number) { links.append($0) }
    case .dragonfly(let dragonfly):
      dragonfly.forEachLink(ofSwitch: number) { links.append($0) }
    }
    for pair in links { setLinks(pair, isUp, &network) }
  }

  private mutating func setLinks(
    _ pair: LinkPair, _ isUp: Bool, _ network: inout FlowNetwork
  ) {
    for link in [pair.up, pair.down] {
      let faults = linkFaults[link.index, default: 0]
      if isUp {
        guard faults > 0 else { continue }
        linkFaults[link.index] = faults == 1 ? nil : faults - 1
        if faults == 1, let capacity = nominal.removeValue(forKey: link.index) {
          network.setCapacity(capacity, of: link)
        }
      } else {
        if faults == 0 { nominal[link.index] = network.capacity(of: link) }
        linkFaults[link.index] = faults + 1
        network.setCapacity(0, of: link)
      }
    }
  }
}
