// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Reporting
import Scenario

/// `orrery bench kernel`.
struct BenchKernelVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "kernel",
    abstract: "Time per event of the event list, against a plain binary heap in the same run.",
    discussion: """
      Both sides execute the same events in turn; medians of the rounds; the hashes over what they \
      executed must agree. 'cross-module' compares the public API from outside its module with the \
      same loop inside. Allocations are counted by running a part of it under valgrind, where that \
      is installed.
      """)

  @Option(help: "Rounds; each runs both sides once.")
  var rounds = 7

  @Option(help: "Events of each side in a round.")
  var events = 1_000_000

  @Option(help: ArgumentHelp("Only this load: hold, phold, station, heartbeat, cross-module."))
  var load: String?

  @Option(help: "Only the load of this size.")
  var size: Int?

  @Flag(inversion: .prefixedNo, help: "Count allocations under valgrind.")
  var allocations = true

  @Flag(help: "Fail (exit 3) when a ratio is above its floor or anything is allocated.")
  var check = false

  @Flag(help: .hidden)
  var once = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard rounds > 0, events > 0 else {
      throw ValidationError("--rounds and --events must be at least 1.")
    }
    guard !chosen.isEmpty else { throw ValidationError("There is no such load.") }
  }

  private var chosen: [KernelLoad] {
    KernelLoad.all.filter { $0.name == load ?? $0.name && $0.size == size ?? $0.size }
  }

  func execute() throws -> ExitStatus {
    if once {
      for load in chosen { _ = load.makeOurs()(events) }
      return .success
    }
    var results: [KernelComparison] = []
    for load in chosen {
      var result = KernelComparison(load, events: events, rounds: rounds)
      if allocations { result.allocationsPerEvent = try Self.allocationsPerEvent(of: load) }
      results.append(result)
    }
    if output.json {
      Console.write(.object(["loads": .array(results.map(\.json))]))
    } else {
      Console.write(table(results).text)
    }
    let isWithin = results.allSatisfy(\.isWithinFloor)
    return check && !isWithin ? .missed : .success
  }

  private static func allocationsPerEvent(of load: KernelLoad) throws -> Double? {
    try HeapAllocations.perEvent(
      [
        "bench", "kernel", "--once", "--load", load.name, "--size", String(load.size),
      ], events: 100_000)
  }

  private func table(_ results: [KernelComparison]) -> TextTable {
    var table = TextTable([
      ("load", .left), ("size", .right), ("ns/event", .right), ("reference", .right),
      ("ratio", .right), ("floor", .right), ("allocations/event", .right), ("", .left),
    ])
    for result in results {
      table.add(
        result.load.name, Wording.grouped(result.load.size),
        Wording.fixed(result.nanosecondsPerEvent, 1),
        Wording.fixed(result.referenceNanosecondsPerEvent, 1), Wording.fixed(result.ratio, 2),
        result.load.floor.map { Wording.fixed($0, 2) } ?? "none",
        result.allocationsPerEvent.map(Wording.number) ?? "not counted",
        !result.agrees ? "DIFFERENT EVENTS" : result.isWithinFloor ? "" : "above its floor")
    }
    return table
  }
}
