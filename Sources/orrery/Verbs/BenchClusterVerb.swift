// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ClusterModel
import DiscreteEvents
import Experiments
import Scenario

extension EraACluster.Load: ExpressibleByArgument {}

/// `orrery bench cluster`.
struct BenchClusterVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "cluster",
    abstract: "Events per second of a fixed cluster of 2018: nodes, API servers, etcd.",
    discussion: """
      'heartbeat': every node writes its status every 10 s. 'request': also clients that update, \
      get and list. Allocations are counted by running a part of it under valgrind, where that is \
      installed.
      """)

  @Option(help: "What keeps the cluster busy.")
  var load: EraACluster.Load = .request

  @Option(help: "Nodes.")
  var nodes = 500

  @Option(help: "Events to execute after the warm-up, rounded up to whole slices of 65,536.")
  var events = 3_000_000

  @Flag(inversion: .prefixedNo, help: "Count allocations under valgrind.")
  var allocations = true

  @Flag(help: "Fail (exit 3) when anything is allocated for an event.")
  var check = false

  @Flag(help: .hidden)
  var once = false

  @OptionGroup var output: OutputOptions

  /// Long enough for every table and every histogram to have its size.
  private static let warmUp = SimTime.zero + .minutes(10)

  func validate() throws {
    guard nodes > 0, events > 0 else {
      throw ValidationError("--nodes and --events must be at least 1.")
    }
  }

  func execute() throws -> ExitStatus {
    var simulation = try EraACluster.build(nodes: nodes, load: load)
    _ = simulation.run(until: Self.warmUp)
    simulation.openWindow()
    let before = (events: simulation.events, time: simulation.now)
    let (nanoseconds, _) = ProcessClock.measure { Self.run(&simulation, events: UInt64(events)) }
    let executed = simulation.events - before.events
    if once { return .success }
    let perEvent: Double? =
      allocations
      ? try HeapAllocations.perEvent(
        ["bench", "cluster", "--once", "--load", load.rawValue, "--nodes", String(nodes)],
        events: 300_000) : nil
    let figures = Figures(
      events: Int(executed), simulatedSeconds: (simulation.now - before.time).seconds,
      cpuSeconds: nanoseconds / 1e9, allocationsPerEvent: perEvent)
    if output.json { Console.write(json(figures)) } else { Console.write(text(figures)) }
    return check && perEvent ?? 0 > 0 ? .missed : .success
  }

  private struct Figures {
    let events: Int
    let simulatedSeconds: Double
    let cpuSeconds: Double
    let allocationsPerEvent: Double?

    var eventsPerSecond: Double { Double(events) / cpuSeconds }
    var nanosecondsPerEvent: Double { cpuSeconds * 1e9 / Double(events) }
  }

  private static func run(_ simulation: inout ClusterSimulation, events: UInt64) {
    let goal = simulation.events + events
    // Stopping needs to look at the simulation that runs, so it counts the looks instead.
    var looks: UInt64 = 0
    let slice: UInt64 = 65_536
    _ = simulation.run(
      until: .end,
      shouldStop: {
        looks += 1
        return looks * slice >= events
      })
    assert(simulation.events >= goal, "the slices of a run have another size")
  }

  private func json(_ figures: Figures) -> JSONValue {
    .object([
      "load": .string(load.rawValue), "nodes": .integer(nodes),
      "events": .integer(figures.events), "simulatedSeconds": .number(figures.simulatedSeconds),
      "cpuSeconds": .number(figures.cpuSeconds),
      "eventsPerSecond": .number(figures.eventsPerSecond),
      "nsPerEvent": .number(figures.nanosecondsPerEvent),
      "allocationsPerEvent": figures.allocationsPerEvent.map { .number($0) } ?? .null,
    ])
  }

  private func text(_ figures: Figures) -> String {
    """
    \(Wording.grouped(figures.events)) events, \
    \(Wording.duration(seconds: figures.simulatedSeconds)) of \(Wording.grouped(nodes)) nodes, in \
    \(Wording.duration(seconds: figures.cpuSeconds)) of CPU time
    \(Wording.number(figures.eventsPerSecond)) events/s, \
    \(Wording.fixed(figures.nanosecondsPerEvent, 0)) ns/event, allocations per event: \
    \(figures.allocationsPerEvent.map(Wording.number) ?? "not counted")
    """
  }
}
