// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import DiscreteEvents
import Scenario

/// Bytes of model state for each member of a population.
struct MemoryMeasurement {
  enum Kind: String, CaseIterable {
    case node, pod, watch

    /// The most that one may cost, in bytes.
    var limit: Double {
      switch self {
      case .node, .pod: 256
      case .watch: 16
      }
    }
  }

  let kind: Kind
  let count: Int
  /// What the model's tables say about themselves.
  let stated: Double
  /// What the heap grew by.
  let measured: Double

  var isWithinLimit: Bool { max(stated, measured) <= kind.limit }

  /// Measures a population of `count`.
  static func of(_ kind: Kind, count: Int) throws -> MemoryMeasurement {
    switch kind {
    case .node: try nodes(count)
    case .pod: try pods(count)
    case .watch: watches(count)
    }
  }

  /// Ready nodes that have sent at least one heartbeat each, against a cluster of one node.
  ///
  /// Requests under way and pending events are not state of a node, but the heap holds them too, so
  /// the heap's figure is the larger.
  private static func nodes(_ count: Int) throws -> MemoryMeasurement {
    func measure(_ nodes: Int) throws -> (stated: Int, heap: Int) {
      let before = HeapUse.bytes
      var simulation = try EraACluster.build(nodes: nodes)
      _ = simulation.run(until: .zero + .seconds(11))
      return (stated(simulation), HeapUse.bytes - before)
    }
    // The first run also fills the caches of the run time library.
    _ = try measure(1)
    let one = try measure(1)
    let many = try measure(count)
    return MemoryMeasurement(
      kind: .node, count: count, stated: Double(many.stated - one.stated) / Double(count),
      measured: Double(many.heap - one.heap) / Double(count))
  }

  /// Running pods, 100 on a node, against the same cluster without them.
  private static func pods(_ count: Int) throws -> MemoryMeasurement {
    func measure(_ pods: Int) throws -> (stated: Int, heap: Int) {
      let before = HeapUse.bytes
      var simulation = try EraACluster.build(nodes: max(1, count / 100), pods: pods)
      var deadline = SimTime.zero
      repeat {
        deadline = deadline + .minutes(1)
        _ = simulation.run(until: deadline)
      } while runningPods(simulation) < pods && deadline < .zero + .hours(24)
      guard runningPods(simulation) >= pods else {
        throw CommandFailure.broken("the benchmark's pods do not start")
      }
      return (stated(simulation), HeapUse.bytes - before)
    }
    _ = try measure(0)
    let none = try measure(0)
    let many = try measure(count)
    return MemoryMeasurement(
      kind: .pod, count: count, stated: Double(many.stated - none.stated) / Double(count),
      measured: Double(many.heap - none.heap) / Double(count))
  }

  /// Watches of one resource. The model counts watchers and keeps nothing for each, so this holds it
  /// to that.
  private static func watches(_ count: Int) -> MemoryMeasurement {
    var table = ObjectTable()
    let resource = table.declare("pods", store: StoreID(0))
    let before = (stated: table.memoryFootprint, heap: HeapUse.bytes)
    table.setInformers(count, for: resource)
    let after = (stated: table.memoryFootprint, heap: HeapUse.bytes)
    precondition(table.informers(resource) == count, "the watchers are there")
    return MemoryMeasurement(
      kind: .watch, count: count, stated: Double(after.stated - before.stated) / Double(count),
      measured: Double(after.heap - before.heap) / Double(count))
  }

  private static func stated(_ simulation: borrowing ClusterSimulation) -> Int {
    let context = simulation.world.clusters[0].context
    return context.nodes.memoryFootprint + context.pods.memoryFootprint
      + context.objects.memoryFootprint
  }

  private static func runningPods(_ simulation: borrowing ClusterSimulation) -> Int {
    let table = simulation.world.clusters[0].context.pods
    return table.ids.count { table[$0].storedPhase == .running }
  }

  var json: JSONValue {
    .object([
      "kind": .string(kind.rawValue), "count": .integer(count),
      "statedBytes": .number(stated), "heapBytes": .number(measured),
      "limit": .number(kind.limit), "withinLimit": .boolean(isWithinLimit),
    ])
  }
}
