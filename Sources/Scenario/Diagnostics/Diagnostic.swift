// SPDX-License-Identifier: Apache-2.0

/// One finding about a scenario, with its place: what is wrong, what was expected, what was
/// probably meant.
///
/// The words live in `Diagnostic+Wording.swift`; everything else speaks in terms of `Problem`.
package struct Diagnostic: Hashable, Sendable {
  /// How bad a finding is: an error stops reading, a warning is printed and reading goes on.
  package enum Severity: String, Hashable, Sendable {
    case error
    case warning
  }

  package let severity: Severity
  package let location: SourceLocation
  package let problem: Problem

  package init(_ problem: Problem, at location: SourceLocation) {
    self.init(.error, problem, at: location)
  }

  package init(_ severity: Severity, _ problem: Problem, at location: SourceLocation) {
    self.severity = severity
    self.problem = problem
    self.location = location
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `file:line:column: error: message`, one line.
  package var description: String {
    var text = "\(Self.printable("\(location)")): \(severity.rawValue): \(message)"
    if let expected { text += "; expected \(expected)" }
    if let hint { text += " (\(hint))" }
    return text
  }
}

/// Why a scenario could not be read: at least one diagnostic of severity `error`, in file order.
package struct ScenarioError: Error, Sendable, CustomStringConvertible {
  /// The findings, warnings included, sorted by place within each file.
  package let diagnostics: [Diagnostic]

  package init(_ diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics
  }

  /// All findings, one a line.
  package var description: String {
    diagnostics.map(\.description).joined(separator: "\n")
  }
}
