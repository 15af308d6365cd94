// SPDX-License-Identifier: Apache-2.0
import Scenario

/// What a load costs on both sides.
struct KernelComparison {
  let load: KernelLoad
  /// Medians over the rounds, CPU time.
  let nanosecondsPerEvent: Double
  let referenceNanosecondsPerEvent: Double
  /// Whether both sides executed the same events in the same order.
  let agrees: Bool
  /// Heap allocations for each event in the steady state; nil where it was not measured.
  var allocationsPerEvent: Double?

  var ratio: Double { nanosecondsPerEvent / referenceNanosecondsPerEvent }

  /// Whether the load keeps its floor, allocates nothing, and is right.
  var isWithinFloor: Bool {
    agrees && ratio <= load.floor ?? .infinity && (allocationsPerEvent ?? 0) == 0
  }

  /// Runs both sides in turn, so that both see the same neighbours on a shared machine.
  ///
  /// - Parameters:
  ///   - events: of one side in one round.
  ///   - rounds: at least 5 for figures to be quoted.
  init(_ load: KernelLoad, events: Int, rounds: Int) {
    self.load = load
    let ours = load.makeOurs()
    let reference = load.makeReference()
    var times: (ours: [Double], reference: [Double]) = ([], [])
    var agrees = true
    for _ in 0..<rounds {
      let one = ProcessClock.measure { ours(events) }
      let other = ProcessClock.measure { reference(events) }
      times.ours.append(one.nanoseconds / Double(events))
      times.reference.append(other.nanoseconds / Double(events))
      agrees = agrees && one.result == other.result
    }
    nanosecondsPerEvent = Self.median(times.ours)
    referenceNanosecondsPerEvent = Self.median(times.reference)
    self.agrees = agrees
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  var json: JSONValue {
    .object([
      "load": .string(load.name), "size": .integer(load.size),
      "nsPerEvent": .number(nanosecondsPerEvent),
      "referenceNsPerEvent": .number(referenceNanosecondsPerEvent),
      "ratio": .number(ratio), "floor": load.floor.map { .number($0) },
      "allocationsPerEvent": allocationsPerEvent.map { .number($0) } ?? .null,
      "hashesAgree": .boolean(agrees), "withinFloor": .boolean(isWithinFloor),
    ])
  }
}
