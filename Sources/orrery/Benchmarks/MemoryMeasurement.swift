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
  /// What the heap grew by; nil where the C library does not tell.
  let measured: Double?

  /// The tables are held to the limit at every size, the heap only at a size where what does not
  /// grow with the members weighs little: the event list alone keeps a kilobyte for each of its
  /// slots in use, half a megabyte in all, however few events are pending.
  var isWithinLimit: Bool {
    stated <= kind.limit && (count < Self.heapIsJudgedFrom || (measured ?? 0) <= kind.limit)
  }

  private static let heapIsJudgedFrom = 100_000

  private struct Bytes {
    let stated: Int
    let heap: Int?
  }

  /// The slope from a smaller population to one of `count`, so that what does not depend on the
  /// number cancels.
  private init(_ kind: Kind, count: Int, from fewer: Int, _ before: Bytes, to after: Bytes) {
    self.kind = kind
    self.count = count
    let added = Double(count - fewer)
    stated = Double(after.stated - before.stated) / added
    if let start = before.heap, let end = after.heap {
      measured = Double(end - start) / added
    } else {
      measured = nil
    }
  }

  /// Measures a population of `count`.
  static func of(_ kind: Kind, count: Int) throws -> MemoryMeasurement {
    switch kind {
    case .node: try nodes(count)
    case .pod: try pods(count)
    case .watch: watches(count)
    }
  }

  /// Ready nodes whose clocks have been set going, against a tenth of them: at rest, because what a
  /// busy control plane holds in requests is not state of a node.
  private static func nodes(_ count: Int) throws -> MemoryMeasurement {
    func measure(_ nodes: Int) throws -> Bytes {
      let before = HeapUse.bytes ?? 0
      var simulation = try EraACluster.build(nodes: nodes)
      simulation.start()
      return Bytes(stated: stated(simulation), heap: HeapUse.bytes.map { $0 - before })
    }
    // The first run also fills the caches of the run time library.
    _ = try measure(1)
    let few = try measure(count / 10)
    let many = try measure(count)
    return MemoryMeasurement(.node, count: count, from: count / 10, few, to: many)
  }

  /// Running pods, 100 on a node, against a tenth of them on the same nodes. The heap also holds what
  /// their start has left behind: Event objects until they expire, revisions until they are compacted,
  /// and for each pod the pending event of its end.
  private static func pods(_ count: Int) throws -> MemoryMeasurement {
    func measure(_ pods: Int) throws -> Bytes {
      let before = HeapUse.bytes ?? 0
      var simulation = try EraACluster.build(nodes: max(1, count / 100), pods: pods)
      var deadline = SimTime.zero
      repeat {
        deadline = deadline + .minutes(1)
        _ = simulation.run(until: deadline)
      } while runningPods(simulation) < pods && deadline < .zero + .hours(1)
      guard runningPods(simulation) >= pods else {
        throw CommandFailure.broken("the benchmark's pods do not start")
      }
      return Bytes(stated: stated(simulation), heap: HeapUse.bytes.map { $0 - before })
    }
    let few = try measure(count / 10)
    let many = try measure(count)
    return MemoryMeasurement(.pod, count: count, from: count / 10, few, to: many)
  }

  /// Watches of one resource. The model counts watchers and keeps nothing for each, so this holds it
  /// to that.
  private static func watches(_ count: Int) -> MemoryMeasurement {
    var table = ObjectTable()
    let resource = table.declare("pods", store: StoreID(0))
    let before = Bytes(stated: table.memoryFootprint, heap: HeapUse.bytes)
    table.setInformers(count, for: resource)
    let after = Bytes(stated: table.memoryFootprint, heap: HeapUse.bytes)
    precondition(table.informers(resource) == count, "the watchers are there")
    return MemoryMeasurement(.watch, count: count, from: 0, before, to: after)
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
      "statedBytes": .number(stated), "heapBytes": measured.map { .number($0) } ?? .null,
      "limit": .number(kind.limit), "withinLimit": .boolean(isWithinLimit),
    ])
  }
}
