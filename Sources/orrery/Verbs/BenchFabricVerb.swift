// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ClusterModel
import Experiments
import Reporting
import Scenario

/// `orrery bench fabric`.
struct BenchFabricVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "fabric",
    abstract: "Time per flow completion, part-wise against a full solve in the same run.",
    discussion: """
      7,500 hosts of 100 Gbit/s in a non-blocking leaf and spine network (250 leaves, 16 spines), a \
      steady number of flows between random hosts; each that ends is followed by another. Both \
      methods run in turn; medians of the rounds. At the end of each round all rates are compared \
      with a full solve from nothing.
      """)

  @Option(help: "Rounds; each runs both methods once.")
  var rounds = 5

  @Option(help: "Completions of each method in a round.")
  var completions = 200

  @Option(help: "Only with so many flows under way: 1000, 5000 or 20000.")
  var flows: Int?

  @Flag(inversion: .prefixedNo, help: "Count allocations under valgrind.")
  var allocations = true

  @Flag(
    help:
      "Fail (exit 3) when a figure is above its floor or anything is allocated for a completion.")
  var check = false

  @Flag(help: .hidden)
  var once = false

  @Option(help: .hidden)
  var events = 1_000

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard rounds > 0, completions > 0 else {
      throw ValidationError("--rounds and --completions must be at least 1.")
    }
    guard !chosen.isEmpty else {
      throw ValidationError("--flows must be 1000, 5000 or 20000.")
    }
  }

  private var chosen: [FabricComparison.Load] {
    FabricComparison.Load.all.filter { $0.flows == flows ?? $0.flows }
  }

  func execute() throws -> ExitStatus {
    if once {
      for load in chosen {
        var run = FabricLoad(flows: load.flows, method: .partwise)
        run.run(completions: Self.warmUp(load) + events)
      }
      return .success
    }
    var results: [FabricComparison] = []
    for load in chosen {
      var result = FabricComparison(load, completions: completions, rounds: rounds)
      if allocations { result.allocationsPerCompletion = try Self.allocations(of: load) }
      results.append(result)
    }
    if output.json {
      Console.write(.object(["loads": .array(results.map(\.json))]))
    } else {
      Console.write(table(results).text)
    }
    return check && !results.allSatisfy(\.isWithinFloor) ? .missed : .success
  }

  /// Completions until every array has its largest size: some generations of flows.
  private static func warmUp(_ load: FabricComparison.Load) -> Int { 20 * load.flows }

  private static func allocations(of load: FabricComparison.Load) throws -> Double? {
    try HeapAllocations.perEvent(
      ["bench", "fabric", "--once", "--flows", String(load.flows)], events: 10_000)
  }

  private func table(_ results: [FabricComparison]) -> TextTable {
    var table = TextTable([
      ("flows", .right), ("part-wise, us", .right), ("full, us", .right), ("ratio", .right),
      ("floor", .right), ("full's floor, us", .right), ("deviation", .right),
      ("allocations/completion", .right), ("", .left),
    ])
    for result in results {
      table.add(
        Wording.grouped(result.load.flows),
        Wording.fixed(result.nanosecondsPerCompletion / 1e3, 1),
        Wording.fixed(result.fullNanosecondsPerCompletion / 1e3, 1),
        Wording.fixed(result.ratio, 4),
        result.load.floor.map { Wording.fixed($0, 2) } ?? "none",
        Wording.fixed(result.load.fullFloor / 1e3, 0),
        Wording.number(result.deviation),
        result.allocationsPerCompletion.map(Wording.number) ?? "not counted",
        !result.agrees ? "DIFFERENT RATES" : result.isWithinFloor ? "" : "above its floor")
    }
    return table
  }
}
