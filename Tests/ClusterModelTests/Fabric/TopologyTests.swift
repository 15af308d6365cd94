// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Testing

@testable import ClusterModel

/// Topologies held to the closed forms of the literature.
struct TopologyTests {
  /// Bytes per second from the first half of the hosts to the second, each host to its counterpart,
  /// spread over so many flows that every path carries its share.
  private func bisection(
    _ topology: FabricTopology, _ network: FlowNetwork, flowsPerHost: Int
  ) -> Double {
    var network = network
    let half = topology.hosts / 2
    var flows: [FlowID] = []
    for host in 0..<half {
      for flow in 0..<flowsPerHost {
        var path: [LinkID] = []
        let isFound = topology.route(
          from: FabricEnd(host: host), to: FabricEnd(host: host + half), flow: UInt64(flow),
          into: &path)
        #expect(isFound)
        flows.append(network.start(bytes: 1e9, over: path, at: .zero))
      }
    }
    network.settle(at: .zero)
    network.expectMaxMinFair()
    return flows.reduce(0) { $0 + network.rate(of: $1) }
  }

  /// Different paths that a thousand flows take.
  private func paths(
    _ topology: FabricTopology, from source: FabricEnd, to destination: FabricEnd
  ) -> Set<[LinkID]> {
    Set(
      (0..<1_000 as Range<UInt64>).compactMap { flow in
        var path: [LinkID] = []
        let isFound = topology.route(from: source, to: destination, flow: flow, into: &path)
        return isFound ? path : nil
      })
  }

  @Test("a single switch gives every host its card")
  func singleSwitch() {
    var network = FlowNetwork()
    let clos = ClosTopology.singleSwitch(hosts: 10, hostRate: 3, in: &network)
    let topology = FabricTopology(.clos(clos), in: &network)
    #expect(bisection(topology, network, flowsPerHost: 1) == 15)
    #expect(paths(topology, from: FabricEnd(host: 1), to: FabricEnd(host: 9)).count == 1)
    #expect(topology.switchCount == 1)
  }

  @Test(
    "leaf and spine: half of the hosts' rate over the oversubscription crosses the middle",
    arguments: [1.0, 2, 4])
  func leafSpine(_ oversubscription: Double) {
    var network = FlowNetwork()
    let clos = ClosTopology.leafSpine(
      hosts: 64, hostsPerLeaf: 8, spines: 4, hostRate: 10, oversubscription: oversubscription,
      in: &network)
    let topology = FabricTopology(.clos(clos), in: &network)
    // Sum of the capacities of the leaves' up-links of one half: the cut itself.
    let cut = (0..<4).reduce(0.0) { sum, leaf in
      (0..<4).reduce(sum) { $0 + network.capacity(of: clos.leafLinks(leaf: leaf, spine: $1).up) }
    }
    #expect(abs(cut - 32 * 10 / oversubscription) < 1e-9)
    // By hash, 2,000 flows of a leaf on 4 up-links leave a few per cent of them unused at most.
    let carried = bisection(topology, network, flowsPerHost: 250)
    #expect(carried <= cut * (1 + 1e-9))
    #expect(carried > cut * 0.9)
    #expect(paths(topology, from: FabricEnd(host: 0), to: FabricEnd(host: 63)).count == 4)
    #expect(paths(topology, from: FabricEnd(host: 0), to: FabricEnd(host: 7)).count == 1)
  }

