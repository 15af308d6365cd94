// SPDX-License-Identifier: Apache-2.0

/// Reads scenario files and the profiles below them.
///
/// A profile named in `extends` is looked for beside the file that names it, then in
/// `Scenarios/profiles` below each search path, then in the profile directories, then among the
/// embedded profiles; with or without `.yaml`. Later profiles win over earlier ones, and the file
/// wins over all of them. A profile hands on everything but its title, description, source and
/// expectations.
package struct ScenarioLoader: Sendable {
  let root: ScenarioRoot
  let profiles: ProfileLibrary
  /// The metrics that expectations may name; empty: names are not checked.
  let metrics: MetricCatalogue

  /// - Parameters:
  ///   - root: the model's configuration.
  ///   - searchPaths: folders that hold `Scenarios/profiles`.
  ///   - profileDirectories: folders that hold profiles themselves (`--profiles DIR`).
  ///   - embeddedProfiles: texts of the profiles in the binary, by name without `.yaml`.
  ///   - metrics: what the model measures; empty when expectations are not to be checked against
  ///     it.
  package init(
    root: any Configurable.Type, searchPaths: [String] = [], profileDirectories: [String] = [],
    embeddedProfiles: [String: String] = [:], metrics: [MetricDescription] = []
  ) {
    self.root = ScenarioRoot(model: root)
    profiles = ProfileLibrary(
      directories: searchPaths.map { ScenarioFile.join($0, "Scenarios/profiles") }
        + profileDirectories,
      embedded: embeddedProfiles)
    self.metrics = MetricCatalogue(metrics)
  }

  /// Reads and checks a file, everything it extends, and every variant and sweep value in it.
  ///
  /// - Throws: all findings together, when one of them is an error.
  package func load(_ path: String) throws(ScenarioError) -> ScenarioDocument {
    let text: String
    do {
      text = try ScenarioFile.read(path)
    } catch {
      throw ScenarioError([Diagnostic(error.problem, at: SourceLocation(file: path))])
    }
    return try load(text: text, file: path)
  }

  /// Reads and checks the text of a file.
  ///
  /// - Parameter file: its path, for diagnostics and for the profiles beside it.
  package func load(text: String, file: String) throws(ScenarioError) -> ScenarioDocument {
    var reader = YAMLReader(file: file, isProfile: false)
    let own = try reader.read(text)
    var resolver = ExtendsResolver(library: profiles, root: root)
    let tree = try resolver.resolve(own, file: file)
    return try ScenarioDocument(tree: tree, file: file, root: root, metrics: metrics)
  }
}
