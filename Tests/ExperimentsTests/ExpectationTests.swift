// SPDX-License-Identifier: Apache-2.0
import Experiments
import Measurement
import Scenario
import Testing

/// Verdicts on results with known numbers.
@Suite struct ExpectationTests {
  // MARK: One replication: the number decides

  private static let singles: [(String, String, Verdict)] = [
    ("count(kube_job_completed_total) > 9", "T4", Verdict.met),
    ("count(kube_job_completed_total) > 10", "T4", .missed),
    ("count(kube_job_completed_total) >= 10", "T4", .met),
    ("count(kube_job_completed_total) == 10", "T1", .met),
    ("count(kube_job_completed_total) != 10", "T1", .missed),
    ("5 < count(kube_job_completed_total) <= 10", "T4", .met),
    ("10 < count(kube_job_completed_total) <= 20", "T4", .missed),
    ("count(kube_job_completed_total) in [10, 11]", "T4", .met),
    ("count(kube_job_completed_total) in [11, 12]", "T4", .missed),
    // 10 is within 5 % of 10.5 (10 / 10.5 = 0.952), not of 10.6 (0.943).
    ("count(kube_job_completed_total) ~ 10.5", "T1", .met),
    ("count(kube_job_completed_total) ~ 10.6", "T1", .missed),
    ("count(kube_job_completed_total) ~ 15", "T2", .met),
    ("count(kube_job_completed_total) ~ 15.1", "T2", .missed),
    ("count(kube_job_completed_total) ~ 30 within factor 2", "T3", .missed),
    // 10 in 60 s.
    ("rate(kube_job_completed_total) ~ 0.1667/s within 1%", "T1", .met),
    ("first(kube_job_completed_total) == 30s", "T1", .met),
    // Samples 1, 2, 3, 4 s.
    ("mean(kube_job_duration_seconds) == 2.5s", "T1", .met),
    ("max(kube_job_duration_seconds) == 4s", "T1", .met),
    ("min(kube_job_duration_seconds) == 1s", "T1", .met),
    ("sum(kube_job_duration_seconds) == 10s", "T1", .met),
    ("count(kube_job_duration_seconds) == 4", "T1", .met),
    // The histogram tells values apart to 0.4 %.
    ("p50(kube_job_duration_seconds) ~ 2s within 1%", "T1", .met),
    ("percentile(kube_job_duration_seconds, 75) ~ 3s within 1%", "T1", .met),
    ("max(p50(kube_job_duration_seconds), 3s) == 3s", "T1", .met),
    ("abs(mean(kube_job_duration_seconds) - 4s) == 1.5s", "T1", .met),
    ("count(kube_job_completed_total) / count(kube_job_duration_seconds) == 2.5", "T1", .met),
    ("2 * (count(kube_job_completed_total) - 4) + 1 == 13", "T1", .met),
    // 0 until 20 s, 6 until 40 s, 3 until 60 s: (20 * 6 + 20 * 3) / 60.
    ("mean(scheduler_pending_pods) == 3", "T1", .met),
    ("value(scheduler_pending_pods) == 3", "T1", .met),
    ("peak(scheduler_pending_pods) == 6", "T1", .met),
    ("first(scheduler_pending_pods >= 5) == 20s", "T1", .met),
    ("first(scheduler_pending_pods) < first(kube_job_completed_total)", "T4", .met),
    // 90 of 100 requests.
    ("count(rest_client_requests_total) == 100", "T1", .met),
    ("count(rest_client_requests_total{code!=200}) == 10", "T1", .met),
    ("count(rest_client_requests_total{code=200, cluster=main}) == 90", "T1", .met),
    // Both have to hold.
    ("count(kube_job_completed_total) > 9 and p50(kube_job_duration_seconds) > 3s", "T4", .missed),
  ]

  @Test("One replication is judged on its number", arguments: singles)
  func single(that: String, toleranceClass: String, verdict: Verdict) throws {
    let result = try HandMade.judge(that, class: toleranceClass) { _ in
      [
        HandMade.Run(
          completed: 10, durations: [1, 2, 3, 4], requests: ["200": 90, "429": 7, "504": 3],
          pending: [(0, 0), (20, 6), (40, 3)])
      ]
    }
    #expect(result.verdict == verdict, "\(result.finding)")
    #expect(result.finding.interval == nil)
  }

  // MARK: Several replications: the interval decides

