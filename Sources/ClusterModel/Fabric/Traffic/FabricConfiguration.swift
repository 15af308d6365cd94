// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// The network between the nodes, and to the Internet: `cluster.fabric`.
package struct FabricConfiguration: Configurable {
  package var path: KnobPath
  package var topology: FabricTopologyKind
  package var hosts: Int?
  package var hostsPerLeaf: Int
  package var spines: Int
  package var oversubscription: Double
  package var leavesPerPod: Int
  package var coresPerSpine: Int
  package var podOversubscription: Double
  package var rails: Int
  package var groups: Int
  package var routersPerGroup: Int
  package var globalPorts: Int
  package var encapsulation: Encapsulation
  package var internet: InternetConfiguration?

  package static let topology = Knob<FabricTopologyKind>(
    "topology", default: .singleSwitch, help: "How the nodes are connected.",
    source: "a single switch without contention: only the nodes' cards bind")
  package static let hosts = Knob<Int?>(
    optional: "hosts", in: 1...1_000_000,
    help:
      "Places for nodes; absent: as many as the pools may have. A later node takes a place again.",
    source: "the sum of the pools' limits")
  package static let hostsPerLeaf = Knob<Int>(
    "hosts-per-leaf", default: 30, in: 1...1_000_000,
    help: "Nodes of a leaf switch, of a group of rail leaves, or of a dragonfly's router.",
    source: "stated by the scenario; 30 of a rack as a usual size")
  package static let spines = Knob<Int>(
    "spines", default: 16, in: 1...10_000,
    help: "Spine switches of the network, or of a pod with three levels.",
    source: "stated by the scenario")
  package static let oversubscription = Knob<Double>(
    "oversubscription", default: 1, in: 0.01...1_000,
    help: "What the nodes of a leaf can send over what its up-links carry.",
    source: "1: non-blocking, as NVIDIA's reference for HGX systems")
  package static let leavesPerPod = Knob<Int>(
    "leaves-per-pod", default: 192, in: 1...1_000_000,
    help: "Leaf switches of a pod, with three levels.",
    source: "Llama 3 cluster: 192 racks a pod (Meta 2024, 3.3.1)")
  package static let coresPerSpine = Knob<Int>(
    "cores-per-spine", default: 16, in: 1...10_000,
    help: "Core switches above each spine of a pod, with three levels.",
    source: "stated by the scenario")
  package static let podOversubscription = Knob<Double>(
    "pod-oversubscription", default: 7, in: 0.01...1_000,
    help: "What a pod's leaves can send up over what its spines carry, with three levels.",
    source: "Llama 3 cluster: 1:7 at the top layer (Meta 2024, 3.3.1)")
  package static let rails = Knob<Int>(
    "rails", default: 8, in: 1...64,
    help: "Network cards of a node, each to a leaf of its own, when rail-optimised.",
    source: "NVIDIA's reference for HGX systems: one for each of 8 GPUs")
  package static let groups = Knob<Int>(
    "groups", default: 9, in: 1...10_000, help: "Groups of a dragonfly.",
    source: "stated by the scenario")
  package static let routersPerGroup = Knob<Int>(
    "routers-per-group", default: 8, in: 1...10_000, help: "Routers of a group of a dragonfly.",
    source: "stated by the scenario")
  package static let globalPorts = Knob<Int>(
    "global-ports", default: 4, in: 1...1_000,
    help: "Links of a dragonfly's router to other groups.",
    source: "Kim et al., ISCA 2008: half of the routers of a group for a balanced load")
  package static let encapsulation = Knob<Encapsulation>(
    "encapsulation", default: .vxlan,
    help: "Whether traffic between pods is encapsulated, within `overlay-bandwidth` of a machine.",
    source: "flannel's back end: vxlan; none: pods have addresses of the network itself")
  package static let internet = OptionalSubsection<InternetConfiguration>("internet")

  package static let declaration = SectionDeclaration(
    "fabric", help: "The network between the nodes, whose links flows share."
  ) {
    topology
    hosts
    hostsPerLeaf
    spines
    oversubscription
    leavesPerPod
    coresPerSpine
    podOversubscription
    rails
    groups
    routersPerGroup
    globalPorts
    encapsulation
    internet
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    topology = reader[Self.topology]
    hosts = reader[Self.hosts]
    hostsPerLeaf = reader[Self.hostsPerLeaf]
    spines = reader[Self.spines]
    oversubscription = reader[Self.oversubscription]
    leavesPerPod = reader[Self.leavesPerPod]
    coresPerSpine = reader[Self.coresPerSpine]
    podOversubscription = reader[Self.podOversubscription]
    rails = reader[Self.rails]
    groups = reader[Self.groups]
    routersPerGroup = reader[Self.routersPerGroup]
    globalPorts = reader[Self.globalPorts]
    encapsulation = reader[Self.encapsulation]
    internet = reader.optionalSection(Self.internet)
    if topology == .dragonfly, routersPerGroup * globalPorts < groups - 1 {
      reader.fail(
        "groups",
        "a group of \(routersPerGroup) routers with \(globalPorts) global ports reaches "
          + "\(routersPerGroup * globalPorts) others, not \(groups - 1)",
        hint: "state more 'global-ports' or 'routers-per-group'")
    }
  }

  /// Knobs that the chosen topology has no use for.
  var knobsWithoutUse: [String] {
    let shared = [Self.hosts.name, Self.hostsPerLeaf.name]
    let spine = [Self.spines.name, Self.oversubscription.name]
    let top = [Self.leavesPerPod.name, Self.coresPerSpine.name, Self.podOversubscription.name]
    let dragonfly = [Self.groups.name, Self.routersPerGroup.name, Self.globalPorts.name]
    let rails = [Self.rails.name]
    return switch topology {
    case .singleSwitch: [Self.hostsPerLeaf.name] + spine + top + dragonfly + rails
    case .leafSpine: top + dragonfly + rails
    case .threeLevel: dragonfly + rails
    case .railOptimised: top + dragonfly
    case .dragonfly: [shared[0]] + spine + top + rails
    }
  }
}

