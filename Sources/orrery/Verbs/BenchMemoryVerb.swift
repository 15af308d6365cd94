// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Reporting
import Scenario

/// `orrery bench memory`.
struct BenchMemoryVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "memory",
    abstract: "Bytes of model state for each node, pod and watch.",
    discussion: """
      Twice: what the model's tables say about themselves, and what the heap of the C library grew \
      by. The heap also holds pending events and what a pod's start has left behind (Event objects, \
      revisions). Limits, for either figure: 256 bytes a node, 256 a pod, 16 a watch.
      """)

  @Option(help: "Sizes to measure; may be repeated.")
  var size: [Int] = [1_000, 10_000, 130_000]

  @Flag(help: "Fail (exit 3) when a figure is above its limit.")
  var check = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard size.allSatisfy({ (100...1_000_000).contains($0) }) else {
      throw ValidationError("--size must be from 100 to 1,000,000.")
    }
  }

  func execute() throws -> ExitStatus {
    var results: [MemoryMeasurement] = []
    for kind in MemoryMeasurement.Kind.allCases {
      for size in size { results.append(try MemoryMeasurement.of(kind, count: size)) }
    }
    if output.json {
      Console.write(.object(["measurements": .array(results.map(\.json))]))
    } else {
      var table = TextTable([
        ("of each", .left), ("number", .right), ("tables, bytes", .right),
        ("heap, bytes", .right), ("limit", .right), ("", .left),
      ])
      for result in results {
        table.add(
          result.kind.rawValue, Wording.grouped(result.count), Wording.fixed(result.stated, 1),
          result.measured.map { Wording.fixed($0, 1) } ?? "unknown",
          Wording.number(result.kind.limit),
          result.isWithinLimit ? "" : "above its limit")
      }
      Console.write(table.text)
    }
    return check && !results.allSatisfy(\.isWithinLimit) ? .missed : .success
  }
}
