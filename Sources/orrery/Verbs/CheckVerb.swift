// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Reporting
import Scenario

/// `orrery check`.
struct CheckVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Runs all scenarios of a folder and gives a verdict for each experiment.",
    discussion: """
      For CI: `orrery check Scenarios --tier quick --junit junit.xml`. An experiment's verdict is \
      the worst of its expectations: missed, cannot-tell, met; fitted and not-applicable count only \
      when nothing else is there. Scenarios run side by side; their number at a time changes no \
      output. Nothing is written without an option that names where.

      BASELINE. --save-baseline keeps the figures that expectations name, for every replication; \
      --baseline holds a check against them, with the same seeds or others (--seed). All figures of \
      a check are tested together (Welch's t test, and pairs where seeds agree; Holm) so that one \
      check in a thousand calls a change where there is none. The band of a figure is the smallest \
      change that is called one; it comes from the replications, and one replication has none. Worse \
      is towards missing the expectation: higher for the smaller side of a '<', lower for the larger \
      side. A figure that '~', '==', 'in' or a fit over the sweep ties down has no better side: any \
      change beyond the band is worse. Values without any spread have to be equal, but for one \
      step of their resolution under other seeds. Worse: exit 4.

      SPEED. With a baseline, the first run of each scenario is timed again (--speed-runs), and \
      a simulator that is slower by more than its band is worse as well: exit 4. Judged only where \
      the baseline was saved on the same CPU model by the same kind of build, else printed.

      GOLDEN SUMMARIES. At tier quick with the scenario's own seed, fingerprint and figures of each \
      scenario are compared with Results/baselines/SCENARIO.json (--golden), where there is one. A \
      difference is a change of behaviour: exit 4 until it is accepted with --update-golden, which \
      is the only way to write one.
      """)

  @OptionGroup var scenarios: ScenarioFilesOptions

  @Option(help: "The size to run: full as written, quick for CI, long where time does not matter.")
  var tier: Tier = .full

  @Flag(help: "Exit with 5 when an experiment cannot tell.")
  var strict = false

  @Option(
    help: ArgumentHelp(
      "Replaces run.replications of every scenario: more of them make narrower bands.",
      valueName: "n"))
  var replications: Int?

  @Option(help: ArgumentHelp("Compare with this baseline.", valueName: "file"))
  var baseline: String?

  @Option(help: ArgumentHelp("Keep this check as a baseline.", valueName: "file"))
  var saveBaseline: String?

  @Option(
    help: ArgumentHelp(
      "How often the first run of each scenario is timed when a baseline is saved or compared "
        + "with; 0 for not at all.", valueName: "n"))
  var speedRuns = 5

  @Option(
    help: ArgumentHelp("Where the golden summaries of tier quick are.", valueName: "dir"))
  var golden = "Results/baselines"

  @Flag(help: "Write the golden summary of every scenario anew; tier quick only.")
  var updateGolden = false

  @Option(help: ArgumentHelp("Write a JUnit XML report.", valueName: "file"))
  var junit: String?

  @Option(
    help: ArgumentHelp(
      "Write a Markdown summary, such as for $GITHUB_STEP_SUMMARY.", valueName: "file"))
  var markdown: String?

  @Option(help: ArgumentHelp("Also write each result, into a folder below this.", valueName: "dir"))
  var out: String?

  func validate() throws {
    if let replications, replications < 1 {
      throw ValidationError("--replications must be at least 1.")
    }
    guard speedRuns >= 0 else { throw ValidationError("--speed-runs must not be negative.") }
    if updateGolden, tier != .quick || scenarios.seed != nil || replications != nil {
      throw ValidationError(
        "--update-golden needs --tier quick and the scenarios' own seeds and replications.")
    }
  }

  func execute() throws -> ExitStatus {
    let files = try scenarios.files
    // What is wrong with a file is said before hours are spent on runs.
    let earlier = try baseline.map(readBaseline)
    let run = try CheckRun(
      files: files, tier: tier, overrides: overrides, library: scenarios.library,
      threads: scenarios.execution.threads, goldenFolder: comparesGolden ? golden : nil,
      folders: out.map { try ResultFolders(files: files, out: $0) })
    StopSignal.listen()
    let (printsJSON, isQuiet) = (scenarios.output.json, scenarios.execution.quiet)
    let found = run.scenarios(isQuiet: printsJSON || isQuiet, showsProgress: !isQuiet)
    let speeds = try speeds(of: run, for: found)
    // What was stopped is compared with nothing and kept nowhere.
    let isStopped = found.contains { $0.failure?.exitCode == .stopped }
    let compared = isStopped ? nil : earlier
    let outcome = CheckOutcome(
      tier: tier.rawValue, isStrict: strict, scenarios: found,
      baseline: compared.map { BaselineComparison($0, now: found.compactMap(\.record)) },
      speed: compared.map { SpeedComparison($0, machine: HostMachine.name, now: speeds) },
      savedBands: saveBaseline == nil || isStopped
        ? nil : BaselineComparison(bandsOf: found.compactMap(\.record)))
    if printsJSON {
      Console.write(CheckDocument(outcome).json)
    } else if !isQuiet {
      Console.write(CheckSummary(outcome).text)
    }
    guard !isStopped else { return outcome.exitCode }
    try junit.map { try KeptFile.write(JUnitReport(outcome).text, to: $0) }
    try markdown.map { try KeptFile.write(CheckMarkdown(outcome).text, to: $0) }
    try keep(outcome, speeds)
    return outcome.exitCode
  }

  private func readBaseline(_ path: String) throws -> Baseline {
    let baseline = try KeptFile.baseline(at: path)
    guard baseline.tier == tier.rawValue else {
      throw CommandFailure.badOption(
        "--baseline", reason: "it was saved at tier \(baseline.tier), and this is \(tier)")
    }
    return baseline
  }

  private var overrides: [String] {
    [scenarios.seed.map { "run.seed=\($0)" }, replications.map { "run.replications=\($0)" }]
      .compactMap { $0 }
  }

  /// Other seeds and sizes have no golden summaries.
  private var comparesGolden: Bool {
    tier == .quick && scenarios.seed == nil && replications == nil && !updateGolden
  }

  /// Measured only where they are kept or compared, and everything could be run.
  private func speeds(
    of run: CheckRun, for scenarios: [CheckOutcome.Scenario]
  ) throws -> [(scenario: String, speed: SpeedMeasurement)] {
    guard baseline != nil || saveBaseline != nil, speedRuns > 0,
      scenarios.allSatisfy({ $0.failure == nil })
    else { return [] }
    return Array(zip(scenarios.map(\.name), try run.speeds(runs: speedRuns)))
  }

  /// Writes what was asked to be kept, if everything could be run and is not worse than before.
  private func keep(
    _ outcome: CheckOutcome, _ speeds: [(scenario: String, speed: SpeedMeasurement)]
  ) throws {
    guard saveBaseline != nil || updateGolden else { return }
    guard outcome.scenarios.allSatisfy({ $0.failure == nil }) else {
      Console.complain("orrery: not everything could be run, so nothing was saved")
      return
    }
    let records = outcome.scenarios.compactMap(\.record)
    if updateGolden {
      for record in records {
        try KeptFile.write(
          GoldenSummary(record), to: CheckRun.goldenPath(of: record.scenario, in: golden))
      }
    }
    guard let saveBaseline else { return }
    if outcome.exitCode == .worseThanBaseline {
      Console.complain(
        "orrery: a check that is worse is not saved; to accept it, save without --baseline")
      return
    }
    let kept = Baseline(
      tier: tier.rawValue, machine: HostMachine.name, scenarios: records,
      speeds: Dictionary(speeds.map { ($0.scenario, $0.speed) }) { first, _ in first })
    try KeptFile.write(kept, to: saveBaseline)
  }
}