  /// For 10, 12 and 14 the interval is 12 ± 4.303 * 2 / √3 = 12 ± 4.968 (t quantile from tables).
  private static let intervals: [(String, Verdict)] = [
    ("count(kube_job_completed_total) > 7", Verdict.met),
    ("count(kube_job_completed_total) > 7.1", .cannotTell),
    ("count(kube_job_completed_total) > 12", .cannotTell),
    ("count(kube_job_completed_total) > 16.9", .cannotTell),
    ("count(kube_job_completed_total) > 17", .missed),
    ("count(kube_job_completed_total) < 17", .met),
    ("count(kube_job_completed_total) == 12", .cannotTell),
    ("count(kube_job_completed_total) != 12", .cannotTell),
    ("count(kube_job_completed_total) != 20", .met),
    ("count(kube_job_completed_total) in [7, 17]", .met),
    ("count(kube_job_completed_total) in [8, 17]", .cannotTell),
    ("count(kube_job_completed_total) in [18, 20]", .missed),
    // One side cannot be told, the other is missed.
    ("17 < count(kube_job_completed_total) and count(kube_job_completed_total) > 12", .missed),
  ]

  @Test("The interval decides", arguments: intervals)
  func interval(that: String, verdict: Verdict) throws {
    let result = try HandMade.judge(that) { _ in
      [10, 12, 14].map { HandMade.Run(completed: $0) }
    }
    #expect(result.verdict == verdict, "\(result.finding)")
    let interval = try #require(result.finding.interval)
    #expect(abs(interval.lower - 7.0317) < 0.001 && abs(interval.upper - 16.9683) < 0.001)
    #expect(result.finding.simulated == 12)
    #expect(result.finding.reason.isEmpty == (verdict != .cannotTell))
  }

  @Test("Replications of two variants are compared in pairs: common luck cancels")
  func pairs() throws {
    let result = try HandMade.judge(
      "count(kube_job_completed_total) - variant(fixed, count(kube_job_completed_total)) in [1, 3]"
    ) { variant in
      // Far apart from run to run, and always two more than in the other variant.
      [100, 200, 300].map { HandMade.Run(completed: variant == "fixed" ? $0 - 2 : $0) }
    }
    #expect(result.verdict == .met)
  }

  @Test("Percentiles of replications are taken after pooling")
  func pooling() throws {
    // The means of the halves' medians would be 51.
    let result = try HandMade.judge("p50(kube_job_duration_seconds) > 1s") { _ in
      [
        HandMade.Run(durations: Array(repeating: 2, count: 9)),
        HandMade.Run(durations: [100]),
      ]
    }
    let simulated = try #require(result.finding.simulated)
    #expect(abs(simulated - 2) < 0.02)
  }

  // MARK: No value

  private static let withoutValue: [(String, String)] = [
    ("p99(kube_job_duration_seconds) < 10s", "kube_job_duration_seconds has no samples"),
    ("count(kube_job_duration_seconds) < 5", "kube_job_duration_seconds has no samples"),
    ("value(scheduler_pending_pods) < 5", "scheduler_pending_pods has no samples"),
    ("first(kube_job_completed_total) < 1h", "kube_job_completed_total never was > 0.0"),
    ("count(rest_client_requests_total{code=999}) < 5", "no series matches"),
    ("mean(kube_job_completed_total) < 5", "is a counter and has no mean"),
    (
      "1 / count(kube_job_completed_total) < 5",
      "the divisor count(kube_job_completed_total) is 0"
    ),
  ]

  @Test("What has no value is missed, with the reason", arguments: withoutValue)
  func noValue(that: String, reason: String) throws {
    let result = try HandMade.judge(that) { _ in [HandMade.Run(), HandMade.Run()] }
    #expect(result.verdict == .missed)
    #expect(result.finding.reason.contains(reason), "\(result.finding.reason)")
    #expect(result.finding.simulated == nil)
  }

