// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ClusterModel
import Experiments
import Reporting
import Scenario

/// Whose life is to be told.
struct LifeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Tell the life of the slowest request: 'slowest', or 'slowest:CLASS'.", valueName: "which"))
  var request: String?

  @Option(
    help: ArgumentHelp(
      "Tell the life of a pod: its name, 'slowest', or 'slowest:WORKLOAD'.", valueName: "name"))
  var pod: String?

  @Option(help: ArgumentHelp("Tell the life of a job.", valueName: "name"))
  var job: String?

  func validate() throws {
    guard [request, pod, job].compactMap({ $0 }).count <= 1 else {
      throw ValidationError("Only one of --request, --pod and --job at a time.")
    }
    if let request, Self.slowest(request) == nil {
      throw ValidationError("--request must be 'slowest' or 'slowest:CLASS'.")
    }
  }

  /// What is asked, and by which option.
  var question: (question: LifeFinder.Question, option: String)? {
    if let request {
      return (.slowestRequest(accountClass: Self.slowest(request) ?? nil), "--request")
    }
    if let pod {
      return (Self.slowest(pod).map { .slowestPod(workload: $0) } ?? .pod(pod), "--pod")
    }
    return job.map { (.job($0), "--job") }
  }

  /// The name behind `slowest:`, nil in it for `slowest` alone; nil for other texts.
  private static func slowest(_ text: String) -> String?? {
    if text == "slowest" { return .some(nil) }
    let parts = text.split(separator: ":", maxSplits: 1)
    return parts.count == 2 && parts[0] == "slowest" ? .some(String(parts[1])) : nil
  }
}

extension ExplainVerb {
  /// Tells one life.
  func tell(
    _ asked: (question: LifeFinder.Question, option: String), of document: ScenarioDocument
  ) throws -> ExitStatus {
    let life = try LifeTeller(runner: scenario.runner).tell(
      document, asked.question, option: asked.option, tier: scenario.points.tier,
      overrides: scenario.overrides, variant: scenario.variant, progress: scenario.say)
    if output.json {
      Console.write(LifeSummary(life).json)
    } else {
      Console.write(LifeSummary(life).text())
    }
    return .success
  }
}
