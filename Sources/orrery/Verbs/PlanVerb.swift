// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ClusterModel
import DiscreteEvents
import Experiments
import Reporting
import Scenario

/// `orrery plan`.
struct PlanVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Shows what would run: points, seeds, replications, differences between variants.",
    discussion: "Runs nothing. --resolved shows every value with the place it comes from.")

  @Argument(help: "A scenario file.")
  var file: String

  @Flag(help: "Print every resolved value with its origin.")
  var resolved = false

  @Option(help: ArgumentHelp("Replaces run.seed.", valueName: "n"))
  var seed: Int?

  @OptionGroup var points: PointOptions
  @OptionGroup var profiles: ProfileOptions
  @OptionGroup var output: OutputOptions

  func execute() throws -> ExitStatus {
    let document = try profiles.library.load(file)
    var planned: [PlannedPoint] = []
    for point in try document.points(
      tier: points.tier, overrides: points.overrides(seed: seed), variants: points.variantNames)
    {
      let (_, configuration) = try point.configuration(as: WorldConfiguration.self)
      planned.append(PlannedPoint(point: point, configuration: configuration))
    }
    for warning in document.warnings { Console.complain(warning.description) }
    if output.json {
      Console.write(json(document, planned))
    } else {
      Console.write(text(document, planned))
    }
    return .success
  }

  // MARK: For people

  private func text(_ document: ScenarioDocument, _ planned: [PlannedPoint]) -> String {
    var blocks: [String] = []
    let runs = planned.reduce(0) { $0 + $1.point.run.replications }
    blocks.append(
      """
      \(document.title ?? ScenarioPaths.name(of: file))
      tier \(points.tier.rawValue): \(Wording.count(planned.count, "point")), \
      \(Wording.count(runs, "run"))
      """)
    blocks.append(table(of: planned))
    let differences = planned.dropFirst().filter { !$0.differences(from: planned[0]).isEmpty }
    if !differences.isEmpty { blocks.append(differenceTable(planned)) }
    if resolved { blocks += planned.map { $0.resolvedText(isOnly: planned.count == 1) } }
    return blocks.joined(separator: "\n\n")
  }

  private func table(of planned: [PlannedPoint]) -> String {
    let axes = planned.first?.point.coordinates.map(\.path.description) ?? []
    var table = TextTable(
      [("variant", .left)] + axes.map { ($0, .right) }
        + [("duration", .right), ("warm-up", .right), ("replications", .right), ("seed", .right)])
    for point in planned.map(\.point) {
      table.add(
        [point.variant] + point.coordinates.map(\.value) + [
          point.run.duration.rendered, point.run.warmUp.rendered,
          Wording.grouped(point.run.replications), String(point.run.seed),
        ])
    }
    return table.text
  }

  private func differenceTable(_ planned: [PlannedPoint]) -> String {
    var table = TextTable("point", "knob", "value", "instead of")
    for point in planned.dropFirst() {
      for difference in point.differences(from: planned[0]) {
        table.add(
          point.name, difference.path, difference.value ?? "(absent)",
          difference.original ?? "(absent)")
      }
    }
    return "Differences from \(planned[0].name):\n\n" + table.text
  }

  // MARK: For machines

  private func json(_ document: ScenarioDocument, _ planned: [PlannedPoint]) -> JSONValue {
    .object([
      "scenario": .string(ScenarioPaths.name(of: file)), "file": .string(file),
      "title": document.title.map { .string($0) },
      "tier": .string(points.tier.rawValue),
      "expectations": .integer(document.expectations.count),
      "points": .array(
        planned.map { $0.json(comparedWith: planned[0], isResolved: resolved) }),
    ])
  }
}
