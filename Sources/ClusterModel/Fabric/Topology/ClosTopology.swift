// SPDX-License-Identifier: Apache-2.0

/// A folded Clos network of up to three levels: hosts under leaves, leaves under the spines of their
/// pod, and spine `s` of every pod under the same cores (its plane).
///
/// One level, a single switch: one leaf. Two levels, leaf and spine: one pod. Rail-optimised: a host
/// has a card for each rail, and card `r` of all hosts of a group goes to the same leaf, so that
/// equal cards of a group meet in one switch (NVIDIA's reference architecture for HGX systems).
package struct ClosTopology: Codable, Sendable {
  /// Hosts, at least 1.
  package let hosts: Int
  /// Network cards of a host, at least 1.
  package let cards: Int
  /// Hosts of a leaf, or of a group of rail leaves.
  package let hostsPerLeaf: Int
  /// Card `r` goes to the leaf of rail `r`; otherwise all cards of a host go to one leaf.
  package let isRailOptimised: Bool
  /// Leaves of a pod.
  package let leavesPerPod: Int
  /// Spines of a pod; 0: there is only one leaf.
  package let spines: Int
  /// Cores of a plane; 0: there is only one pod.
  package let coresPerSpine: Int

  package let leaves: Int
  package let pods: Int

  /// Bytes per second and direction of the links.
  package struct Rates: Codable, Sendable {
    package var host: Double
    package var leafUp: Double
    package var spineUp: Double

    package init(host: Double, leafUp: Double = 0, spineUp: Double = 0) {
      self.host = host
      self.leafUp = leafUp
      self.spineUp = spineUp
    }
  }

  /// First of the links of each level; all come in pairs, up and down.
  private let firstHostLink: Int
  private let firstLeafLink: Int
  private let firstSpineLink: Int

  private init(
    hosts: Int, cards: Int, hostsPerLeaf: Int, isRailOptimised: Bool, leavesPerPod: Int?,
    spines: Int, coresPerSpine: Int, rates: Rates, in network: inout FlowNetwork
  ) {
    self.hosts = hosts
    self.cards = cards
    self.hostsPerLeaf = hostsPerLeaf
    self.isRailOptimised = isRailOptimised
    let groups = (hosts + hostsPerLeaf - 1) / hostsPerLeaf
    leaves = groups * (isRailOptimised ? cards : 1)
    self.leavesPerPod = leavesPerPod ?? leaves
    pods = (leaves + self.leavesPerPod - 1) / self.leavesPerPod
    self.spines = leaves > 1 ? spines : 0
    self.coresPerSpine = pods > 1 ? coresPerSpine : 0
    firstHostLink = network.addPairs(hosts * cards, capacity: rates.host)
    firstLeafLink = network.addPairs(leaves * self.spines, capacity: rates.leafUp)
    firstSpineLink = network.addPairs(
      pods * self.spines * self.coresPerSpine, capacity: rates.spineUp)
  }

  /// All hosts on one switch that never limits.
  package static func singleSwitch(
    hosts: Int, cards: Int = 1, hostRate: Double, in network: inout FlowNetwork
  ) -> ClosTopology {
    ClosTopology(
      hosts: hosts, cards: cards, hostsPerLeaf: hosts, isRailOptimised: false, leavesPerPod: nil,
      spines: 0, coresPerSpine: 0, rates: Rates(host: hostRate), in: &network)
  }

  /// Leaf and spine.
  ///
  /// - Parameter oversubscription: what the hosts of a leaf can send over what its up-links can
  ///   carry; 1: non-blocking.
  package static func leafSpine(
    hosts: Int, cards: Int = 1, hostsPerLeaf: Int, spines: Int, hostRate: Double,
    oversubscription: Double = 1, in network: inout FlowNetwork
  ) -> ClosTopology {
    let leafUp =
      Double(hostsPerLeaf * cards) * hostRate / (oversubscription * Double(spines))
    return ClosTopology(
      hosts: hosts, cards: cards, hostsPerLeaf: hostsPerLeaf, isRailOptimised: false,
      leavesPerPod: nil, spines: spines, coresPerSpine: 0,
      rates: Rates(host: hostRate, leafUp: leafUp), in: &network)
  }

  /// Three levels.
  ///
  /// - Parameters:
  ///   - leafOversubscription: of a leaf, as in ``leafSpine(hosts:cards:hostsPerLeaf:spines:hostRate:oversubscription:in:)``.
  ///   - podOversubscription: what the leaves of a pod can send up over what its spines can.
  package static func threeLevel(
    hosts: Int, cards: Int = 1, hostsPerLeaf: Int, leavesPerPod: Int, spines: Int,
    coresPerSpine: Int, hostRate: Double, leafOversubscription: Double = 1,
    podOversubscription: Double = 1, in network: inout FlowNetwork
  ) -> ClosTopology {
    let leafUp =
      Double(hostsPerLeaf * cards) * hostRate / (leafOversubscription * Double(spines))
    let spineUp =
      Double(leavesPerPod) * leafUp / (podOversubscription * Double(coresPerSpine))
    return ClosTopology(
      hosts: hosts, cards: cards, hostsPerLeaf: hostsPerLeaf, isRailOptimised: false,
      leavesPerPod: leavesPerPod, spines: spines, coresPerSpine: coresPerSpine,
      rates: Rates(host: hostRate, leafUp: leafUp, spineUp: spineUp), in: &network)
  }

  /// Rail-optimised, two levels: a leaf for each rail of a group of hosts, all under the same spines.
  package static func railOptimised(
    hosts: Int, rails: Int, hostsPerGroup: Int, spines: Int, cardRate: Double,
    oversubscription: Double = 1, in network: inout FlowNetwork
  ) -> ClosTopology {
    let leafUp = Double(hostsPerGroup) * cardRate / (oversubscription * Double(spines))
    return ClosTopology(
      hosts: hosts, cards: rails, hostsPerLeaf: hostsPerGroup, isRailOptimised: true,
      leavesPerPod: nil, spines: spines, coresPerSpine: 0,
      rates: Rates(host: cardRate, leafUp: leafUp), in: &network)
  }

  // MARK: Links

  package func leaf(ofHost host: Int, card: Int) -> Int {
    let group = host / hostsPerLeaf
    return isRailOptimised ? group * cards + card : group
  }

  package func pod(ofLeaf leaf: Int) -> Int { leaf / leavesPerPod }

  /// A card's links: what it sends and what it receives.
  package func cardLinks(host: Int, card: Int) -> LinkPair {
    LinkPair(firstHostLink + 2 * (host * cards + card))
  }

  /// Between a leaf and a spine of its pod.
  package func leafLinks(leaf: Int, spine: Int) -> LinkPair {
    LinkPair(firstLeafLink + 2 * (leaf * spines + spine))
  }

  /// Between a spine of a pod and a core of its plane.
  package func spineLinks(pod: Int, spine: Int, core: Int) -> LinkPair {
    LinkPair(firstSpineLink + 2 * ((pod * spines + spine) * coresPerSpine + core))
  }

  // MARK: Switches: leaves first, then the spines pod by pod, then the cores plane by plane

  package var switchCount: Int { leaves + pods * spines + spines * coresPerSpine }

  func spineSwitch(pod: Int, spine: Int) -> Int { leaves + pod * spines + spine }
  func coreSwitch(spine: Int, core: Int) -> Int {
    leaves + pods * spines + spine * coresPerSpine + core
  }

  /// Calls back with the links of a switch.
  func forEachLink(ofSwitch number: Int, _ body: (LinkPair) -> Void) {
    if number < leaves {
      let group = isRailOptimised ? number / cards : number
      let rails = isRailOptimised ? (number % cards)..<(number % cards + 1) : 0..<cards
      for host in (group * hostsPerLeaf)..<min(hosts, (group + 1) * hostsPerLeaf) {
        for card in rails { body(cardLinks(host: host, card: card)) }
      }
      for spine in 0..<spines { body(leafLinks(leaf: number, spine: spine)) }
    } else if number < leaves + pods * spines {
      let (pod, spine) = (number - leaves).quotientAndRemainder(dividingBy: spines)
      for leaf in (pod * leavesPerPod)..<min(leaves, (pod + 1) * leavesPerPod) {
        body(leafLinks(leaf: leaf, spine: spine))
      }
      for core in 0..<coresPerSpine { body(spineLinks(pod: pod, spine: spine, core: core)) }
    } else {
      let (spine, core) = (number - leaves - pods * spines)
        .quotientAndRemainder(dividingBy: coresPerSpine)
      for pod in 0..<pods { body(spineLinks(pod: pod, spine: spine, core: core)) }
    }
  }

  // MARK: Routes

  /// Paths of equal cost between two cards.
  package func pathCount(from source: HostCard, to destination: HostCard) -> Int {
    let leaves = (
      leaf(ofHost: source.host, card: source.card),
      leaf(ofHost: destination.host, card: destination.card)
    )
    if leaves.0 == leaves.1 { return 1 }
    return pod(ofLeaf: leaves.0) == pod(ofLeaf: leaves.1) ? spines : spines * coresPerSpine
  }

  /// Adds the links from above the highest level.
  func routeFromBorder(
    to destination: HostCard, hash: PathHash, isUp: (Int) -> Bool, into path: inout [LinkID]
  ) -> Bool {
    var hash = hash
    let leaf = leaf(ofHost: destination.host, card: destination.card)
    guard isUp(leaf) else { return false }
    if spines > 0 {
      let pod = pod(ofLeaf: leaf)
      let spine = hash.choose(spines) { isUp(spineSwitch(pod: pod, spine: $0)) }
      guard let spine else { return false }
      if coresPerSpine > 0 {
        let core = hash.choose(coresPerSpine) { isUp(coreSwitch(spine: spine, core: $0)) }
        guard let core else { return false }
        path.append(spineLinks(pod: pod, spine: spine, core: core).down)
      }
      path.append(leafLinks(leaf: leaf, spine: spine).down)
    }
    path.append(cardLinks(host: destination.host, card: destination.card).down)
    return true
  }

  /// Adds the links of the path that the hash chooses among those whose switches are up; whether
  /// there is any.
  func route(
    from source: HostCard, to destination: HostCard, hash: PathHash, isUp: (Int) -> Bool,
    into path: inout [LinkID]
  ) -> Bool {
    var hash = hash
    let from = leaf(ofHost: source.host, card: source.card)
    let to = leaf(ofHost: destination.host, card: destination.card)
    guard isUp(from), isUp(to) else { return false }
    path.append(cardLinks(host: source.host, card: source.card).up)
    if from != to {
      let pods = (pod(ofLeaf: from), pod(ofLeaf: to))
      let isFar = pods.0 != pods.1
      let spine = hash.choose(spines) { spine in
        isUp(spineSwitch(pod: pods.0, spine: spine))
          && isUp(spineSwitch(pod: pods.1, spine: spine))
          && (!isFar || (0..<coresPerSpine).contains { isUp(coreSwitch(spine: spine, core: $0)) })
      }
      guard let spine else { return false }
      path.append(leafLinks(leaf: from, spine: spine).up)
      if isFar {
        let core = hash.choose(coresPerSpine) { isUp(coreSwitch(spine: spine, core: $0)) }
        guard let core else { return false }
        path.append(spineLinks(pod: pods.0, spine: spine, core: core).up)
        path.append(spineLinks(pod: pods.1, spine: spine, core: core).down)
      }
      path.append(leafLinks(leaf: to, spine: spine).down)
    }
    path.append(cardLinks(host: destination.host, card: destination.card).down)
    return true
  }
}
