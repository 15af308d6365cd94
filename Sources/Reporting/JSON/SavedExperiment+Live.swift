// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Scenario

extension SavedExperiment {
  /// What was just run, as it would be read back from its folder: whoever asks saved results can ask
  /// a live one by the same way.
  package init(_ result: ExperimentResult) throws(SavedResultError) {
    let document = ResultDocument(result)
    let points = result.points.count > 1 ? result.points : []
    try self.init(
      head: document.json.text(),
      points: points.map { point in
        document.json(
          of: point, expectations: result.expectations.filter { $0.points.contains(point.name) }
        ).text()
      })
  }
}
