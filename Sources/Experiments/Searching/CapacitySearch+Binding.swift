// SPDX-License-Identifier: Apache-2.0
package import Scenario

extension CapacitySearch.Trial {
  /// The figure that the first objective not met compares with a number, as its author wrote it; nil
  /// when there is none, such as a ratio of two.
  package func bindingFigure(among asked: [Expectation]) -> String? {
    for (objective, expectation) in zip(objectives, asked) where objective.verdict != .met {
      guard expectation.that.comparisons.count == 1,
        case .chain(let terms, _) = expectation.that.comparisons[0], terms.count == 2,
        case .metric = terms[0], case .number = terms[1],
        let end = expectation.text.lastIndex(of: ")")
      else { continue }
      return String(expectation.text[...end])
    }
    return nil
  }
}
