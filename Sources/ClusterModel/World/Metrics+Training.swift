// SPDX-License-Identifier: Apache-2.0
import Measurement

/// Metrics of training jobs, in the terms of the papers: goodput, effective training time, interruptions.
extension MetricDeclaration {
  static let training: [MetricDeclaration] = [
    trainingTime, trainingGoodput, trainingEffectiveTime, trainingSteps, trainingLostSteps,
    trainingStepTime, trainingInterruptions, trainingTimeToInterruption, trainingLostWork,
    trainingRestart, trainingCheckpoints, trainingCheckpointDuration, trainingMembers,
    trainingJobsActive, trainingJobsCompleted, trainingJobDuration,
  ]

  static let trainingTime = MetricDeclaration(
    "training_job_seconds_total", .counter, in: .seconds,
    help: "Time of training jobs by what it went to: productive, lost, checkpoint, restart, queue.",
    labels: ["workload", "state"])
  static let trainingGoodput = MetricDeclaration(
    "training_goodput_ratio", .gauge, in: .ratio,
    help: "Productive share of a job's time, waiting for members apart (runtime goodput).",
    labels: ["workload"])
  static let trainingEffectiveTime = MetricDeclaration(
    "training_effective_time_ratio", .gauge, in: .ratio,
    help: "Productive share of all time since a job's submission (ETTR).", labels: ["workload"])
  static let trainingSteps = MetricDeclaration(
    "training_steps_total", .counter, in: .count("steps"),
    help: "Steps that were done, those done again among them.", labels: ["workload"])
  static let trainingLostSteps = MetricDeclaration(
    "training_lost_steps_total", .counter, in: .count("steps"),
    help: "Steps that a halt has undone.", labels: ["workload"])
  static let trainingStepTime = MetricDeclaration(
    "training_step_duration_seconds", .gauge, in: .seconds,
    help: "Time of a step at the pace of the slowest member.", labels: ["workload"])
  static let trainingInterruptions = MetricDeclaration(
    "training_interruptions_total", .counter, in: .count("interruptions"),
    help: "Times that a gang was halted by the loss of a member.", labels: ["workload"])
  static let trainingTimeToInterruption = MetricDeclaration(
    "training_time_to_interruption_seconds", .histogram, in: .seconds,
    help: "Time from the first step after a start to the next interruption.",
    labels: ["workload"], span: .month)
  static let trainingLostWork = MetricDeclaration(
    "training_lost_work_seconds", .histogram, in: .seconds,
    help: "Training time that an interruption has undone.", labels: ["workload"], span: .month)
  static let trainingRestart = MetricDeclaration(
    "training_restart_duration_seconds", .histogram, in: .seconds,
    help: "Time from an interruption to the next step.", labels: ["workload"], span: .month)
  static let trainingCheckpoints = MetricDeclaration(
    "training_checkpoints_total", .counter, in: .count("checkpoints"),
    help: "Saves that were complete.", labels: ["workload"])
  static let trainingCheckpointDuration = MetricDeclaration(
    "training_checkpoint_duration_seconds", .histogram, in: .seconds,
    help: "Time from the beginning of a save until it can be restored.", labels: ["workload"])
  static let trainingMembers = MetricDeclaration(
    "training_members_working", .gauge, in: .count("members"),
    help: "Members of gangs that train or save: all of a gang or none.", labels: ["workload"])
  static let trainingJobsActive = MetricDeclaration(
    "training_jobs_active", .gauge, in: .count("jobs"),
    help: "Training jobs that are not done.", labels: ["workload"])
  static let trainingJobsCompleted = MetricDeclaration(
    "training_jobs_completed_total", .counter, in: .count("jobs"),
    help: "Training jobs whose last step is done.", labels: ["workload"])
  static let trainingJobDuration = MetricDeclaration(
    "training_job_duration_seconds", .histogram, in: .seconds,
    help: "Time from a training job's submission to its last step.", labels: ["workload"],
    span: .month)
}
