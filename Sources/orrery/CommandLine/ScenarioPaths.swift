// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Finds scenario files from what was named on the command line.
enum ScenarioPaths {
  /// Profiles are fragments: they are read with the scenarios that extend them.
  private static let profileFolder = "profiles"

  /// Files as named, and for each folder the `.yaml` and `.yml` files in it and below, sorted by
  /// path, folders called `profiles` left out.
  static func files(in paths: [String]) throws(CommandFailure) -> [String] {
    var files: [String] = []
    for path in paths {
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
        throw .noSuchPath(path)
      }
      guard isDirectory.boolValue else {
        files.append(path)
        continue
      }
      let found = scenarios(below: path)
      guard !found.isEmpty else { throw .noScenarios(in: path) }
      files += found
    }
    var seen: Set<String> = []
    return files.filter { seen.insert($0).inserted }
  }

  private static func scenarios(below folder: String) -> [String] {
    let base = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return names.filter { name in
      (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
        && !name.split(separator: "/").contains { $0 == profileFolder || $0.hasPrefix(".") }
    }
    .sorted()
    .map { "\(base)/\($0)" }
  }

  /// The name of a scenario in reports and result folders: its path without the extension, from
  /// below a folder called `Scenarios` if there is one, else the file's name alone.
  static func name(of file: String) -> String {
    var parts = file.split(separator: "/").map(String.init)
    if let last = parts.popLast() {
      let stem = last.lastIndex(of: ".").map { String(last[..<$0]) } ?? last
      parts.append(stem.isEmpty ? last : stem)
    }
    guard let root = parts.lastIndex(of: "Scenarios"), root < parts.count - 1 else {
      return parts.last ?? file
    }
    return parts[(root + 1)...].joined(separator: "/")
  }
}
