// SPDX-License-Identifier: Apache-2.0
package import Experiments
package import Scenario

/// What a kept result says of its bottlenecks without running anything.
package struct KeptExplanation {
  private let experiment: SavedExperiment
  /// One a point.
  private let accounts: [AccountSummary]

  package init(
    _ experiment: SavedExperiment, at percentile: Percentile
  ) throws(Percentile.Problem) {
    self.experiment = experiment
    var accounts: [AccountSummary] = []
    for point in experiment.points {
      accounts.append(
        AccountSummary(point, opened: try OpenedAccount.all(in: point, at: percentile)))
    }
    self.accounts = accounts
  }

  /// How to get the causal ranking, which a kept result cannot give.
  private var hint: String {
    let first = experiment.points[0]
    let isPlain = first.variant == Variant.base
    return
      "Accounts and queues only suggest a bottleneck. The proof relieves each resource and needs "
      + "runs:\n  orrery explain \(first.scenario) --tier \(first.tier)"
      + (isPlain ? "" : " --variant \(first.variant)")
  }

  package func text() -> String {
    let points = zip(experiment.points, accounts).map { point, summary in
      let title =
        "\(point.pointName): \(point.replications) "
        + (point.replications == 1 ? "replication" : "replications")
      return ([[title]] + summary.sections).map { $0.joined(separator: "\n") }
        .joined(separator: "\n\n")
    }
    return (points + [hint]).joined(separator: "\n\n")
  }

  package var json: JSONValue {
    .object([
      "orrery": .integer(ResultDocument.version), "causal": .null, "hint": .string(hint),
      "points": .array(
        zip(experiment.points, accounts).map { point, summary in
          .object(
            members: [
              ("variant", .string(point.variant)), ("fingerprint", .string(point.fingerprint)),
            ] + summary.members)
        }),
    ])
  }
}
