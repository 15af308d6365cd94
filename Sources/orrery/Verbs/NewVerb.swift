// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Foundation

/// `orrery new`.
struct NewVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Writes a commented starter scenario that runs as it is.",
    discussion: "A file that is there already is never overwritten.")

  @Argument(help: "The file to write.")
  var file = "scenario.yaml"

  @Option(help: "One line that says what happens.")
  var title = StarterScenario.defaultTitle

  func validate() throws {
    guard !title.contains(where: \.isNewline), !title.isEmpty else {
      throw ValidationError("--title must be one line that is not empty.")
    }
  }

  func execute() throws -> ExitStatus {
    // Exclusive: a file that appears in between is not overwritten either.
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL, 0o666)
    guard descriptor >= 0 else {
      if errno == EEXIST { throw CommandFailure.fileExists(file) }
      throw CommandFailure.cannotWrite(file, reason: String(cString: strerror(errno)))
    }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
      try handle.write(contentsOf: Data((StarterScenario.text(title: title) + "\n").utf8))
    } catch {
      throw CommandFailure.cannotWrite(file, reason: error.localizedDescription)
    }
    Console.write(
      """
      wrote \(file). Next:
        orrery run \(file) --tier quick
        orrery plan \(file) --resolved
      """)
    return .success
  }
}
