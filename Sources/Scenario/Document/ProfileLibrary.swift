// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where profiles are found.
struct ProfileLibrary: Sendable {
  /// Folders that hold profiles, in the order in which they are looked at.
  let directories: [String]
  /// Texts by name.
  let embedded: [String: String]

  /// A profile that was found.
  enum Found: Hashable {
    case file(String)
    case embedded(name: String)

    /// What diagnostics call it.
    var file: String {
      switch self {
      case .file(let path): path
      case .embedded(let name): "profile:\(name)"
      }
    }
  }

  /// The profile `name`, as named in the file `origin`.
  func find(_ name: String, besides origin: String) -> Found? {
    guard !name.utf8.contains(0) else { return nil }
    var folders = directories
    if !origin.hasPrefix("profile:") { folders.insert(ScenarioFile.folder(of: origin), at: 0) }
    for folder in folders {
      for candidate in Self.fileNames(name) {
        let path = name.hasPrefix("/") ? candidate : ScenarioFile.join(folder, candidate)
        if ScenarioFile.isFile(path) { return .file(path) }
      }
    }
    return embedded[name] == nil ? nil : .embedded(name: name)
  }

  private static func fileNames(_ name: String) -> [String] {
    name.hasSuffix(".yaml") || name.hasSuffix(".yml") ? [name] : ["\(name).yaml", "\(name).yml"]
  }

  /// The text of a profile.
  func text(of profile: Found) throws(FileProblem) -> String {
    switch profile {
    case .file(let path): return try ScenarioFile.read(path)
    case .embedded(let name): return embedded[name] ?? ""
    }
  }

  /// The names of all profiles that can be found from `origin`, sorted; for "did you mean".
  func names(besides origin: String) -> [String] {
    var names = Set(embedded.keys)
    for folder in directories + [ScenarioFile.folder(of: origin)] {
      for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      where file.hasSuffix(".yaml") {
        names.insert(String(file.dropLast(".yaml".count)))
      }
    }
    return names.sorted()
  }

  /// What to tell about where was looked.
  func places(besides origin: String) -> [String] {
    [ScenarioFile.folder(of: origin)] + directories
  }
}