  /// Al-Fares, Loukissas and Vahdat (SIGCOMM 2008): a fat tree of k-port switches has k^3/4 hosts,
  /// 5k^2/4 switches, (k/2)^2 shortest paths between hosts of different pods, and full bisection.
  @Test("a fat tree of k-port switches", arguments: [4, 8])
  func fatTree(_ k: Int) {
    var network = FlowNetwork()
    let clos = ClosTopology.threeLevel(
      hosts: k * k * k / 4, hostsPerLeaf: k / 2, leavesPerPod: k / 2, spines: k / 2,
      coresPerSpine: k / 2, hostRate: 10, in: &network)
    let topology = FabricTopology(.clos(clos), in: &network)
    #expect(clos.pods == k)
    #expect(topology.switchCount == 5 * k * k / 4)
    // All links of a fat tree are alike.
    #expect(Set(network.links.map(\.capacity)) == [10])
    #expect(network.links.count == 2 * 3 * k * k * k / 4)
    let far = (FabricEnd(host: 0), FabricEnd(host: topology.hosts - 1))
    #expect(paths(topology, from: far.0, to: far.1).count == k * k / 4)
    #expect(topology.pathCount(from: far.0, to: far.1) == k * k / 4)
    let near = (FabricEnd(host: 0), FabricEnd(host: k / 2))
    #expect(paths(topology, from: near.0, to: near.1).count == k / 2)
    #expect(paths(topology, from: FabricEnd(host: 0), to: FabricEnd(host: 1)).count == 1)
    let carried = bisection(topology, network, flowsPerHost: 200)
    #expect(carried > 0.8 * Double(topology.hosts / 2) * 10)
  }

  @Test(
    "three levels with 1:7 at the top, as in the Llama 3 cluster: a seventh crosses between pods")
  func oversubscribedTop() {
    var network = FlowNetwork()
    let clos = ClosTopology.threeLevel(
      hosts: 64, hostsPerLeaf: 2, leavesPerPod: 16, spines: 4, coresPerSpine: 4, hostRate: 50,
      podOversubscription: 7, in: &network)
    let topology = FabricTopology(.clos(clos), in: &network)
    let carried = bisection(topology, network, flowsPerHost: 250)
    #expect(carried <= 32 * 50 / 7 * (1 + 1e-9))
    #expect(carried > 32 * 50 / 7 * 0.9)
  }

