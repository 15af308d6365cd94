// SPDX-License-Identifier: Apache-2.0
package import ClusterModel
import DiscreteEvents
package import Scenario

/// Tells one life step by step: a first run finds the item, a second one with the same seed is watched.
///
/// Only the first replication is looked at. That both runs did the same is checked by their fingerprints.
package struct LifeTeller: Sendable {
  /// Why nothing can be told.
  package enum Problem: Error, Sendable, Hashable, CustomStringConvertible {
    case severalPoints
    /// No item goes by this name; nearest and how many there are.
    case noSuch(option: String, name: String, nearest: String?, known: [String])
    /// The run has no items of the kind at all.
    case none(option: String)
    /// The second run was another one.
    case notRepeated
    /// The item was not met again.
    case lost

    /// Whether no user can have caused it.
    package var isInternal: Bool { self == .notRepeated || self == .lost }

    package var description: String {
      switch self {
      case .severalPoints: "--set: error: the scenario has a sweep; set its axes to one value each"
      case .noSuch(let option, let name, let nearest, let known):
        "\(option): error: the run has no '\(name)'"
          + (nearest.map { "; did you mean '\($0)'?" } ?? "")
          + (known.isEmpty ? "" : "; it has " + Self.list(known))
      case .none(let option): "\(option): error: the run has none"
      case .notRepeated: "orrery: internal error: the same seed did not repeat the run"
      case .lost: "orrery: internal error: the item was not met again in the second run"
      }
    }

    /// The first and the last of many names.
    private static func list(_ names: [String]) -> String {
      names.count <= 6
        ? names.joined(separator: ", ")
        : "\(names.count): " + names.prefix(3).joined(separator: ", ")
          + " … \(names[names.count - 1])"
    }
  }

  private let runner: ExperimentRunner

  package init(runner: ExperimentRunner) { self.runner = runner }

  /// - Parameters:
  ///   - option: how the question was asked, for messages.
  ///   - name: the name in it, if any.
  ///   - progress: called before each of the two runs.
  package func tell(
    _ document: ScenarioDocument, _ question: LifeFinder.Question, option: String,
    tier: Tier, overrides: [String], variant: String, progress: (String) -> Void
  ) throws -> ToldLife {
    let points = try document.points(
      tier: tier, overrides: overrides + ["run.replications=1"], variants: [variant])
    guard points.count == 1 else { throw Problem.severalPoints }
    let plan = try RunPlan(document, points: points, options: runner.options)
    let names = LifeNames(plan.points[0].configuration)
    let meter = RunMeter(
      runs: 2, total: plan.simulatedTime(.scratch) * 2, cancellation: runner.cancellation,
      report: runner.progress)
    let replication = runner.replication(plan.tasks[0], of: plan, meter, keepingIn: nil)
    func stopped() -> ExperimentError {
      .stopped(finishedRuns: meter.finishedRuns, runs: 2, checkpoints: nil)
    }

    progress("looking for it")
    var nobody: LifeRecorder?
    var answer = LifeFinder.Answer.unknown(names: [])
    let finder = LifeFinder(question, names: names)
    guard
      let first = try replication.execute(
        from: .scratch, recording: &nobody, atEnd: { answer = finder.answer($0) })
    else { throw stopped() }
    meter.finishRun()
    let item: LifeItem
    switch answer {
    case .found(let found): item = found
    case .unknown(let known): throw Self.problem(question, option: option, known: known)
    }

    progress("following it in the same run again")
    var recorder: LifeRecorder? = LifeRecorder(item, names: names)
    guard let second = try replication.execute(from: .scratch, recording: &recorder)
    else { throw stopped() }
    meter.finishRun()
    guard second.fingerprint == first.fingerprint else { throw Problem.notRepeated }
    guard let life = recorder?.life(until: second.end) else { throw Problem.lost }
    return ToldLife(life, seed: second.seed, fingerprint: second.fingerprint)
  }

  private static func problem(
    _ question: LifeFinder.Question, option: String, known: [String]
  ) -> Problem {
    guard let name = question.name, !known.isEmpty else { return .none(option: option) }
    let nearest = NearestName.of(name, among: known)
    return .noSuch(
      option: option, name: name, nearest: nearest, known: nearest == nil ? known : [])
  }
}

extension LifeFinder.Question {
  /// The name in it.
  fileprivate var name: String? {
    switch self {
    case .slowestRequest(let name), .slowestPod(let name): name
    case .pod(let name), .job(let name): name
    }
  }
}
