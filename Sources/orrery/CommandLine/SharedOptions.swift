// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Experiments
import Scenario

extension Tier: ExpressibleByArgument {}

/// Where profiles are looked for.
struct ProfileOptions: ParsableArguments {
  @Option(
    name: .customLong("profiles"),
    help: ArgumentHelp(
      "Also look for profiles in this folder; may be repeated.", valueName: "dir"))
  var directories: [String] = []

  var library: ScenarioLibrary { ScenarioLibrary(profileDirectories: directories) }
}

/// Which points of a scenario are meant.
struct PointOptions: ParsableArguments {
  @Option(help: "The size to run: full as written, quick for CI, long where time does not matter.")
  var tier: Tier = .full

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Override a value, list members by name: cluster.nodePools.gpu.count=800; may be repeated.",
      valueName: "path=value"))
  var overrides: [String] = []

  @Option(
    name: .customLong("variant"),
    help: ArgumentHelp(
      "Only this variant ('base' is the scenario as written); may be repeated.",
      valueName: "name"))
  var variants: [String] = []

  /// The overrides, with `--seed` as one of them.
  func overrides(seed: Int?) -> [String] {
    overrides + (seed.map { ["run.seed=\($0)"] } ?? [])
  }

  /// Nil for all variants.
  var variantNames: [String]? { variants.isEmpty ? nil : variants }
}

/// How results are printed.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON document on standard output and nothing else there.")
  var json = false
}
