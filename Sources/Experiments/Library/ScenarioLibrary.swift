// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import Foundation
package import Scenario

/// Reads scenarios of the cluster model: puts together the language, the model's configuration, the
/// profiles and the names of the metrics.
package struct ScenarioLibrary: Sendable {
  /// Folders with profiles besides the usual ones (`--profiles DIR`).
  package let profileDirectories: [String]

  package init(profileDirectories: [String] = []) {
    self.profileDirectories = profileDirectories
  }

  /// The root of the model's part of the language: for `schema` and `list knobs`.
  package static var root: any Configurable.Type { WorldConfiguration.self }

  /// Reads and checks a scenario file.
  ///
  /// Profiles are looked for beside the file, in `Scenarios/profiles` of the project that holds it,
  /// then of the current folder, in the extra folders, and among the shipped ones.
  package func load(_ file: String) throws(ScenarioError) -> ScenarioDocument {
    try loader(for: file).load(file)
  }

  /// Reads and checks the text of a scenario; `file` is for messages and for what lies beside it.
  package func load(text: String, file: String) throws(ScenarioError) -> ScenarioDocument {
    try loader(for: file).load(text: text, file: file)
  }

  private func loader(for file: String) -> ScenarioLoader {
    ScenarioLoader(
      root: Self.root, searchPaths: Self.projects(around: file),
      profileDirectories: profileDirectories, embeddedProfiles: ShippedProfiles.byName,
      metrics: MetricCatalogue.all.map(MetricDescription.init))
  }

  /// The nearest folder above the file that holds `Scenarios/profiles`, and the current one.
  private static func projects(around file: String) -> [String] {
    var folder = URL(fileURLWithPath: file).standardizedFileURL.deletingLastPathComponent()
    var found: [String] = []
    while found.isEmpty, folder.path != "/" {
      if FileManager.default.fileExists(atPath: folder.path + "/Scenarios/profiles") {
        found.append(folder.path)
      }
      folder.deleteLastPathComponent()
    }
    return found + ["."]
  }

  /// The scenario files at the paths given: files as they are, folders with all `.yaml` files below
  /// them except profiles, in alphabetical order.
  package static func files(at paths: [String]) -> [String] {
    paths.flatMap { path -> [String] in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
        isFolder.boolValue, let entries = FileManager.default.enumerator(atPath: path)
      else { return [path] }
      return entries.compactMap { $0 as? String }
        .filter { name in
          (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
            && !name.split(separator: "/").dropLast().contains {
              $0 == "profiles" || $0.hasPrefix(".")
            }
        }
        .sorted()
        .map { path.hasSuffix("/") ? path + $0 : path + "/" + $0 }
    }
  }
}
