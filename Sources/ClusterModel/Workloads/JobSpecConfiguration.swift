// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// Whether the pods of a job run equally long.
package enum WorkScope: String, KnobChoice, Codable, Sendable {
  /// A draw for each pod.
  case eachPod = "each-pod"
  /// One draw for all pods of a job, as of ranks that end together.
  case eachJob = "each-job"
}

/// What a Job says of its pods' number and end: a group of knobs of `jobs` and `cron-job`.
package struct JobSpecConfiguration: Sendable {
  package var pods: Int
  package var completions: Int?
  package var failureProbability: Fraction
  package var backoffLimit: Int
  package var work: DurationDistribution
  package var workScope: WorkScope
  package var timeToLive: SimDuration?
  package var template: PodTemplateConfiguration

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
  package static let workScope = Knob<WorkScope>(
    "work-drawn-for", default: .eachPod,
    help: "each-pod: its own time for every pod; each-job: one for all pods of a job.",
    source: "stated by the scenario")
  package static let timeToLive = Knob<SimDuration?>(
    optional: "ttlSecondsAfterFinished", in: .zero ... .hours(100_000),
    help: "Time after its end at which the job is deleted, and its pods with it; absent: never.",
    source: "Job spec.ttlSecondsAfterFinished: none")

  /// What a section's declaration lists.
  package static var members: [any SectionMember] {
    [pods, completions, failureProbability, backoffLimit, work, workScope, timeToLive]
      + PodTemplateConfiguration.members
  }

  package init(_ reader: inout SectionReader) {
    pods = reader[Self.pods]
    completions = reader[Self.completions]
    failureProbability = reader[Self.failureProbability]
    backoffLimit = reader[Self.backoffLimit]
    work = reader[Self.work]
    workScope = reader[Self.workScope]
    timeToLive = reader[Self.timeToLive]
    template = PodTemplateConfiguration(&reader)
  }

  /// All pods of a job at once, each of which has to succeed.
  init(
    pods: Int, failureProbability: Fraction, backoffLimit: Int, work: DurationDistribution,
    workScope: WorkScope, timeToLive: SimDuration?, template: PodTemplateConfiguration
  ) {
    self.pods = pods
    completions = nil
    self.failureProbability = failureProbability
    self.backoffLimit = backoffLimit
    self.work = work
    self.workScope = workScope
    self.timeToLive = timeToLive
    self.template = template
  }
}