  @Test("Without a value in some replications nobody can tell")
  func someValues() throws {
    let result = try HandMade.judge("p50(kube_job_duration_seconds) < 10s") { _ in
      [HandMade.Run(durations: [1]), HandMade.Run(), HandMade.Run(durations: [1])]
    }
    #expect(result.verdict == .cannotTell)
    #expect(
      result.finding.reason == "in 1 of 3 replications kube_job_duration_seconds has no samples")
  }

  // MARK: Fitted and not applicable

  @Test(
    "Fitted is never met, and stays missed when it is missed",
    arguments: [("> 9", Verdict.fitted), ("> 10", .missed)])
  func fitted(bound: String, verdict: Verdict) throws {
    let result = try HandMade.judge(
      "count(kube_job_completed_total) \(bound)", more: "fitted: the rate was chosen"
    ) { _ in [HandMade.Run(completed: 10)] }
    #expect(result.verdict == verdict)
    #expect(result.because == "the rate was chosen")
  }

  @Test("What was not run is not applicable")
  func notRun() throws {
    let expectations = [
      HandMade.expectation("count(kube_job_completed_total) > 5", more: "variants: [fixed]"),
      HandMade.expectation(
        "count(kube_job_completed_total) > variant(fixed, count(kube_job_completed_total))",
        id: "ratio"),
      HandMade.expectation(
        "count(kube_job_completed_total) > 5", more: "variants: [base, fixed]", id: "both"),
    ]
    let made = try HandMade(expect: expectations.joined(separator: "\n"), variants: ["base"]) {
      _, _ in [HandMade.Run(completed: 10)]
    }
    #expect(made.expectations.map(\.verdict) == [.notApplicable, .notApplicable, .met])
    #expect(made.expectations.map(\.points) == [[], [], ["base"]])
  }

  @Test("The worst variant counts")
  func worstVariant() throws {
    let result = try HandMade.judge(
      "count(kube_job_completed_total) > 5", more: "variants: [base, fixed]"
    ) { variant in [HandMade.Run(completed: variant == "fixed" ? 3 : 10)] }
    #expect(result.verdict == .missed)
    #expect(result.finding.text == "fixed: 3 > 5")
    #expect(result.points == ["base", "fixed"])
  }

  // MARK: Sweeps

  private static let path = HandMade.sweptPath
  /// n to the power of 1.5.
  private static let powers = [4: 8, 16: 64, 64: 512]

  private static let swept: [(String, Verdict)] = [
    ("exponent(count(kube_job_completed_total), over: PATH) ~ 1.5 within 0.001%", Verdict.met),
    ("exponent(count(kube_job_completed_total), over: PATH) > 1.51", .missed),
    (
      "exponent(count(kube_job_completed_total), over: PATH, where: count(kube_job_completed_total) < 100) ~ 1.5 within 0.001%",
      .met
    ),
    // 8, 64 and 512 over 4, 16 and 64: 17,472^2 / (2,016 x 152,618.67).
    ("linearity(count(kube_job_completed_total), over: PATH) ~ 0.992172 within 0.001%", .met),
    ("linearity(count(kube_job_completed_total), over: PATH) > 0.993", .missed),
    ("knee(count(kube_job_completed_total) > 50, over: PATH) == 16", .met),
    ("knee(count(kube_job_completed_total) > 1, over: PATH) == 4", .met),
    ("knee(count(kube_job_completed_total) > 1000, over: PATH) > 1", .missed),
    ("at(PATH=16, count(kube_job_completed_total)) == 64", .met),
    (
      "at(PATH=64, count(kube_job_completed_total)) / at(PATH=16, count(kube_job_completed_total)) == 8",
      .met
    ),
    // Judged at every point; at 4 workers it is 8.
    ("count(kube_job_completed_total) > 7", .met),
    ("count(kube_job_completed_total) > 8", .missed),
  ]

  @Test("Exponents, knees and points of a sweep", arguments: swept)
  func sweeps(that: String, verdict: Verdict) throws {
    let text = that.replacing("PATH", with: Self.path)
    let made = try HandMade(
      expect: HandMade.expectation(text, class: "T1"), sweep: [64, 4, 16], variants: ["base"]
    ) { _, workers in [HandMade.Run(completed: Self.powers[workers] ?? 0)] }
    let result = made.expectations[0]
    #expect(result.verdict == verdict, "\(result.finding)")
  }

  @Test("A knee begins where the comparison holds from then on")
  func lastKnee() throws {
    let text = "knee(count(kube_job_completed_total) > 50, over: \(Self.path)) == 64"
    let counts = [4: 600, 16: 8, 64: 512]
    let made = try HandMade(
      expect: HandMade.expectation(text, class: "T1"), sweep: [4, 16, 64], variants: ["base"]
    ) { _, workers in [HandMade.Run(completed: counts[workers] ?? 0)] }
    #expect(made.expectations[0].verdict == .met)
  }

  @Test("An open expectation names its points, a closed one is judged once")
  func points() throws {
    let expectations = [
      HandMade.expectation("count(kube_job_completed_total) > 7"),
      HandMade.expectation("at(\(Self.path)=16, count(kube_job_completed_total)) > 7", id: "at"),
    ]
    let made = try HandMade(
      expect: expectations.joined(separator: "\n"), sweep: [4, 16, 64], variants: ["base"]
    ) { _, workers in [HandMade.Run(completed: Self.powers[workers] ?? 0)] }
    #expect(
      made.expectations.map(\.points) == [
        ["base count=4", "base count=16", "base count=64"], [],
      ])
    #expect(made.expectations.map(\.finding.text) == ["base count=4: 8 > 7", "base: 64 > 7"])
  }
}
