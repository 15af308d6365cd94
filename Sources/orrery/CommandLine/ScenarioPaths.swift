// SPDX-License-Identifier: Apache-2.0
import Experiments

/// Scenario files from what was named on the command line.
enum ScenarioPaths {
  /// Files as named, and for each folder the scenarios in it and below; each file once.
  static func files(in paths: [String]) throws(CommandFailure) -> [String] {
    var files: [String] = []
    for path in paths {
      let found = ScenarioLibrary.files(at: [path])
      guard !found.isEmpty else { throw .noScenarios(in: path) }
      files += found
    }
    var seen: Set<String> = []
    return files.filter { seen.insert($0).inserted }
  }

  /// The name of a scenario in reports and result folders: its path without the extension, from
  /// below a folder called `Scenarios` if there is one, else the file's name alone.
  static func name(of file: String) -> String {
    var parts = file.split(separator: "/").map(String.init)
    guard let last = parts.popLast() else { return file }
    let stem = last.lastIndex(of: ".").map { String(last[..<$0]) } ?? last
    parts.append(stem.isEmpty ? last : stem)
    guard let root = parts.lastIndex(of: "Scenarios"), root < parts.count - 1 else {
      return parts[parts.count - 1]
    }
    return parts[(root + 1)...].joined(separator: "/")
  }
}
