// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// How a cluster gives its nodes addresses for their pods.
package enum IPAMMode: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// Traffic between pods is encapsulated, so the cloud knows only the nodes
  /// (`--allocate-node-cidrs`, without `--configure-cloud-routes`).
  case overlay
  /// A block of addresses and a route of the cloud's network for each node
  /// (`--allocate-node-cidrs --configure-cloud-routes`).
  case routes
  /// The cloud gives each machine addresses of the network itself: alias ranges, secondary IP
  /// configurations (`--cidr-allocator-type=CloudAllocator`, Azure CNI).
  case aliases
}

/// Addresses for the pods of the nodes: `cluster.node-ipam`.
package struct NodeIPAMConfiguration: Configurable {
  package var path: KnobPath
  package var mode: IPAMMode
  package var clusterCIDR: String?
  package var nodeMaskSize: Int
  package var maxRoutes: Int?
  package var routePeriod: SimDuration
  package var routeCreationTime: SimDuration
  package var addressesPerNode: Int

  package static let mode = Knob<IPAMMode>(
    required: "mode", help: "Where the pods of a node get their addresses from.")
  package static let clusterCIDR = Knob<String?>(
    optional: "cluster-cidr",
    help: "Range of all pods' addresses, such as 10.0.0.0/9; absent: as many as are asked for.",
    source: "kube-controller-manager --cluster-cidr; with aliases the size of the subnet")
  package static let nodeMaskSize = Knob<Int>(
    "node-cidr-mask-size", default: 24, in: 8...32,
    help: "Prefix length of a node's block, with overlay and routes.",
    source: "kube-controller-manager --node-cidr-mask-size: 24 for IPv4")
  package static let maxRoutes = Knob<Int?>(
    optional: "max-routes", in: 0...1_000_000,
    help: "Routes that the cloud's network holds; absent: no limit.",
    source: "Azure limits: 400 user-defined routes in a route table, from memory; ask the cloud")
  package static let routePeriod = Knob<SimDuration>(
    "route-reconciliation-period", default: .seconds(10), in: .milliseconds(100) ... .hours(1),
    help: "Time between two looks at nodes without a route.",
    source: "kube-controller-manager --route-reconciliation-period: 10 s")
  package static let routeCreationTime = Knob<SimDuration>(
    "route-creation-time", default: .zero, in: .zero ... .hours(1),
    help: "Time that the cloud takes to create a route.", source: "none: state the cloud's own")
  package static let addressesPerNode = Knob<Int>(
    "addresses-per-node", default: 31, in: 1...65_536,
    help: "Addresses that each machine gets with aliases, its own included.",
    source: "Azure CNI: --max-pods 30 and the machine's own")

  package static let declaration = SectionDeclaration(
    "node-ipam", help: "Addresses for the pods of the nodes."
  ) {
    mode
    clusterCIDR
    nodeMaskSize
    maxRoutes
    routePeriod
    routeCreationTime
    addressesPerNode
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    mode = reader[Self.mode]
    clusterCIDR = reader[Self.clusterCIDR]
    nodeMaskSize = reader[Self.nodeMaskSize]
    maxRoutes = reader[Self.maxRoutes]
    routePeriod = reader[Self.routePeriod]
    routeCreationTime = reader[Self.routeCreationTime]
    addressesPerNode = reader[Self.addressesPerNode]
    guard let clusterCIDR else { return }
    guard let prefix = Self.prefixLength(clusterCIDR) else {
      reader.fail(
        Self.clusterCIDR, "'\(clusterCIDR)' is not an IPv4 range",
        hint: "four numbers up to 255 and a prefix length up to 32, such as 10.0.0.0/9")
      return
    }
    if mode != .aliases, prefix > nodeMaskSize {
      reader.fail(
        Self.nodeMaskSize, "a block of /\(nodeMaskSize) is larger than the range '\(clusterCIDR)'")
    }
  }

  /// Addresses that a node takes.
  var addressesOfNode: Int { mode == .aliases ? addressesPerNode : 1 << (32 - nodeMaskSize) }

  /// Nodes that the range has addresses for; `nil`: any number.
  var nodeLimit: Int? {
    guard let prefix = clusterCIDR.flatMap(Self.prefixLength) else { return nil }
    return (1 << (32 - prefix)) / addressesOfNode
  }

  /// The prefix length of an IPv4 range, or `nil` if the text is none.
  static func prefixLength(_ text: String) -> Int? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let prefix = Int(parts[1]), (0...32).contains(prefix) else {
      return nil
    }
    let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    guard numbers.count == 4,
      numbers.allSatisfy({ UInt8($0) != nil && $0.allSatisfy(\.isNumber) })
    else { return nil }
    return prefix
  }
}
