// SPDX-License-Identifier: Apache-2.0

/// One thing to run: a variant at one point of the sweep.
package struct ScenarioPoint: Sendable {
  /// A value of a sweep axis at this point.
  package struct Coordinate: Sendable, Hashable {
    package let path: KnobPath
    /// As written.
    package let value: String
  }

  /// The variant's name; `base` for the scenario as written.
  package let variant: String
  /// In the order of the sweep's axes; empty without a sweep.
  package let coordinates: [Coordinate]
  package let run: RunSettings
  let tree: ScenarioNode
  let root: ScenarioRoot

  /// What reading the model at this point finds, for those who do not know its type.
  package func findings() -> [Diagnostic] {
    let session = ReadingSession(root: tree)
    root.check(tree, session: session)
    return session.diagnostics.inFileOrder(startingWith: tree.location.file)
  }

  /// Reads the configuration of this point.
  ///
  /// - Throws: what is wrong with it; a document that was loaded can still fail here through a
  ///   `--set`, or through a combination of values that only the model's own rules refuse.
  package func configuration<Root: Configurable>(
    as type: Root.Type
  ) throws(ScenarioError) -> (Root, ResolvedConfiguration) {
    let session = ReadingSession(root: tree)
    let configuration = root.configuration(as: type, of: tree, session: session)
    let findings = session.diagnostics.inFileOrder(startingWith: tree.location.file)
    guard !findings.contains(where: { $0.severity == .error }) else {
      throw ScenarioError(findings)
    }
    return (
      configuration, ResolvedConfiguration(entries: session.entries, warnings: findings)
    )
  }
}

extension [Diagnostic] {
  /// By file (the scenario itself first), line and column; of one place in the order found.
  func inFileOrder(startingWith file: String) -> [Diagnostic] {
    enumerated().sorted { one, other in
      let (a, b) = (one.element.location, other.element.location)
      if a.file != b.file, a.file == file || b.file == file { return a.file == file }
      return a == b ? one.offset < other.offset : a < b
    }
    .map(\.element)
  }
}
