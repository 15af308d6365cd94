// SPDX-License-Identifier: Apache-2.0

/// A dragonfly (Kim, Dally, Scott, Abts, ISCA 2008): groups of routers, all routers of a group
/// connected to each other, and every pair of groups connected by the same number of global links.
///
/// Routes are minimal: at most one local, one global and one local link.
package struct DragonflyTopology: Codable, Sendable {
  /// `g`.
  package let groups: Int
  /// `a`.
  package let routersPerGroup: Int
  /// `p`.
  package let hostsPerRouter: Int
  /// Global links between two groups.
  package let globalLinksPerPair: Int
  /// Network cards of a host; all go to its router.
  package let cards: Int

  private let firstHostLink: Int
  private let firstLocalLink: Int
  private let firstGlobalLink: Int

  package var hosts: Int { groups * routersPerGroup * hostsPerRouter }

  /// - Parameters:
  ///   - globalPorts: `h`, global links of a router; those that do not go evenly into the other
  ///     groups stay unused. `routersPerGroup * globalPorts` is at least `groups - 1`.
  ///   - localRate: bytes per second between two routers of a group.
  ///   - globalRate: bytes per second of a global link.
  package init(
    groups: Int, routersPerGroup: Int, hostsPerRouter: Int, globalPorts: Int, cards: Int = 1,
    hostRate: Double, localRate: Double, globalRate: Double, in network: inout FlowNetwork
  ) {
    precondition(
      routersPerGroup * globalPorts >= groups - 1, "a dragonfly with too few global links")
    self.groups = groups
    self.routersPerGroup = routersPerGroup
    self.hostsPerRouter = hostsPerRouter
    self.cards = cards
    globalLinksPerPair = groups > 1 ? routersPerGroup * globalPorts / (groups - 1) : 0
    firstHostLink = network.addPairs(
      groups * routersPerGroup * hostsPerRouter * cards, capacity: hostRate)
    firstLocalLink = network.addPairs(
      groups * (routersPerGroup * (routersPerGroup - 1) / 2), capacity: localRate)
    firstGlobalLink = network.addPairs(
      groups * (groups - 1) / 2 * globalLinksPerPair, capacity: globalRate)
  }

  package func router(ofHost host: Int) -> Int { host / hostsPerRouter }
  package func group(ofRouter router: Int) -> Int { router / routersPerGroup }

  package func cardLinks(host: Int, card: Int) -> LinkPair {
    LinkPair(firstHostLink + 2 * (host * cards + card))
  }

  /// Between two routers of a group; up is from the lower number.
  package func localLinks(_ a: Int, _ b: Int) -> LinkPair {
    let group = group(ofRouter: a)
    let pairs = routersPerGroup * (routersPerGroup - 1) / 2
    let pair = Self.pair(a % routersPerGroup, b % routersPerGroup)
    return LinkPair(firstLocalLink + 2 * (group * pairs + pair))
  }

  /// One of the global links between two groups; up is from the lower number.
  package func globalLinks(_ a: Int, _ b: Int, _ number: Int) -> LinkPair {
    LinkPair(firstGlobalLink + 2 * (Self.pair(a, b) * globalLinksPerPair + number))
  }

  /// Pairs in the order (0,1), (0,2), (1,2), (0,3), ...
  private static func pair(_ a: Int, _ b: Int) -> Int {
    let (low, high) = (min(a, b), max(a, b))
    return high * (high - 1) / 2 + low
  }

  private func localLink(from source: Int, to destination: Int) -> LinkID {
    let links = localLinks(source, destination)
    return source < destination ? links.up : links.down
  }

  private func globalLink(from source: Int, to destination: Int, _ number: Int) -> LinkID {
    let links = globalLinks(source, destination, number)
    return source < destination ? links.up : links.down
  }

  /// The router of a group at which a global link to another group ends: the links of a group are
  /// dealt out to its routers in turn.
  package func gateway(of group: Int, to other: Int, _ number: Int) -> Int {
    let distance = (other - group + groups) % groups - 1
    let port = distance * globalLinksPerPair + number
    return group * routersPerGroup + port % routersPerGroup
  }

  package var switchCount: Int { groups * routersPerGroup }

  /// Calls back with the links of a router.
  func forEachLink(ofSwitch router: Int, _ body: (LinkPair) -> Void) {
    for host in (router * hostsPerRouter)..<((router + 1) * hostsPerRouter) {
      for card in 0..<cards { body(cardLinks(host: host, card: card)) }
    }
    let group = group(ofRouter: router)
    for other in (group * routersPerGroup)..<((group + 1) * routersPerGroup) where other != router {
      body(localLinks(router, other))
    }
    for other in 0..<groups where other != group {
      for number in 0..<globalLinksPerPair where gateway(of: group, to: other, number) == router {
        body(globalLinks(group, other, number))
      }
    }
  }

  /// Minimal paths between two hosts.
  package func pathCount(from source: HostCard, to destination: HostCard) -> Int {
    let groups = (
      group(ofRouter: router(ofHost: source.host)),
      group(ofRouter: router(ofHost: destination.host))
    )
    return groups.0 == groups.1 ? 1 : globalLinksPerPair
  }

  func route(
    from source: HostCard, to destination: HostCard, hash: PathHash, isUp: (Int) -> Bool,
    into path: inout [LinkID]
  ) -> Bool {
    var hash = hash
    let (from, to) = (router(ofHost: source.host), router(ofHost: destination.host))
    let groups = (group(ofRouter: from), group(ofRouter: to))
    guard isUp(from), isUp(to) else { return false }
    path.append(cardLinks(host: source.host, card: source.card).up)
    if groups.0 == groups.1 {
      if from != to { path.append(localLink(from: from, to: to)) }
    } else {
      let number = hash.choose(globalLinksPerPair) {
        isUp(gateway(of: groups.0, to: groups.1, $0))
          && isUp(gateway(of: groups.1, to: groups.0, $0))
      }
      guard let number else { return false }
      let exit = gateway(of: groups.0, to: groups.1, number)
      let entry = gateway(of: groups.1, to: groups.0, number)
      if from != exit { path.append(localLink(from: from, to: exit)) }
      path.append(globalLink(from: groups.0, to: groups.1, number))
      if entry != to { path.append(localLink(from: entry, to: to)) }
    }
    path.append(cardLinks(host: destination.host, card: destination.card).down)
    return true
  }
}
