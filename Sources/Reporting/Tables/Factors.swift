// SPDX-License-Identifier: Apache-2.0
package import Experiments

/// What tells the runs of an experiment apart: the variant, the coordinates of the sweep, and every
/// knob that a variant or the command line has set.
package struct Factors: Sendable {
  /// `variant` first, then knobs in the order of their paths.
  package let columns: [ResultTable.Column]
  /// A row for each point.
  package let values: [[ResultTable.Cell]]

  /// The places of a value that make its knob a factor.
  private static let origins: Set<String> = ["variant", "sweep", "override"]

  /// - Parameter names: names that other columns of the same table have; case does not matter, as in
  ///   SQL.
  package init(of experiment: SavedExperiment, besides names: [String]) {
    let points = experiment.points
    var paths: Set<String> = []
    for point in points {
      paths.formUnion(point.coordinates.keys)
      paths.formUnion(point.configuration.filter { Self.origins.contains($0.from) }.map(\.path))
    }
    let knobs = paths.sorted()
    var taken = Set((names + ["variant"]).map { $0.lowercased() })
    columns =
      [.init("variant", .text)]
      + knobs.map { path in
        var name = path
        while !taken.insert(name.lowercased()).inserted { name += "_" }
        return .init(name, .knob)
      }
    values = points.map { point in
      let settings = Dictionary(
        point.configuration.map { ($0.path, $0.value) }, uniquingKeysWith: { first, _ in first })
      return [.text(point.variant)]
        + knobs.map { .optional(point.coordinates[$0] ?? settings[$0]) }
    }
  }
}
