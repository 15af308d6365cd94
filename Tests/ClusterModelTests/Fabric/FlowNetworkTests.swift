// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Stochastics
import Testing

@testable import ClusterModel

struct FlowNetworkTests {
  /// Random links, random paths, and a random life: flows begin, end and are cancelled, capacities
  /// change, several at the same instant. Whole numbers make ties, where mistakes hide.
  @Test(
    "random networks are max-min fair at every event, part-wise as in full",
    arguments: 0..<60)
  func randomNetworks(_ seed: Int) {
    var random = RandomStream(seed: UInt64(seed), name: "flow-network-tests")
    func below(_ bound: Int) -> Int { Int(random.below(UInt64(bound))) }
    let isWhole = seed % 3 == 0
    let linkCount = [3, 12, 60][seed % 3] + below(10)
    let capacities = (0..<linkCount).map { _ in
      isWhole ? Double(1 + below(4)) : 0.1 + 10 * random.nextUnit()
    }
    var parts = FlowNetwork(method: .partwise)
    var full = FlowNetwork(method: .full)
    for capacity in capacities {
      _ = parts.addLink(capacity: capacity)
      _ = full.addLink(capacity: capacity)
    }
    var now = SimTime.zero
    var live: [FlowID] = []
    let crowd = 1 + below(3 * linkCount)
    for step in 0..<300 {
      if let next = parts.nextCompletion, live.count >= crowd || below(3) == 0 {
        now = next
      } else {
        now = now + SimDuration(roundingSeconds: 0.05 * random.nextUnit())
        if let next = parts.nextCompletion, next < now { now = next }
      }
      while let finished = parts.popFinished(at: now) {
        live.removeAll { $0 == finished.flow }
        full.cancel(finished.flow, at: now)
      }
      for _ in 0..<(live.count < crowd ? 1 + below(3) : 0) {
        // Once in a while a path longer than the room there is, and one that uses a link twice.
        let length = 1 + below(below(20) == 0 ? 20 : 5)
        let path = (0..<length).map { _ in LinkID(below(linkCount)) }
        let bytes = isWhole ? Double(1 + below(3)) : 5 * random.nextUnit()
        let limit = below(4) == 0 ? (isWhole ? 0.25 : random.nextUnit()) : nil
        let flow = parts.start(bytes: bytes, over: path, rateLimit: limit, at: now)
        let same = full.start(bytes: bytes, over: path, rateLimit: limit, at: now)
        #expect(flow == same)
        live.append(flow)
      }
      if below(6) == 0, !live.isEmpty {
        let flow = live.remove(at: below(live.count))
        parts.cancel(flow, at: now)
        full.cancel(flow, at: now)
      }
      if below(8) == 0 {
        let link = below(linkCount)
        let capacity = below(5) == 0 ? 0 : capacities[link] * Double(1 + below(3)) / 2
        parts.setCapacity(capacity, of: LinkID(link))
        full.setCapacity(capacity, of: LinkID(link))
      }
      parts.settle(at: now)
      full.settle(at: now)
      parts.expectMaxMinFair("seed \(seed) step \(step)")
      let different = live.filter { flow in
        let (a, b) = (parts.rate(of: flow), full.rate(of: flow))
        return abs(a - b) > 1e-9 * max(a, b)
      }
      #expect(different.isEmpty, "seed \(seed) step \(step): \(different)")
    }
  }

  @Test("a change is not felt where nothing of it can be felt")
  func staysLocal() {
    var network = FlowNetwork()
    let links = (0..<100).map { _ in network.addLink(capacity: 10) }
    for link in links {
      network.start(bytes: 1e6, over: [link], at: .zero)
      network.start(bytes: 1e6, over: [link], at: .zero)
    }
    network.settle(at: .zero)
    network.start(bytes: 10, over: [links[3]], at: .zero)
    network.settle(at: .zero)
    #expect(network.reachedLinks.map(Int.init) == [3])
    #expect(network.changedFlows.count == 3)
  }

  @Test("a rate limit leaves the rest to the others, and its own link is used again")
  func rateLimits() {
    var network = FlowNetwork()
    let link = network.addLink(capacity: 10)
    let shaped = network.start(bytes: 20, over: [link], rateLimit: 2, at: .zero)
    let free = network.start(bytes: 80, over: [link], at: .zero)
    network.settle(at: .zero)
    #expect(network.rate(of: shaped) == 2)
    #expect(network.rate(of: free) == 8)
    #expect(network.bottleneck(of: shaped) == .none)
    #expect(network.bottleneck(of: free) == link)
    #expect(network.throughput(of: link) == 10)
    #expect(network.nextCompletion == .zero + .seconds(10))
    while network.popFinished(at: .zero + .seconds(10)) != nil {}
    #expect(network.flowCount == 0)
    let links = network.links.count
    network.start(bytes: 1, over: [link], rateLimit: 5, at: .zero + .seconds(10))
    network.settle(at: .zero + .seconds(10))
    #expect(network.links.count == links)
    #expect(network.nextCompletion == .zero + .milliseconds(10_200))
  }

  @Test("a link that is down holds its flows, and they go on when it is up again")
  func linkDown() {
    var network = FlowNetwork()
    let link = network.addLink(capacity: 10)
    let flow = network.start(bytes: 100, over: [link], at: .zero)
    network.settle(at: .zero)
    network.setCapacity(0, of: link)
    network.settle(at: .zero + .seconds(4))
    #expect(network.nextCompletion == nil)
    #expect(network.remainingBytes(of: flow, at: .zero + .seconds(9)) == 60)
    network.setCapacity(5, of: link)
    network.settle(at: .zero + .seconds(10))
    #expect(network.nextCompletion == .zero + .seconds(22))
  }

  @Test("flows without a link or without bytes are finished at once")
  func nothingToDo() {
    var network = FlowNetwork()
    let link = network.addLink(capacity: 1)
    network.start(bytes: 5, over: [], owner: 1, at: .zero)
    network.start(bytes: 0, over: [link], owner: 2, at: .zero)
    network.settle(at: .zero)
    #expect(network.popFinished(at: .zero)?.owner == 1)
    #expect(network.popFinished(at: .zero)?.owner == 2)
    #expect(network.popFinished(at: .zero) == nil)
  }

  @Test("bytes are conserved: what has passed a link is what its flows have sent")
  func conservation() {
    var random = RandomStream(seed: 5, name: "flow-conservation")
    var network = FlowNetwork()
    let links = (0..<20).map { _ in network.addLink(capacity: 1 + random.nextUnit()) }
    let first = links[0]
    var offered = 0.0
    for _ in 0..<200 {
      let bytes = 1 + 10 * random.nextUnit()
      let other = links[1 + Int(random.below(19))]
      network.start(bytes: bytes, over: [first, other], at: .zero)
      offered += bytes
    }
    network.settle(at: .zero)
    var passed = 0.0
    var now = SimTime.zero
    while let next = network.nextCompletion {
      passed += network.throughput(of: first) * (next - now).seconds
      now = next
      while network.popFinished(at: now) != nil {}
      network.settle(at: now)
    }
    #expect(abs(passed - offered) < 1e-6 * offered)
  }
}
