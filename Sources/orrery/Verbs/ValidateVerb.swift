// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Scenario

/// `orrery validate`.
struct ValidateVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Checks scenarios and everything they extend, without running them.",
    discussion: """
      Reads every variant, tier and sweep value. Findings are printed as file:line:column: \
      severity: message. Warnings do not fail.
      """)

  @Argument(help: "Scenario files, or folders to search for them.")
  var paths: [String]

  @OptionGroup var profiles: ProfileOptions
  @OptionGroup var output: OutputOptions

  func execute() throws -> ExitStatus {
    var findings: [(file: String, diagnostics: [Diagnostic])] = []
    for file in try ScenarioPaths.files(in: paths) {
      findings.append((file, diagnostics(of: file)))
    }
    let isBroken = findings.contains { $0.diagnostics.contains { $0.severity == .error } }
    if output.json {
      Console.write(json(findings))
    } else {
      for diagnostic in findings.flatMap(\.diagnostics) { Console.complain(diagnostic.description) }
      Console.write(summary(findings))
    }
    return isBroken ? .badInput : .success
  }

  private func diagnostics(of file: String) -> [Diagnostic] {
    do throws(ScenarioError) {
      return try profiles.library.load(file).warnings
    } catch {
      return error.diagnostics
    }
  }

  private func summary(_ findings: [(file: String, diagnostics: [Diagnostic])]) -> String {
    let all = findings.flatMap(\.diagnostics)
    let errors = all.count { $0.severity == .error }
    return Wording.count(findings.count, "scenario") + ": " + Wording.count(errors, "error")
      + ", " + Wording.count(all.count - errors, "warning")
  }

  private func json(_ findings: [(file: String, diagnostics: [Diagnostic])]) -> JSONValue {
    .object([
      "scenarios": .array(
        findings.map { file, diagnostics in
          .object([
            "file": .string(file),
            "valid": .boolean(!diagnostics.contains { $0.severity == .error }),
            "diagnostics": .array(diagnostics.map(\.json)),
          ])
        })
    ])
  }
}
