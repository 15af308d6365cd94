// SPDX-License-Identifier: Apache-2.0
import Experiments

/// Why a command could not do its work, the findings about scenarios apart, which are
/// `ScenarioError`. All wording of the command line's own failures is here.
enum CommandFailure: Error, Equatable {
  /// Neither a file nor a folder.
  case noSuchPath(String)
  /// A folder without scenarios.
  case noScenarios(in: String)
  case fileExists(String)
  case cannotWrite(String, reason: String)
  case cannotRead(String, reason: String)
  /// An option's value that the parser cannot judge.
  case badOption(String, reason: String)
  /// Two results would get the same folder.
  case sameResultFolder(String, String)
  /// Two scenarios would go by the same name.
  case sameName(String, String)
  /// Something is broken that a user cannot have broken.
  case broken(String)

  var status: ExitStatus {
    switch self {
    case .noSuchPath, .noScenarios, .fileExists, .cannotWrite, .cannotRead, .badOption,
      .sameResultFolder, .sameName:
      .badInput
    case .broken: .internalError
    }
  }
}

extension CommandFailure: CustomStringConvertible {
  var description: String {
    switch self {
    case .noSuchPath(let path): "\(path): error: there is no such file or folder"
    case .noScenarios(let folder): "\(folder): error: no scenarios (*.yaml) are in this folder"
    case .fileExists(let path):
      "\(path): error: the file is there already, and is not overwritten"
    case .cannotWrite(let path, let reason): "\(path): error: cannot be written: \(reason)"
    case .cannotRead(let path, let reason): "\(path): error: cannot be read: \(reason)"
    case .badOption(let option, let reason): "\(option): error: \(reason)"
    case .sameResultFolder(let one, let other):
      "\(other): error: its results would overwrite those of \(one); give them different names"
    case .sameName(let one, let other):
      "\(other): error: it has the same name as \(one); give them different names"
    case .broken(let what): "orrery: internal error: \(what)"
    }
  }
}
