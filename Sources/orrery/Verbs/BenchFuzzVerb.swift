// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Reporting
import Scenario

/// `orrery bench fuzz`.
struct BenchFuzzVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "fuzz",
    abstract: "Feeds damaged texts to the three parsers: scenarios, values, expectations.",
    discussion: """
      A text is read, or refused with at least one error; what was read survives being written and \
      read again. A broken promise exits 3; a crash or a hang shows as such.
      """)

  @Option(help: "Texts for each parser.")
  var count = 100_000

  @Option(help: "Chooses the damage.")
  var seed: UInt64 = 1

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard count > 0 else { throw ValidationError("--count must be at least 1.") }
  }

  func execute() throws -> ExitStatus {
    let corpus = [StarterScenario.text(title: "Fuzzing")]
    let parsers: [(name: String, fuzz: () -> FuzzReport)] = [
      ("scenarios", { Fuzzing.readScenario(seed: seed, count: count) }),
      (
        "cluster scenarios",
        {
          Fuzzing.readScenario(
            seed: seed, count: max(1, count / 20), root: ScenarioLibrary.root, corpus: corpus)
        }
      ),
      ("values", { Fuzzing.parseUnits(seed: seed, count: count) }),
      ("expectations", { Fuzzing.parseExpectations(seed: seed, count: count) }),
    ]
    let results = parsers.map { parser in
      let (nanoseconds, report) = ProcessClock.measure(parser.fuzz)
      return (name: parser.name, seconds: nanoseconds / 1e9, report: report)
    }
    if output.json {
      Console.write(
        .object([
          "parsers": .array(
            results.map { name, seconds, report in
              .object([
                "parser": .string(name), "inputs": .integer(report.inputs),
                "accepted": .integer(report.accepted), "refused": .integer(report.refused),
                "violations": .array(report.violations.map { .string($0) }),
                "cpuSeconds": .number(seconds),
              ])
            })
        ]))
    } else {
      var table = TextTable([
        ("parser", .left), ("texts", .right), ("read", .right), ("refused", .right),
        ("broken promises", .right), ("CPU", .right),
      ])
      for (name, seconds, report) in results {
        table.add(
          name, Wording.grouped(report.inputs), Wording.grouped(report.accepted),
          Wording.grouped(report.refused), Wording.grouped(report.violations.count),
          Wording.duration(seconds: seconds))
      }
      Console.write(table.text)
    }
    for (name, _, report) in results {
      for violation in report.violations { Console.complain("\(name): \(violation)") }
    }
    return results.allSatisfy(\.report.violations.isEmpty) ? .success : .missed
  }
}
