// SPDX-License-Identifier: Apache-2.0
import Experiments
import Scenario

/// Where the points of an experiment are kept inside the folder of a run.
enum PointFolders {
  /// `<variant>` or `<variant>/<coordinates>` for each point; a number is added where two names
  /// would be the same file name.
  static func names(of points: [PointResult]) -> [String] {
    var taken: Set<String> = []
    return points.map { point in
      let name = name(of: point)
      var candidate = name
      var number = 1
      while !taken.insert(candidate).inserted {
        number += 1
        candidate = "\(name)-\(number)"
      }
      return candidate
    }
  }

  private static func name(of point: PointResult) -> String {
    let coordinates = point.coordinates.map { "\($0.path.elements.last ?? "")=\($0.value)" }
    return ([point.variant] + (coordinates.isEmpty ? [] : [coordinates.joined(separator: ",")]))
      .map(\.asFileName).joined(separator: "/")
  }
}
