// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Scenario

/// `orrery schema`.
struct SchemaVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the JSON Schema of scenario files, for editors.",
    discussion: """
      Save it, then tell the editor. With the YAML language server, first line of a scenario:

        # yaml-language-server: $schema=orrery.schema.json
      """)

  func execute() throws -> ExitStatus {
    Console.write(JSONSchema.of(ScenarioLibrary.root))
    return .success
  }
}
