// SPDX-License-Identifier: Apache-2.0

/// What one reading of a configuration accumulates: findings and resolved values.
///
/// Shared by the readers of all sections of one reading; never leaves the thread that reads.
final class ReadingSession {
  /// After this many findings the rest is noise.
  static let mostDiagnostics = 200

  /// The merged scenario, in which references are looked up.
  let root: ScenarioNode
  private var references: [String: ReferenceNames] = [:]
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var entries: [ResolvedConfiguration.Entry] = []
  /// Declared members that were never read, for the audit in tests.
  var unread: [String] = []

  init(root: ScenarioNode) {
    self.root = root
  }

  func report(_ diagnostic: Diagnostic) {
    guard diagnostics.count < Self.mostDiagnostics else { return }
    if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
  }

  func report(_ problem: Diagnostic.Problem, at location: SourceLocation) {
    report(Diagnostic(problem, at: location))
  }

  func warn(_ problem: Diagnostic.Problem, at location: SourceLocation) {
    report(Diagnostic(.warning, problem, at: location))
  }

  /// What a value of a knob with this target may look at. The names are gathered once a target.
  func context(for target: ReferenceTarget?) -> ValueContext {
    guard let target else { return ValueContext(target: nil, known: nil) }
    if let known = references[target.path] { return ValueContext(target: target, known: known) }
    let known = ReferenceNames(target.names(in: root))
    references[target.path] = known
    return ValueContext(target: target, known: known)
  }

  func resolve(_ entry: ResolvedConfiguration.Entry) {
    entries.append(entry)
  }
}
