// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import Scenario

/// What the end of a flow costs with so many under way, part-wise and with everything solved anew.
struct FabricComparison {
  /// Flows under way, and the floors that belong to it.
  struct Load {
    let flows: Int
    /// Part-wise over full, at most.
    let floor: Double?
    /// Nanoseconds of a full solve at most: three times what a spike of 70 lines took on a 2-core
    /// machine (AMD EPYC, Zen 4).
    let fullFloor: Double

    static let all = [
      Load(flows: 1_000, floor: 0.10, fullFloor: 3 * 0.32e6),
      Load(flows: 5_000, floor: nil, fullFloor: 3 * 1.6e6),
      Load(flows: 20_000, floor: 1, fullFloor: 3 * 4.9e6),
    ]
  }

  let load: Load
  /// Medians over the rounds, CPU time.
  let nanosecondsPerCompletion: Double
  let fullNanosecondsPerCompletion: Double
  /// Largest relative difference of a rate from a full solve from nothing, at the ends of rounds.
  let deviation: Double
  /// Heap allocations for each completion in the steady state; nil where it was not measured.
  var allocationsPerCompletion: Double?

  var ratio: Double { nanosecondsPerCompletion / fullNanosecondsPerCompletion }
  var agrees: Bool { deviation <= 1e-9 }

  var isWithinFloor: Bool {
    agrees && ratio <= load.floor ?? .infinity && fullNanosecondsPerCompletion <= load.fullFloor
      && (allocationsPerCompletion ?? 0) <= Self.allocationLimit
  }

  /// Random flows meet on one link in ever larger numbers, ever more rarely, so an array still grows
  /// once in a while; what is allocated for each completion shows as 1 or more.
  private static let allocationLimit = 0.001

  /// Runs both in turn, so that both see the same neighbours on a shared machine.
  ///
  /// - Parameter completions: of each in one round.
  init(_ load: Load, completions: Int, rounds: Int) {
    self.load = load
    var parts = FabricLoad(flows: load.flows, method: .partwise)
    var full = FabricLoad(flows: load.flows, method: .full)
    // A generation of flows, so that sizes and paths are those of the steady state.
    parts.run(completions: min(load.flows, 5 * completions))
    full.run(completions: min(load.flows, completions))
    var times: (parts: [Double], full: [Double]) = ([], [])
    var deviation = 0.0
    for _ in 0..<rounds {
      times.parts.append(Self.measure(&parts, completions))
      times.full.append(Self.measure(&full, completions))
      deviation = max(deviation, parts.largestDeviation(), full.largestDeviation())
    }
    nanosecondsPerCompletion = KernelComparison.median(times.parts)
    fullNanosecondsPerCompletion = KernelComparison.median(times.full)
    self.deviation = deviation
  }

  private static func measure(_ load: inout FabricLoad, _ completions: Int) -> Double {
    let before = load.completions
    let nanoseconds = ProcessClock.measure { load.run(completions: completions) }.nanoseconds
    return nanoseconds / Double(max(1, load.completions - before))
  }

  var json: JSONValue {
    .object([
      "flows": .integer(load.flows),
      "nsPerCompletion": .number(nanosecondsPerCompletion),
      "fullNsPerCompletion": .number(fullNanosecondsPerCompletion),
      "ratio": .number(ratio), "floor": load.floor.map { .number($0) } ?? .null,
      "fullFloorNs": .number(load.fullFloor),
      "largestDeviation": .number(deviation),
      "allocationsPerCompletion": allocationsPerCompletion.map { .number($0) } ?? .null,
      "withinFloor": .boolean(isWithinFloor),
    ])
  }
}
