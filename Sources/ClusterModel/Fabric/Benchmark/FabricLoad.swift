// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Stochastics

/// The load of `orrery bench fabric`: a steady number of flows between random hosts of a leaf and
/// spine network; each that ends is followed by another.
///
/// 7,500 hosts of 100 Gbit/s, 30 under each of 250 leaves, 16 spines, non-blocking; sizes are
/// exponential with a mean of 1 GB, so that flows end one by one.
package struct FabricLoad: Sendable {
  package static let hosts = 7_500
  private static let hostsPerLeaf = 30
  private static let spines = 16
  private static let hostRate = 12.5e9
  private static let meanBytes = 1e9

  private var network: FlowNetwork
  private let topology: ClosTopology
  private var random = RandomStream(seed: 1, name: "bench/fabric")
  private var path: [LinkID] = []
  private var now = SimTime.zero
  /// Flows that have ended.
  package private(set) var completions = 0

  /// - Parameter flows: under way at any time.
  package init(flows: Int, method: FlowNetwork.Method) {
    network = FlowNetwork(method: method)
    topology = ClosTopology.leafSpine(
      hosts: Self.hosts, hostsPerLeaf: Self.hostsPerLeaf, spines: Self.spines,
      hostRate: Self.hostRate, in: &network)
    for _ in 0..<flows { startFlow() }
    network.settle(at: now)
  }

  /// Runs until so many more flows have ended.
  package mutating func run(completions count: Int) {
    let goal = completions + count
    while completions < goal, let next = network.nextCompletion {
      now = next
      while network.popFinished(at: now) != nil {
        completions += 1
        startFlow()
      }
      network.settle(at: now)
    }
  }

  /// Largest relative difference of a rate from what a full solve from nothing gives.
  package func largestDeviation() -> Double { network.largestDeviation() }

  private mutating func startFlow() {
    let source = Int(random.below(UInt64(Self.hosts)))
    var destination = Int(random.below(UInt64(Self.hosts - 1)))
    if destination >= source { destination += 1 }
    path.removeAll(keepingCapacity: true)
    _ = topology.route(
      from: HostCard(host: source), to: HostCard(host: destination),
      hash: PathHash(random.next()), isUp: { _ in true }, into: &path)
    network.start(bytes: random.exponential() * Self.meanBytes, over: path, at: now)
  }
}

extension FlowNetwork {
  /// Largest relative difference of a rate from what a full solve from nothing gives; 0 after
  /// ``settle(at:)`` but for rounding.
  package func largestDeviation() -> Double {
    var fresh = self
    fresh.solve += 1
    fresh.changedFlows.removeAll()
    for flow in fresh.flows.indices { fresh.flows[flow].rate = 0 }
    fresh.solveFully()
    return flows.indices.reduce(0) { largest, flow in
      let (rate, other) = (flows[flow].rate, fresh.flows[flow].rate)
      guard flows[flow].isLive, rate != other else { return largest }
      return max(largest, abs(rate - other) / max(rate, other))
    }
  }
}
