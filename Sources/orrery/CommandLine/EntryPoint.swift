// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Foundation
import Reporting
import Scenario

/// Parses arguments, executes the verb, and turns whatever is thrown into words and a status.
enum EntryPoint {
  static func run(_ arguments: [String]) -> ExitStatus {
    // A reader that goes away (`orrery list knobs | head`) is no reason to die half-way.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try Orrery.parseAsRoot(arguments)
      guard var verb = command as? any Verb else {
        try command.run()
        return .success
      }
      return try verb.execute()
    } catch {
      return report(error)
    }
  }

  /// Says what went wrong; the status that follows.
  static func report(_ error: any Error) -> ExitStatus {
    guard let (message, status) = description(of: error) else { return reportParserError(error) }
    Console.complain(message)
    return status
  }

  /// What went wrong in words, and the status that follows; for what does not come from the parser.
  static func describe(_ error: any Error) -> (message: String, status: ExitStatus) {
    description(of: error) ?? ("orrery: internal error: \(error)", .internalError)
  }

  /// The only place where failures become text. Nil for what the parser has to explain.
  private static func description(
    of error: any Error
  ) -> (message: String, status: ExitStatus)? {
    switch error {
    case let error as ScenarioError: (error.description, .badInput)
    case let error as ExperimentError: (text(of: error), error.exitCode)
    case let error as RunFolderError: ("error: \(error)", .badInput)
    case let error as SavedResultError: ("error: \(error)", .badInput)
    case let error as KeptFileError: ("error: \(error)", .badInput)
    case let error as SweepFolderError: ("error: \(error)", .badInput)
    case let error as SweepMergeError: ("error: \(error)", .badInput)
    case let problem as VaryProblem: (problem.description, .badInput)
    case let problem as PointFilter.Problem: (problem.description, .badInput)
    case let problem as SearchRange.Problem: (problem.description, .badInput)
    case let problem as Explainer.Problem: (problem.description, .badInput)
    case let problem as LifeTeller.Problem:
      (problem.description, problem.isInternal ? .internalError : .badInput)
    case let problem as Percentile.Problem: (problem.description, .badInput)
    case let failure as CommandFailure: (failure.description, failure.status)
    default: nil
    }
  }

  private static func text(of error: ExperimentError) -> String {
    switch error {
    case .scenario(let error): error.description
    case .trace, .checkpoint: "error: \(error)"
    case .stopped: "orrery: \(error); no result was written"
    }
  }

  private static func reportParserError(_ error: any Error) -> ExitStatus {
    switch Orrery.exitCode(for: error) {
    case .success:
      // Help and version arrive as errors too.
      Console.write(Orrery.fullMessage(for: error))
      return .success
    case .validationFailure:
      Console.complain(Orrery.fullMessage(for: error))
      return .badInput
    default:
      Console.complain("orrery: internal error: \(error)")
      return .internalError
    }
  }
}
