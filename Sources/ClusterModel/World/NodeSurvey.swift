// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// The nodes of a world over time, seen at regular moments from outside: nothing in the model knows
/// of it, so it changes no event and costs none.
///
/// A row is one place of a pool, or several neighbours where there are many; a machine that is
/// replaced leaves its place to the next one. When places become too many for the rows, neighbouring
/// rows become one. A column is an equal part of the run, seen ``looksPerColumn`` times; what comes
/// and goes between two looks is not seen.
package struct NodeSurvey: Codable, Sendable {
  package static let columns = 240
  package static let looksPerColumn = 8
  /// More rows than this become fewer, unless each is a pool.
  package static let mostRows = 180

  /// The places of one cluster.
  private struct Places: Codable, Sendable {
    var slots: MachineSlots
    var pools: [NodeSurveyPool]
  }

  private let duration: SimDuration
  /// Nodes that share a row.
  package private(set) var nodesPerRow = 1
  private var looks: Int64 = 0
  private var clusters: [Places]

  /// - Parameter duration: of the run, warm-up included.
  init(of world: borrowing World, duration: SimDuration) {
    self.duration = duration
    clusters = world.clusters.map { cluster in
      Places(
        slots: MachineSlots(pools: cluster.nodes.pools.count),
        pools: cluster.nodes.pools.map {
          NodeSurveyPool(cluster: cluster.name, name: $0.name, gpusPerNode: $0.machine.gpus)
        })
    }
    let sizes = world.clusters.flatMap { $0.nodes.pools.map(\.initialCount) }
    nodesPerRow = max(1, (sizes.reduce(0, +) + Self.mostRows - 1) / Self.mostRows)
    while sizes.reduce(0, { $0 + ($1 + nodesPerRow - 1) / nodesPerRow }) > Self.mostRows,
      nodesPerRow < sizes.max() ?? 1
    {
      nodesPerRow += 1
    }
  }

  /// When to look next; nil when all looks are done.
  package var nextLook: SimTime? {
    let parts = Int64(2 * Self.columns * Self.looksPerColumn)
    let middle = 2 * looks + 1
    guard middle < parts else { return nil }
    let (whole, rest) = duration.nanoseconds.quotientAndRemainder(dividingBy: parts)
    return .zero + SimDuration(nanoseconds: whole * middle + rest * middle / parts)
  }

  /// By cluster, pool and place.
  package var pools: [NodeSurveyPool] { clusters.flatMap(\.pools) }

  /// Writes down what there is now.
  mutating func look(at world: borrowing World) {
    let column = Int(looks) / Self.looksPerColumn
    looks += 1
    for index in clusters.indices { place(in: index, world.clusters[index].context.nodes) }
    merge()
    for index in clusters.indices { note(index, column, world.clusters[index]) }
  }

  /// Gives new machines a place and takes it from those that are gone.
  private mutating func place(in index: Int, _ nodes: borrowing NodeTable) {
    for node in nodes.ids {
      let isPlaced = clusters[index].slots.slot(of: node) != nil
      if nodes[node].isTerminated {
        if isPlaced { clusters[index].slots.remove(node) }
      } else if !isPlaced {
        _ = clusters[index].slots.place(node, in: nodes[node].pool)
      }
    }
    for pool in clusters[index].pools.indices {
      clusters[index].pools[pool].places = clusters[index].slots.count(of: NodePoolID(pool))
    }
  }

  /// Makes rows wider until there are few enough, and adds those that are missing.
  private mutating func merge() {
    func rows() -> Int {
      pools.reduce(0) { $0 + ($1.places + nodesPerRow - 1) / nodesPerRow }
    }
    func largest() -> Int { pools.map(\.places).max() ?? 0 }
    while rows() > Self.mostRows, nodesPerRow < largest() {
      nodesPerRow *= 2
      for index in clusters.indices {
        for pool in clusters[index].pools.indices { clusters[index].pools[pool].mergePairs() }
      }
    }
    for index in clusters.indices {
      for pool in clusters[index].pools.indices {
        clusters[index].pools[pool].grow(nodesPerRow: nodesPerRow)
      }
    }
  }

  private mutating func note(_ index: Int, _ column: Int, _ cluster: borrowing Cluster) {
    for node in cluster.context.nodes.ids {
      guard let slot = clusters[index].slots.slot(of: node) else { continue }
      let place = clusters[index].slots.slots[Int(slot)]
      let pool = place.pool.index
      let row = Int(place.ordinal) / nodesPerRow
      let isStandalone = cluster.nodes.pools[pool].isStandalone
      clusters[index].pools[pool].note(
        NodeCondition(cluster.context.nodes[node], isStandalone: isStandalone),
        usedGPUs: isStandalone && cluster.trainingJobs?.isBusy(node) == true
          ? cluster.nodes.pools[pool].machine.gpus : Int(cluster.context.nodes[node].usedGPUs),
        row: row, column: column)
    }
    for fault in cluster.context.hardware.open {
      guard let slot = clusters[index].slots.slot(of: fault.node) else { continue }
      let place = clusters[index].slots.slots[Int(slot)]
      clusters[index].pools[place.pool.index].noteFault(row: Int(place.ordinal) / nodesPerRow)
    }
    for pool in clusters[index].pools.indices {
      clusters[index].pools[pool].closeLook(column: column)
    }
  }
}
