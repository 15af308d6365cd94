// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// `cron-job`: Jobs that are created on a schedule.
package struct CronJobConfiguration: Configurable {
  package var path: KnobPath
  package var every: SimDuration
  package var policy: ConcurrencyPolicy
  package var startingDeadline: SimDuration?
  package var successfulJobsLimit: Int
  package var failedJobsLimit: Int
  package var spec: JobSpecConfiguration

  package static let every = Knob<SimDuration>(
    required: "every", in: .minutes(1) ... .hours(8_760),
    help: "Time between two scheduled times; the first is one period after the run's start.")
  package static let policy = Knob<ConcurrencyPolicy>(
    "concurrencyPolicy", default: .allow,
    help: "Whether a job may start while an earlier one runs.",
    source: "CronJob spec.concurrencyPolicy: Allow")
  package static let startingDeadline = Knob<SimDuration?>(
    optional: "startingDeadlineSeconds", in: .seconds(1) ... .hours(8_760),
    help: "How late a job may start; absent: any time.",
    source: "CronJob spec.startingDeadlineSeconds: none")
  package static let successfulJobsLimit = Knob<Int>(
    "successfulJobsHistoryLimit", default: 3, in: 0...1_000_000,
    help: "Successful jobs that are kept.", source: "CronJob spec.successfulJobsHistoryLimit: 3")
  package static let failedJobsLimit = Knob<Int>(
    "failedJobsHistoryLimit", default: 1, in: 0...1_000_000, help: "Failed jobs that are kept.",
    source: "CronJob spec.failedJobsHistoryLimit: 1")

  package static let declaration = SectionDeclaration(
    "cron-job", help: "Jobs that are created on a schedule."
  ) {
    every
    policy
    startingDeadline
    successfulJobsLimit
    failedJobsLimit
    JobSpecConfiguration.members
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    every = reader[Self.every]
    policy = reader[Self.policy]
    startingDeadline = reader[Self.startingDeadline]
    successfulJobsLimit = reader[Self.successfulJobsLimit]
    failedJobsLimit = reader[Self.failedJobsLimit]
    spec = JobSpecConfiguration(&reader)
  }
}

/// `CronJob.spec.concurrencyPolicy`.
package enum ConcurrencyPolicy: String, KnobChoice, Codable, Sendable {
  case allow = "Allow"
  /// A job that is due is not started while another one runs; it is late when that ends.
  case forbid = "Forbid"
  /// The running job is deleted.
  case replace = "Replace"
}

/// The controllers of CronJobs and of finished Jobs: a group of knobs of `kube-controller-manager`.
package struct JobControllersConfiguration: Codable, Sendable {
  package var cronJobsAreQueued: Bool
  package var cronJobSyncs: Int
  package var deletesFinished: Bool

  package static let cronJobsAreQueued = Knob<Bool>(
    "CronJobControllerV2", default: true,
    help:
      "Each CronJob is synced when it is due; otherwise all of them every 10 s after two LISTs.",
    source: "feature gate CronJobControllerV2: alpha 1.20, on since 1.21")
  package static let cronJobSyncs = Knob<Int>(
    "concurrent-cron-job-syncs", default: 5, in: 1...1_000,
    help: "Workers of the CronJob controller, where CronJobs are queued.",
    source: "kube-controller-manager --concurrent-cron-job-syncs: 5")
  package static let deletesFinished = Knob<Bool>(
    "TTLAfterFinished", default: true, help: "`ttlSecondsAfterFinished` of Jobs is obeyed.",
    source: "feature gate TTLAfterFinished: alpha 1.12, on since 1.21")

  /// What a section's declaration lists.
  package static var members: [any SectionMember] {
    [cronJobsAreQueued, cronJobSyncs, deletesFinished]
  }

  package init(_ reader: inout SectionReader) {
    cronJobsAreQueued = reader[Self.cronJobsAreQueued]
    cronJobSyncs = reader[Self.cronJobSyncs]
    deletesFinished = reader[Self.deletesFinished]
  }
}
