// SPDX-License-Identifier: Apache-2.0
import Scenario

/// What the scenario says of GPUs and of the links between them.
extension WorldConfiguration {
  /// A GPU's link leads to the other GPUs of its node, a machine's GPU network to other nodes.
  func checkLinks(_ reader: inout SectionReader) {
    let kinds = links.map { (name: $0.name, kind: $0.value.kind) }
    let kind = { (name: String?) in kinds.first { $0.name == name }?.kind }
    for gpu in gpus where kind(gpu.value.link.name) == .network {
      reader.fail(
        "gpus", "'\(gpu.name)' has the link '\(gpu.value.link.name)', which is a network card's",
        hint: "links within a node: "
          + kinds.filter { $0.kind != .network }.map(\.name).joined(separator: ", "))
    }
    for machine in machines {
      guard let network = machine.value.gpuNetwork?.name, let found = kind(network),
        found != .network
      else { continue }
      reader.fail(
        "machines", "'\(machine.name)' has the GPU network '\(network)', which stays within a node",
        hint: "network cards: "
          + kinds.filter { $0.kind == .network }.map(\.name).joined(separator: ", "))
    }
  }

  /// The GPUs of so many nodes of a machine type and their links, for the closed forms of collectives;
  /// `nil` when the machine type does not say which GPUs it has.
  ///
  /// - Parameter ranksPerNode: all GPUs of the machine when `nil`.
  package func collectiveGroup(
    on machine: String, nodes: Int, ranksPerNode: Int? = nil
  ) -> CollectiveGroup? {
    guard let machine = machines.first(where: { $0.name == machine })?.value,
      machine.gpus > 0
    else { return nil }
    return CollectiveGroup(
      on: machine, nodes: nodes, ranksPerNode: ranksPerNode ?? machine.gpus, links: links,
      gpus: gpus)
  }

  /// No part of a run asks for the time of a collective yet.
  var acceleratorKnobsWithoutMechanism: [KnobPath] {
    gpus.map(\.value.path) + links.map(\.value.path)
      + machines.flatMap { machine in
        [
          MachineConfiguration.gpuModel.name, MachineConfiguration.gpuNetwork.name,
          MachineConfiguration.gpuNetworkCards.name,
        ].map { machine.value.path.appending($0) }
      }
  }
}
