// SPDX-License-Identifier: Apache-2.0
import Reporting

/// Where the result of each scenario goes.
struct ResultFolders {
  private var folders: [String: RunFolder] = [:]

  /// - Parameters:
  ///   - files: the scenarios of one command.
  ///   - out: `--out`; `Results/runs` below the current folder when left out.
  init(files: [String], out: String?) throws(CommandFailure) {
    var owners: [String: String] = [:]
    for file in files {
      let name = ScenarioPaths.name(of: file)
      let path =
        files.count == 1 ? out ?? "Results/runs/\(name)" : "\(out ?? "Results/runs")/\(name)"
      if let owner = owners.updateValue(file, forKey: path) {
        throw .sameResultFolder(owner, file)
      }
      folders[file] = RunFolder(path)
    }
  }

  subscript(file: String) -> RunFolder {
    guard let folder = folders[file] else { preconditionFailure("a scenario without a folder") }
    return folder
  }
}
