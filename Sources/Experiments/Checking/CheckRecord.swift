// SPDX-License-Identifier: Apache-2.0
package import Measurement
package import Scenario

/// What `orrery check` keeps of a scenario, to compare with later: the fingerprint of each point and
/// the figures that its expectations name. Baselines and golden summaries are made of it.
package struct CheckRecord: Sendable, Hashable, Codable {
  package struct Figure: Sendable, Hashable, Codable {
    /// As an expectation asks for it, such as `p99(etcd_request_duration_seconds)`.
    package let name: String
    package let unit: MetricUnit?
    /// Per second of what `unit` says.
    package let isRate: Bool
    package let worse: FigureDirection
    /// The smallest step between two of its values, near its mean; zero where any is possible.
    package let step: Double
    /// In the order of the seeds; nil where a replication has no value.
    package let values: [Double?]

    package init(
      name: String, unit: MetricUnit? = nil, isRate: Bool = false, worse: FigureDirection,
      step: Double = 0, values: [Double?]
    ) {
      self.name = name
      self.unit = unit
      self.isRate = isRate
      self.worse = worse
      self.step = step
      self.values = values
    }

    /// Over the replications that have a value; nil if none has.
    package var mean: Double? {
      let known = values.compactMap { $0 }
      return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }

    /// A value in words.
    package func text(_ value: Double?) -> String {
      QuantityText.figure(value, in: unit, isRate: isRate)
    }
  }

  package struct Point: Sendable, Hashable, Codable {
    /// Variant and coordinates, such as `local-ssd count=400`.
    package let name: String
    package let fingerprint: String
    /// Of the replications; decimal, because JSON readers round such large numbers.
    package let seeds: [String]
    package let figures: [Figure]

    package init(name: String, fingerprint: String, seeds: [String], figures: [Figure]) {
      self.name = name
      self.fingerprint = fingerprint
      self.seeds = seeds
      self.figures = figures
    }
  }

  /// Its name, the same wherever the check is started.
  package let scenario: String
  package let tier: String
  /// The verdict of each experiment.
  package let verdicts: [String: Verdict]
  package let points: [Point]

  package init(
    scenario: String, tier: String, verdicts: [String: Verdict] = [:], points: [Point]
  ) {
    self.scenario = scenario
    self.tier = tier
    self.verdicts = verdicts
    self.points = points
  }

  /// What is to be kept of a result.
  ///
  /// - Parameters:
  ///   - name: see `scenario`.
  ///   - expectations: of the scenario.
  package init(_ result: ExperimentResult, name: String, expectations: [Expectation]) {
    let figures = JudgedFigure.all(of: result.points, expectations: expectations)
    self.init(
      scenario: name, tier: result.points[0].run.tier.rawValue,
      verdicts: Dictionary(
        result.experiments(named: name).map { ($0.id, $0.verdict) },
        uniquingKeysWith: { first, _ in first }),
      points: zip(result.points, figures).map { point, figures in
        Point(
          name: point.name, fingerprint: point.fingerprint.hexadecimal,
          seeds: point.replications.map { String($0.seed) }, figures: figures.map(Figure.init))
      })
  }
}

extension CheckRecord.Figure {
  fileprivate init(_ judged: JudgedFigure) {
    let values = judged.values
    let known = values.compactMap { $0 }
    self.init(
      name: judged.name, unit: judged.unit, isRate: judged.isRate, worse: judged.worse,
      step: judged.step(at: known.reduce(0, +) / Double(max(1, known.count))), values: values)
  }
}
