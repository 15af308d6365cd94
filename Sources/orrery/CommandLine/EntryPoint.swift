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

  /// The only place where failures become text.
  static func report(_ error: any Error) -> ExitStatus {
    switch error {
    case let error as ScenarioError:
      Console.complain(error.description)
      return .badInput
    case let error as ExperimentError:
      return report(error)
    case let error as RunFolderError:
      Console.complain("error: \(error)")
      return .badInput
    case let error as SavedResultError:
      Console.complain("error: \(error)")
      return .badInput
    case let error as SweepFolderError:
      Console.complain("error: \(error)")
      return .badInput
    case let problem as VaryProblem:
      Console.complain(problem.description)
      return .badInput
    case let problem as PointFilter.Problem:
      Console.complain(problem.description)
      return .badInput
    case let problem as SearchRange.Problem:
      Console.complain(problem.description)
      return .badInput
    case let failure as CommandFailure:
      Console.complain(failure.description)
      return failure.status
    default:
      return reportParserError(error)
    }
  }

  private static func report(_ error: ExperimentError) -> ExitStatus {
    switch error {
    case .scenario(let error): Console.complain(error.description)
    case .trace, .checkpoint: Console.complain("error: \(error)")
    case .stopped: Console.complain("orrery: \(error); no result was written")
    }
    return error.exitCode
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