  @Test("rails: equal cards of a group meet in one leaf, others cross inside the host or a spine")
  func rails() {
    for crosses in [true, false] {
      var network = FlowNetwork()
      let clos = ClosTopology.railOptimised(
        hosts: 64, rails: 8, hostsPerGroup: 32, spines: 16, cardRate: 50, in: &network)
      let topology = FabricTopology(
        .clos(clos), gpusPerHost: 8, gpuRate: 450, crossesRailsInHost: crosses, in: &network)
      #expect(topology.switchCount == 2 * 8 + 16)
      #expect(topology.rackCount == 2)
      func path(_ a: FabricEnd, _ b: FabricEnd) -> [LinkID] {
        var path: [LinkID] = []
        #expect(topology.route(from: a, to: b, flow: 0, into: &path))
        return path
      }
      let source = FabricEnd(host: 3, gpu: 2)
      #expect(path(source, FabricEnd(host: 3, gpu: 2)).isEmpty)
      let inside = FabricEnd(host: 3, gpu: 5)
      #expect(
        path(source, inside) == [topology.gpuLinks(source).up, topology.gpuLinks(inside).down])
      #expect(path(source, FabricEnd(host: 9, gpu: 2)).count == 2)
      #expect(path(source, FabricEnd(host: 40, gpu: 2)).count == 4)
      let other = path(source, FabricEnd(host: 9, gpu: 5))
      #expect(other.count == 4)
      #expect(other.contains(topology.gpuLinks(source).up) == crosses)
      #expect(
        paths(topology, from: source, to: FabricEnd(host: 40, gpu: 2)).count == 16)
    }
  }

  /// Kim et al. (ISCA 2008): with a = 2p = 2h there are g = ah + 1 groups, ap(ah + 1) hosts, and one
  /// global link for each pair of groups.
  @Test("a balanced dragonfly", arguments: [1, 2, 3])
  func dragonfly(_ h: Int) {
    var network = FlowNetwork()
    let (a, p) = (2 * h, h)
    let g = a * h + 1
    let dragonfly = DragonflyTopology(
      groups: g, routersPerGroup: a, hostsPerRouter: p, globalPorts: h, hostRate: 1, localRate: 1,
      globalRate: 1, in: &network)
    let topology = FabricTopology(.dragonfly(dragonfly), in: &network)
    #expect(topology.hosts == a * p * (a * h + 1))
    #expect(dragonfly.globalLinksPerPair == 1)
    #expect(network.links.count == 2 * (topology.hosts + g * a * (a - 1) / 2 + g * (g - 1) / 2))
    // No router has more global links than ports.
    for router in 0..<topology.switchCount {
      var links = 0
      dragonfly.forEachLink(ofSwitch: router) { _ in links += 1 }
      #expect(links == p + a - 1 + h)
    }
    // At most three links between routers, two of hosts; and one path only.
    for other in 1..<topology.hosts {
      let found = paths(topology, from: FabricEnd(host: 0), to: FabricEnd(host: other))
      #expect(found.count == 1)
      #expect(found.allSatisfy { $0.count <= 5 })
    }
  }

  @Test("flows fall on equal paths like balls into bins")
  func hashing() {
    var network = FlowNetwork()
    let clos = ClosTopology.leafSpine(
      hosts: 2, hostsPerLeaf: 1, spines: 16, hostRate: 1, in: &network)
    let topology = FabricTopology(.clos(clos), in: &network)
    var counts: [LinkID: Int] = [:]
    let flows = 16_000
    for flow in 0..<flows {
      var path: [LinkID] = []
      _ = topology.route(
        from: FabricEnd(host: 0), to: FabricEnd(host: 1), flow: UInt64(flow), into: &path)
      counts[path[1], default: 0] += 1
    }
    // Chi square with 15 degrees of freedom: 37.7 is passed once in a thousand times.
    let expected = Double(flows) / 16
    let chiSquare = counts.values.reduce(0) {
      $0 + (Double($1) - expected) * (Double($1) - expected) / expected
    }
    #expect(counts.count == 16)
    #expect(chiSquare < 37.7)
    #expect(chiSquare > 3.48)
  }

  @Test("a spine that is down is gone round, and what leads over it stands still until it is up")
  func switchDown() {
    var network = FlowNetwork()
    let clos = ClosTopology.leafSpine(
      hosts: 8, hostsPerLeaf: 4, spines: 4, hostRate: 10, in: &network)
    var topology = FabricTopology(.clos(clos), in: &network)
    let (a, b) = (FabricEnd(host: 0), FabricEnd(host: 7))
    let before = paths(topology, from: a, to: b)
    let over = clos.leafLinks(leaf: 0, spine: 2).up
    let flows = before.map { network.start(bytes: 1e3, over: $0, at: .zero) }
    topology.setUp(false, .switch(clos.spineSwitch(pod: 0, spine: 2)), in: &network)
    network.settle(at: .zero)
    #expect(flows.count { network.rate(of: $0) == 0 } == 1)
    #expect(paths(topology, from: a, to: b) == before.filter { !$0.contains(over) })
    // Its rack goes down too; the leaf's link to the spine comes back with the later of the two.
    topology.setUp(false, .rack(0), in: &network)
    #expect(paths(topology, from: a, to: b).isEmpty)
    topology.setUp(true, .switch(clos.spineSwitch(pod: 0, spine: 2)), in: &network)
    #expect(network.capacity(of: over) == 0)
    topology.setUp(true, .rack(0), in: &network)
    network.settle(at: .zero)
    #expect(network.capacity(of: over) == 10)
    #expect(flows.allSatisfy { network.rate(of: $0) == 2.5 })
    #expect(paths(topology, from: a, to: b) == before)
  }

  @Test("a host that is down keeps the others of its rack")
  func hostDown() {
    var network = FlowNetwork()
    let clos = ClosTopology.leafSpine(
      hosts: 8, hostsPerLeaf: 4, spines: 2, hostRate: 10, in: &network)
    var topology = FabricTopology(.clos(clos), in: &network)
    topology.setUp(false, .host(1), in: &network)
    #expect(network.capacity(of: clos.cardLinks(host: 1, card: 0).up) == 0)
    #expect(network.capacity(of: clos.cardLinks(host: 2, card: 0).up) == 10)
    #expect(topology.rack(ofHost: 5) == 1)
    #expect(topology.hosts(ofRack: 1) == 4..<8)
  }
}