/// How the nodes are connected.
package enum FabricTopologyKind: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// Without contention between the nodes' cards.
  case singleSwitch = "single-switch"
  /// Two levels.
  case leafSpine = "leaf-spine"
  /// Three levels: leaves, spines of a pod, cores.
  case threeLevel = "three-level"
  /// Two levels, a leaf for each card of the nodes of a group.
  case railOptimised = "rail-optimised"
  case dragonfly
}

/// Whether packets between pods travel inside packets between nodes.
package enum Encapsulation: String, KnobChoice, CaseIterable, Codable, Sendable {
  case vxlan
  case none
}

/// The way to the Internet: `cluster.fabric.internet`.
package struct InternetConfiguration: Configurable {
  package var path: KnobPath
  package var bandwidth: ByteRate
  package var natBandwidth: ByteRate
  package var natAddresses: Int
  package var portsPerAddress: Int

  private static let rates =
    ByteRate(bytesPerSecond: 1_000)...ByteRate(bytesPerSecond: 1e14)

  package static let bandwidth = Knob<ByteRate>(
    required: "bandwidth", in: rates,
    help: "What all nodes together receive from the Internet, and send to it.")
  package static let natBandwidth = Knob<ByteRate>(
    "nat-bandwidth", default: ByteRate(gigabitsPerSecond: 50), in: rates,
    help: "Each way, of each NAT gateway that pools name (`nat-gateway`).",
    source: "Azure NAT Gateway: up to 50 Gbit/s in and out")
  package static let natAddresses = Knob<Int>(
    "nat-public-ip-addresses", default: 1, in: 1...1_000,
    help: "Public addresses of each NAT gateway.", source: "Azure NAT Gateway: 1 to 16")
  package static let portsPerAddress = Knob<Int>(
    "snat-ports-per-address", default: 64_512, in: 1...65_535,
    help: "Connections to one server that an address has ports for; more have to wait.",
    source: "Azure NAT Gateway: 64,512 (ports from 1,024 on)")

  package static let declaration = SectionDeclaration(
    "internet", help: "The cluster's link to the Internet."
  ) {
    bandwidth
    natBandwidth
    natAddresses
    portsPerAddress
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    bandwidth = reader[Self.bandwidth]
    natBandwidth = reader[Self.natBandwidth]
    natAddresses = reader[Self.natAddresses]
    portsPerAddress = reader[Self.portsPerAddress]
  }
}
