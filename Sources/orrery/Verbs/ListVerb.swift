// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ClusterModel
import Experiments
import Measurement
import Reporting
import Scenario

/// `orrery list`.
struct ListVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists scenarios, profiles, knobs or metrics.",
    subcommands: [
      ListScenariosVerb.self, ListProfilesVerb.self, ListKnobsVerb.self, ListMetricsVerb.self,
    ])
}

/// `orrery list scenarios`.
struct ListScenariosVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "scenarios", abstract: "Lists scenario files with their titles.")

  @Argument(help: "Files, or folders to search.")
  var paths: [String] = ["Scenarios"]

  @OptionGroup var profiles: ProfileOptions
  @OptionGroup var output: OutputOptions

  func execute() throws -> ExitStatus {
    var entries: [(file: String, document: ScenarioDocument?)] = []
    var findings: [Diagnostic] = []
    for file in try ScenarioPaths.files(in: paths) {
      do throws(ScenarioError) {
        entries.append((file, try profiles.library.load(file)))
      } catch {
        entries.append((file, nil))
        findings += error.diagnostics
      }
    }
    if output.json {
      Console.write(
        .object([
          "scenarios": .array(
            entries.map { file, document in
              .object([
                "file": .string(file), "name": .string(ScenarioPaths.name(of: file)),
                "title": document?.title.map { .string($0) },
                "experiment": document?.source?.experiment.map { .string($0) },
                "variants": document.map { .array($0.variants.map { .string($0.name) }) },
                "expectations": document.map { .integer($0.expectations.count) },
              ])
            })
        ]))
    } else {
      var table = TextTable("scenario", "title")
      for (file, document) in entries { table.add(file, document?.title ?? "") }
      Console.write(table.text)
    }
    for finding in findings { Console.complain(finding.description) }
    return findings.isEmpty ? .success : .badInput
  }
}

/// `orrery list profiles`.
struct ListProfilesVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "profiles",
    abstract: "Lists the profiles that are built into this binary.",
    discussion: "A profile with the same name beside a scenario, or in --profiles, comes first.")

  @OptionGroup var output: OutputOptions

  func execute() throws -> ExitStatus {
    let profiles = ShippedProfiles.all.map { (name: $0.name, title: Self.title(of: $0.text)) }
    if output.json {
      Console.write(
        .object([
          "profiles": .array(
            profiles.map {
              .object(["name": .string($0.name), "title": $0.title.map { .string($0) }])
            })
        ]))
    } else {
      var table = TextTable("profile", "title")
      for profile in profiles { table.add(profile.name, profile.title ?? "") }
      Console.write(table.text)
    }
    return .success
  }

  /// A profile alone is no scenario, so its title is read from its line.
  private static func title(of text: String) -> String? {
    let key = "title:"
    return text.split(separator: "\n").first { $0.hasPrefix(key) }
      .map { line in
        var title = line.dropFirst(key.count).drop { $0 == " " }
        if title.count > 1, let quote = title.first, "\"'".contains(quote), title.last == quote {
          title = title.dropFirst().dropLast()
        }
        return String(title)
      }
  }
}

/// `orrery list knobs`.
struct ListKnobsVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "knobs",
    abstract: "Lists every value that a scenario may state.",
    discussion: """
      <name> in a path is the name of a member, <n> a position. An argument keeps the knobs whose \
      path or help contains it.
      """)

  @Argument(help: "Only knobs whose path or help contains this text.")
  var filter: String?

  @OptionGroup var output: OutputOptions

  func execute() throws -> ExitStatus {
    let knobs = KnobReference.all(of: ScenarioLibrary.root)
      .filter { knob in filter.map { knob.path.contains($0) || knob.help.contains($0) } ?? true }
    if output.json {
      Console.write(
        .object([
          "knobs": .array(
            knobs.map { knob in
              .object([
                "path": .string(knob.path),
                "default": knob.defaultValue.map { .string($0) },
                "unit": knob.kind.unit.map { .string($0) },
                "range": knob.range.map { .string($0) },
                "help": .string(knob.help), "source": .string(knob.source),
              ])
            })
        ]))
    } else {
      var table = TextTable("knob", "default", "range", "meaning")
      for knob in knobs {
        table.add(knob.path, knob.defaultValue ?? "(required)", knob.range ?? "", knob.help)
      }
      Console.write(table.text)
    }
    return .success
  }
}

/// `orrery list metrics`.
struct ListMetricsVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Lists every metric that a run records and expectations may name.")

  @OptionGroup var output: OutputOptions

  func execute() throws -> ExitStatus {
    let metrics = ClusterModel.MetricCatalogue.all
    if output.json {
      Console.write(
        .object([
          "metrics": .array(
            metrics.map { metric in
              .object([
                "name": .string(metric.name), "kind": .string(metric.kind.rawValue),
                "unit": .string(metric.unit.name),
                "labels": .array(metric.labelNames.map { .string($0) }),
                "help": .string(metric.help),
              ])
            })
        ]))
    } else {
      var table = TextTable("metric", "kind", "unit", "labels", "meaning")
      for metric in metrics {
        table.add(
          metric.name, metric.kind.rawValue, metric.unit.name,
          metric.labelNames.joined(separator: ","), metric.help)
      }
      Console.write(table.text)
    }
    return .success
  }
}
