// SPDX-License-Identifier: Apache-2.0
import Scenario

/// Machine types and pools are used in several places, so whether one of their knobs was idle is known
/// only when all have been asked.
extension World {
  func addIdleMachineKnobs(to idle: inout IdleKnobs) {
    var used: Set<KnobPath> = []
    var machines: [KnobPath] = []
    for cluster in clusters {
      machines += cluster.podNetwork.machines.map(\.path)
      cluster.addUsedMachineKnobs(to: &used)
      cluster.addIdlePoolKnobs(to: &idle)
    }
    for machine in machines {
      for name in Cluster.judgedMachineKnobs {
        idle.add([name], in: machine, unless: used.contains(machine.appending(name)))
      }
      let table = machine.appending(Cluster.neighbourSection)
      idle.add(section: table, unless: used.contains(table))
    }
  }
}

extension Cluster {
  /// What only part of the runs has a use for; cores, memory and GPUs decide where pods fit in each.
  static let judgedMachineKnobs = [
    MachineConfiguration.overlayBandwidth.name, MachineConfiguration.externalLookups.name,
    MachineConfiguration.disk.name,
  ]
  static var neighbourSection: String { MachineConfiguration.neighbours.name }

  func addUsedMachineKnobs(to used: inout Set<KnobPath>) {
    for node in context.nodes.ids {
      let machine = podNetwork.machines[context.nodes[node].pool.index].path
      if kubelets.hasPulled(context) {
        used.insert(machine.appending(MachineConfiguration.disk.name))
      }
      if transfers.hasMoved(context) {
        used.insert(machine.appending(MachineConfiguration.overlayBandwidth.name))
      }
      guard node.index < podNetwork.hosts.count else { break }
      if podNetwork.hosts[node.index].wasAskedOutside {
        used.insert(machine.appending(MachineConfiguration.externalLookups.name))
      }
      if podNetwork.hosts[node.index].neighbours != nil {
        used.insert(machine.appending(Self.neighbourSection))
      }
    }
  }

  func addIdlePoolKnobs(to idle: inout IdleKnobs) {
    typealias Knobs = NodePoolConfiguration
    let hasAutoscaler = autoscaler != nil || clusterAutoscaler != nil
    var nodes = Array(repeating: 0, count: nodes.pools.count)
    for node in context.nodes.ids { nodes[context.nodes[node].pool.index] += 1 }
    for (index, pool) in self.nodes.pools.enumerated() {
      idle.add(
        [Knobs.bootTime.name, Knobs.joinReads.name, Knobs.joinResource.name], in: pool.path,
        unless: nodes[index] > pool.initialCount)
      idle.add([Knobs.isManaged.name, Knobs.maxCount.name], in: pool.path, unless: hasAutoscaler)
      idle.add([Knobs.minCount.name], in: pool.path, unless: clusterAutoscaler != nil)
      idle.add(
        [Knobs.hostDisk.name], in: pool.path,
        unless: kubelets.layerWrites.hasShared(by: NodePoolID(index), context))
    }
  }
}
