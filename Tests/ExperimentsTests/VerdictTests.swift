// SPDX-License-Identifier: Apache-2.0
import Experiments
import Testing

@Suite struct VerdictTests {
  private static let verdicts: [([Verdict], Verdict)] = [
    ([.met, .missed, .cannotTell], .missed),
    ([.met, .cannotTell, .fitted], .cannotTell),
    ([.fitted, .met, .notApplicable], .met),
    ([.notApplicable, .fitted], .fitted),
    ([.notApplicable], .notApplicable),
    ([], .notApplicable),
  ]

  @Test("The worst verdict", arguments: verdicts)
  func worst(verdicts: [Verdict], expected: Verdict) {
    #expect(Verdict.worst(of: verdicts) == expected)
  }

  private static let codes: [([Int32], Int32)] = [
    ([0, 1, 2, 3, 4, 5, 6], 1), ([0, 2, 3, 4, 5, 6], 2), ([0, 3, 4, 5, 6], 6), ([0, 3, 4, 5], 3),
    ([5, 4, 0], 4), ([0, 5], 5), ([0], 0), ([], 0),
  ]

  @Test("The first of 1, 2, 6, 3, 4, 5 wins", arguments: codes)
  func exitCodes(codes: [Int32], expected: Int32) {
    #expect(ExitCode.worst(of: codes.compactMap(ExitCode.init)).rawValue == expected)
  }

  @Test("An experiment has the worst verdict of its expectations")
  func experiments() throws {
    let expectations = [
      HandMade.expectation("count(kube_job_completed_total) > 5", more: "experiment: A", id: "1"),
      HandMade.expectation("count(kube_job_completed_total) > 50", more: "experiment: B", id: "2"),
      HandMade.expectation(
        "count(kube_job_completed_total) > 6", more: "experiment: A, fitted: true", id: "3"),
      HandMade.expectation("count(kube_job_completed_total) > 7", id: "4"),
    ]
    let made = try HandMade(expect: expectations.joined(separator: "\n"), variants: ["base"]) {
      _, _ in [HandMade.Run(completed: 10)]
    }
    let result = ExperimentResult(made.document, points: made.points)
    #expect(result.experiments.map(\.id) == ["A", "B", "tiny"])
    #expect(result.experiments.map(\.verdict) == [.met, .missed, .met])
    #expect(result.exitCode == .missed)
  }
}
