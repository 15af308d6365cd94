// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Foundation
import Reporting
import Scenario

/// `orrery sweep`: many points, each kept as soon as it is there.
struct SweepVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Runs every point of a sweep into a folder, and goes on where it was stopped.",
    discussion: """
      The points are those of the scenario's sweep, with the axes of --vary instead of or besides its \
      own. Each finished point is kept at once, so that a sweep that was stopped goes on with the \
      points that are missing. At the end there are one long table, factors first, and a plot of every \
      figure. Machines can share the points with --shard; orrery merge makes their folders one.

        orrery sweep mine.yaml --tier quick
        orrery sweep a.yaml --vary 'cluster.nodePools.gpu.count=1k..8k:500'
        orrery sweep a.yaml --vary run.seed=1,2 --vary run.duration=1h,2h --zip
        orrery sweep a.yaml --shard 2/5 --out second-of-five
      """)

  @OptionGroup var scenario: ScenarioOptions

  @OptionGroup var output: OutputOptions

  @Option(
    name: .customLong("vary"),
    help: ArgumentHelp(
      "An axis: path=a,b,c, path=1k..8k:500 or path=1..64:*2; may be repeated.",
      valueName: "path=values"))
  var varied: [String] = []

  @Flag(help: "The axes of --vary go on together instead of in all combinations.")
  var zip = false

  @Option(help: ArgumentHelp("Only points like 'count >= 5000 and variant == base'."))
  var only: String?

  @Option(
    help: ArgumentHelp(
      "Only the second of five parts: every fifth point from the second on.", valueName: "2/5"))
  var shard: String?

  @Option(help: ArgumentHelp("Folder of the sweep.", valueName: "dir"))
  var out: String?

  @Flag(help: "Replace what is in the folder.")
  var restart = false

  @Flag(help: "Also write report.html into the folder: one file for people, without network.")
  var html = false

  @Flag(help: "Show what would run, with a forecast from a short try of some points, and stop.")
  var plan = false

  func execute() throws -> ExitStatus {
    let document = try scenario.load()
    let plan = try SweepPlan(document, points: try chosenPoints(document))
    if self.plan { return try forecast(plan) }
    let shard = try chosenShard(of: plan)
    let name = ScenarioPaths.name(of: document.file)
    let part = shard.map { "-\($0.number)-of-\($0.count)" } ?? ""
    let folder = SweepFolder(out ?? "Results/runs/\(name)-sweep\(part)", of: plan, shard: shard)
    StopSignal.listen()
    let missing = try folder.begin(restarting: restart)
    let count = (shard?.indices(of: plan.points.count) ?? Array(plan.points.indices)).count
    scenario.say("\(count - missing.count) of \(count) points are there")
    let runner = SweepRunner(
      threads: scenario.execution.threads, cancellation: StopSignal.cancellation)
    do {
      try runner.run(plan, missing) { index, result in
        try folder.write(result, at: index)
        scenario.say("\(plan.name(of: index)): done")
      }
    } catch ExperimentError.stopped(let finished, let runs, _) {
      Console.complain(
        "orrery: stopped after \(finished) of \(runs) points; they are kept in \(folder.path), "
          + "and the same command goes on with the others")
      return .stopped
    }
    let results = try folder.results()
    try folder.writeSummary(results, hasReport: html)
    if output.json {
      Console.write(.object(["folder": .string(folder.path), "points": .integer(results.count)]))
    } else if !scenario.execution.quiet {
      Console.write(SweepSummary(results).text(keptIn: folder.path))
    }
    return .worst(of: results.flatMap(\.exitCodes))
  }

  private func chosenShard(of plan: SweepPlan) throws -> SweepShard? {
    guard let shard else { return nil }
    guard let parsed = SweepShard(parsing: shard) else {
      throw CommandFailure.badOption(
        "--shard", reason: "'\(shard)' is not a part such as 2/5, the second of five")
    }
    guard parsed.count <= plan.points.count else {
      throw CommandFailure.badOption(
        "--shard", reason: "there are only \(plan.points.count) points for \(parsed.count) parts")
    }
    return parsed
  }

  private func chosenPoints(_ document: ScenarioDocument) throws -> [ScenarioPoint] {
    let axes = try varied.map { try VariedAxis(parsing: $0) }
    let all = try document.points(
      tier: scenario.points.tier, overrides: scenario.overrides,
      variants: scenario.points.variantNames,
      varying: axes, zipped: zip)
    guard let only else { return all }
    let kept = try PointFilter(parsing: only).indices(of: all)
    guard !kept.isEmpty else {
      throw CommandFailure.badOption("--only", reason: "no point of \(all.count) fulfils '\(only)'")
    }
    return kept.map { all[$0] }
  }

  private func forecast(_ plan: SweepPlan) throws -> ExitStatus {
    let forecast = try SweepForecast(plan, cancellation: StopSignal.cancellation)
    Console.write(ForecastSummary(plan, forecast).text(threads: scenario.execution.threads))
    return .success
  }

}
