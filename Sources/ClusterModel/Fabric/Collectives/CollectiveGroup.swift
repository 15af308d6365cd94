// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
package import Scenario

/// The GPUs that take part in a collective and the links that each of them has.
///
/// All nodes hold the same number of ranks and all ranks have equal links; rank `r` is GPU
/// `r % ranksPerNode` of node `r / ranksPerNode`.
package struct CollectiveGroup: Sendable, Hashable {
  /// A GPU's end of a link.
  package struct Link: Sendable, Hashable {
    package var kind: LinkKind
    /// What a large collective gets one way, in bytes per second: nominal rate times efficiency.
    package var bytesPerSecond: Double
    /// The network card's own latency in microseconds.
    package var cardLatency: Double
    /// Share of the rate that is left when NVLink switches reduce; `nil` when they cannot.
    package var nvlsShare: Double?
    /// Channels that share the chunks of NVLS (`NCCL_NVLS_NCHANNELS`).
    package var nvlsChannels: Int

    package init(
      kind: LinkKind, bytesPerSecond: Double, cardLatency: Double = 0, nvlsShare: Double? = nil,
      nvlsChannels: Int = 16
    ) {
      self.kind = kind
      self.bytesPerSecond = bytesPerSecond
      self.cardLatency = cardLatency
      self.nvlsShare = nvlsShare
      self.nvlsChannels = nvlsChannels
    }
  }

  package let nodes: Int
  package let ranksPerNode: Int
  /// Between the GPUs of a node.
  package let intra: Link
  /// Between nodes: a GPU's share of the node's network cards.
  package let inter: Link

  /// - Precondition: one node and one rank at least.
  package init(nodes: Int, ranksPerNode: Int, intra: Link, inter: Link) {
    precondition(nodes >= 1 && ranksPerNode >= 1, "a group has a rank")
    self.nodes = nodes
    self.ranksPerNode = ranksPerNode
    self.intra = intra
    self.inter = inter
  }

  package var ranks: Int { nodes * ranksPerNode }
}

extension CollectiveGroup {
  /// A group on machines of one type, or `nil` when the type does not say which GPUs it has.
  ///
  /// All cards of a node serve the ranks on it, however few those are. Without cards for the GPUs the
  /// machine's own (`network-bandwidth`) carries what goes between nodes, at its full rate.
  ///
  /// - Parameters:
  ///   - links: `links` of the scenario.
  ///   - gpus: `gpus` of the scenario.
  package init?(
    on machine: MachineConfiguration, nodes: Int, ranksPerNode: Int,
    links: [Named<LinkConfiguration>], gpus: [Named<GPUConfiguration>]
  ) {
    let link = { (name: String?) in links.first { $0.name == name }?.value }
    guard let model = gpus.first(where: { $0.name == machine.gpuModel?.name }),
      let intra = link(model.value.link.name)
    else { return nil }
    let usable = { (link: LinkConfiguration) in
      link.bandwidth.bytesPerSecond * link.efficiency.value
    }
    let inter: Link
    if let network = link(machine.gpuNetwork?.name) {
      inter = Link(
        kind: .network,
        bytesPerSecond: usable(network) * Double(machine.gpuNetworkCards) / Double(ranksPerNode),
        cardLatency: Double(network.latency.nanoseconds) / 1_000)
    } else {
      inter = Link(
        kind: .network,
        bytesPerSecond: machine.networkBandwidth.bytesPerSecond / Double(ranksPerNode))
    }
    self.init(
      nodes: nodes, ranksPerNode: ranksPerNode,
      intra: Link(
        kind: intra.kind, bytesPerSecond: usable(intra),
        nvlsShare: intra.nvlsEfficiency?.value, nvlsChannels: intra.nvlsChannels),
      inter: inter)
  }
}
