// SPDX-License-Identifier: Apache-2.0
import Experiments
import Reporting
import Scenario
import Synchronization

/// The scenarios of a check, run side by side.
struct CheckRun {
  private let files: [String]
  private let tier: Tier
  private let overrides: [String]
  private let library: ScenarioLibrary
  private let threads: Int
  private let goldenFolder: String?
  private let folders: ResultFolders?

  /// - Parameters:
  ///   - overrides: texts of `--set`, the same for all scenarios.
  ///   - goldenFolder: where golden summaries are; nil for no comparison.
  ///   - folders: where results go; nil to keep none.
  init(
    files: [String], tier: Tier, overrides: [String], library: ScenarioLibrary, threads: Int,
    goldenFolder: String?, folders: ResultFolders?
  ) throws(CommandFailure) {
    var owners: [String: String] = [:]
    for file in files {
      // Baselines go by these names.
      if let owner = owners.updateValue(file, forKey: ScenarioPaths.name(of: file)) {
        throw .sameName(owner, file)
      }
    }
    self.files = files
    self.tier = tier
    self.overrides = overrides
    self.library = library
    self.threads = threads
    self.goldenFolder = goldenFolder
    self.folders = folders
  }

  static func goldenPath(of scenario: String, in folder: String) -> String {
    "\(folder)/\(scenario).json"
  }

  /// What became of each scenario, in their order; after the first one that was stopped nothing
  /// follows. What is found is printed in the same order as soon as it can be.
  func scenarios(isQuiet: Bool, showsProgress: Bool) -> [CheckOutcome.Scenario] {
    let gate = RunGate(threads: threads)
    let shows = showsProgress && Console.errorIsTerminal
    let printer = Mutex(Printer(isQuiet: isQuiet, showsProgress: shows, count: files.count))
    let outcomes = SideBySide.inOrder(files.count, threads: threads) { index in
      outcome(of: files[index], gate)
    } deliver: { index, outcome in
      printer.withLock { $0.print(outcome, number: index + 1) }
    }
    if shows { Console.show("\r\u{1B}[K") }
    let stopped = outcomes.firstIndex { $0.failure?.exitCode == .stopped }
    return Array(outcomes[...(stopped ?? outcomes.count - 1)])
  }

  /// Times the simulator on each scenario.
  func speeds(runs: Int) throws -> [SpeedMeasurement] {
    try ScenarioTimer(cancellation: StopSignal.cancellation).measure(
      files.map { try library.load($0) }, tier: tier, overrides: overrides, runs: runs)
  }

  private func outcome(of file: String, _ gate: RunGate) -> CheckOutcome.Scenario {
    let name = ScenarioPaths.name(of: file)
    do {
      let document = try library.load(file)
      let runner = ExperimentRunner(
        options: RunOptions(threads: threads), cancellation: StopSignal.cancellation, gate: gate)
      let result = try runner.run(document, tier: tier, overrides: overrides)
      try folders?[file].write(result)
      let record = CheckRecord(result, name: name, expectations: document.expectations)
      let golden = try goldenFolder.flatMap {
        try KeptFile.golden(at: Self.goldenPath(of: name, in: $0))
      }
      return CheckOutcome.Scenario(
        name: name, experiments: result.experiments(named: name), record: record,
        golden: golden.map { GoldenComparison($0.record, now: record) })
    } catch {
      let (message, status) = EntryPoint.describe(error)
      return CheckOutcome.Scenario(
        name: name, failure: CheckOutcome.Failure(message: message, exitCode: status))
    }
  }
}

/// Prints scenarios in their order.
private struct Printer {
  let isQuiet: Bool
  let showsProgress: Bool
  let count: Int
  private var isStopped = false

  init(isQuiet: Bool, showsProgress: Bool, count: Int) {
    self.isQuiet = isQuiet
    self.showsProgress = showsProgress
    self.count = count
  }

  mutating func print(_ scenario: CheckOutcome.Scenario, number: Int) {
    guard !isStopped else { return }
    if showsProgress { Console.show("\r\u{1B}[K") }
    if let failure = scenario.failure {
      Console.complain(failure.message)
      isStopped = failure.exitCode == .stopped
    } else if !isQuiet {
      Console.write(CheckSummary.lines(scenario))
    }
    if showsProgress, !isStopped { Console.show("\(number) of \(count) scenarios") }
  }
}
