// SPDX-License-Identifier: Apache-2.0
package import Experiments

/// What breaks first, second and third, for people.
package struct LadderSummary {
  private let rungs: [Explainer.Rung]
  private let factor: Double

  package init(_ rungs: [Explainer.Rung], factor: Double) {
    self.rungs = rungs
    self.factor = factor
  }

  package func text() -> String {
    let steps = rungs.enumerated().map { index, rung in
      "rung \(index + 1): " + ExplanationSummary(rung.outcome, factor: factor).text(isBrief: true)
        + (rung.relieved.map { "\n\nrelieved for good: \($0.overrides.joined(separator: ", "))" }
          ?? "")
    }
    let order = rungs.compactMap(\.relieved?.resource)
    let summary =
      order.isEmpty
      ? "nothing held it back" : "what held it back, in order: " + order.joined(separator: ", ")
    return (steps + [summary]).joined(separator: "\n\n")
  }
}
