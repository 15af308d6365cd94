// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// Batch jobs: `jobs`. Each job creates its pods, every pod works for a while, a lost pod starts over.
package struct JobsConfiguration: Configurable {
  package var path: KnobPath
  package var at: [SimDuration]
  package var rate: Rate?
  package var trace: String?
  package var limit: Int?
  package var pods: Int
  package var completions: Int?
  package var failureProbability: Fraction
  package var backoffLimit: Int
  package var work: DurationDistribution
  package var template: PodTemplateConfiguration

  package static let at = Knob<[SimDuration]>(
    "at", default: [], help: "Moments at which a job is submitted.",
    source: "stated by the scenario")
  package static let rate = Knob<Rate?>(
    optional: "rate", help: "Jobs per second, at random.", source: "stated by the scenario")
  package static let trace = Knob<String?>(
    optional: "trace", help: "CSV file with a column `time` in seconds, instead of a rate.",
    source: "stated by the scenario")
  package static let limit = Knob<Int?>(
    optional: "count", in: 1...10_000_000, help: "Jobs in all; absent: no limit.",
    source: "stated by the scenario")
  package static let pods = Knob<Int>(
    "pods", default: 1, in: 1...1_000_000, help: "Pods of each job (parallelism).",
    source: "Job spec.parallelism: 1")
  package static let completions = Knob<Int?>(
    optional: "completions", in: 1...10_000_000,
    help: "Pods that have to succeed; absent: as many as 'pods'.",
    source: "Job spec.completions")
  package static let failureProbability = Knob<Fraction>(
    "failure-probability", default: Fraction(0), in: Fraction(0)...Fraction(1),
    help: "Share of pods that fail at the end of their time.", source: "stated by the scenario")
  package static let backoffLimit = Knob<Int>(
    "backoff-limit", default: 6, in: 0...1_000_000,
    help: "Failures after which the job is given up.", source: "Job spec.backoffLimit: 6")
  package static let work = Knob<DurationDistribution>(
    "work", default: "1h", help: "Time that each pod has to run.",
    source: "stated by the scenario")
  package static let declaration = SectionDeclaration("jobs", help: "Batch jobs.") {
    at
    rate
    trace
    limit
    pods
    completions
    failureProbability
    backoffLimit
    work
    PodTemplateConfiguration.members
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    at = reader[Self.at]
    rate = reader[Self.rate]
    trace = reader[Self.trace]
    limit = reader[Self.limit]
    pods = reader[Self.pods]
    completions = reader[Self.completions]
    failureProbability = reader[Self.failureProbability]
    backoffLimit = reader[Self.backoffLimit]
    work = reader[Self.work]
    template = PodTemplateConfiguration(&reader)
    if [!at.isEmpty, rate != nil, trace != nil].count(where: { $0 }) != 1 {
      reader.fail(nil, "jobs need exactly one of 'at', 'rate' and 'trace'")
    }
  }
}
