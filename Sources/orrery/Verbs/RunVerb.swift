// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Foundation
import Reporting
import Scenario

/// `orrery run`.
struct RunVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs scenarios and judges their expectations.",
    discussion: """
      Each scenario gets a folder with result.json and its series, complete or not at all: \
      Results/runs/NAME, or --out. All variants and all points of a sweep are run with the same \
      luck and printed side by side. Ctrl-C stops cleanly (exit 6).
      """)

  @OptionGroup var scenarios: ScenarioFilesOptions

  @OptionGroup var points: PointOptions

  @Option(
    help: ArgumentHelp(
      "The folder of the result; with several scenarios, the folder of their folders.",
      valueName: "dir"))
  var out: String?

  @Flag(help: "Also write report.html into the folder: one file for people, without network.")
  var html = false

  @Option(
    help: ArgumentHelp(
      "Keep the state every so much simulated time, beside the result in DIR.checkpoint.",
      valueName: "duration"))
  var checkpoint: DurationArgument?

  @Option(help: ArgumentHelp("Go on from the checkpoints in this folder.", valueName: "dir"))
  var resume: String?

  @Option(
    help: ArgumentHelp(
      "Add replications until every figure of the expectations is known to within this share, such "
        + "as 0.02.", valueName: "share"))
  var precision: Double?

  @Option(help: "Replications at most with --precision.")
  var mostReplications = 64

  @Flag(help: "Replications share one warm-up and get their own luck at its end.")
  var forkReplications = false

  func validate() throws {
    if let precision {
      guard precision > 0, precision < 1 else {
        throw ValidationError("--precision must be between 0 and 1.")
      }
      guard checkpoint == nil, resume == nil else {
        throw ValidationError("--precision goes without checkpoints.")
      }
    }
  }

  func execute() throws -> ExitStatus {
    let files = try scenarios.files
    if resume != nil, files.count > 1 {
      throw CommandFailure.badOption("--resume", reason: "it takes one scenario at a time")
    }
    let folders = try ResultFolders(files: files, out: out)
    StopSignal.listen()
    var statuses: [ExitStatus] = []
    var documents: [JSONValue] = []
    for file in files {
      do {
        let result = try run(file, into: folders[file])
        statuses.append(result.exitCode)
        if scenarios.output.json {
          documents.append(ResultDocument(result).json)
        } else if !scenarios.execution.quiet {
          Console.write(RunSummary(result).text(keptIn: folders[file].path))
        }
      } catch {
        // One broken scenario does not keep the others from running.
        statuses.append(EntryPoint.report(error))
        if statuses.last == .stopped { break }
      }
    }
    if scenarios.output.json {
      Console.write(files.count == 1 ? documents.first ?? .null : .array(documents))
    }
    return .worst(of: statuses)
  }

  private func run(_ file: String, into folder: RunFolder) throws -> ExperimentResult {
    let document = try scenarios.library.load(file)
    try folder.check()
    let kept = checkpoint.map {
      RunOptions.Checkpoints(
        every: $0.duration, directory: resume ?? folder.path + ".checkpoint")
    }
    let options = RunOptions(
      threads: scenarios.execution.threads,
      replicationStart: forkReplications ? .warmUp : .scratch, checkpoints: kept,
      resumeDirectory: resume,
      precision: precision.map { .init(relative: $0, most: mostReplications) })
    let result = try scenarios.execution.run(
      document, tier: points.tier, overrides: points.overrides(seed: scenarios.seed),
      variants: points.variantNames, options: options)
    try folder.write(result, hasReport: html)
    // What is finished needs no checkpoint; a folder that the user named is the user's.
    if let kept, resume == nil { try? FileManager.default.removeItem(atPath: kept.directory) }
    return result
  }
}
