// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// What a training job is doing.
enum TrainingPhase: UInt8, Codable, Sendable {
  /// It waits for members of its gang.
  case queued
  /// A member is lost; the processes of the others are ended and the cause is looked for.
  case halted
  /// The gang is complete; processes start and load the last checkpoint.
  case starting
  /// Steps follow each other.
  case training
  /// Training waits for a save.
  case saving
  case done
}

/// One training job. Its state is that of the whole gang: members are in lockstep.
struct TrainingJob: Codable, Sendable {
  let source: UInt16
  let submitted: SimTime
  var phase = TrainingPhase.queued
  /// Since when its time has not been accounted.
  var accountedUntil: SimTime
  /// Counts phases, so that the end of one that was cut short is not taken for that of another.
  var phaseNumber: UInt32 = 0
  /// Counts halts.
  var incarnation: UInt32 = 0
  /// Pods whose containers run, or machines that are the job's, those on their way apart.
  var pods: [PodID] = []
  var machines: [NodeID] = []
  /// When the machines on their way are there; `zero` without any.
  var machinesDue = SimTime.zero
  /// All pods are to be deleted before new ones are created.
  var isRecreating = false
  /// Members lost since it last trained.
  var lostMembers = 0
  /// When it was halted last; `nil` from the next step on and before the first.
  var haltedAt: SimTime?
  /// When it began to train after the last start.
  var trainingSince = SimTime.zero

  // MARK: Steps

  var stepTime = SimDuration.zero
  /// When the steps under way began, and how many of them have been counted.
  var stretchStart = SimTime.zero
  var stretchSteps = 0
  /// Steps since the last save began.
  var stepsSinceSave = 0
  var savesBegun = 0

  // MARK: Progress

  /// Steps that a save in the blob store holds.
  var savedSteps = 0
  /// Progress since that save.
  var unsaved = TrainingProgress()
  /// The part of it that is safe in the memory of other members.
  var inMemory = TrainingProgress()
  /// The part of it that is being written to the blob store in the background, and until when.
  var beingWritten: TrainingProgress?
  var writtenAt = SimTime.zero
  /// The part of it that has been counted as productive already.
  var counted = SimDuration.zero
}

/// Steps and the time that they took.
struct TrainingProgress: Codable, Sendable, Equatable {
  var steps = 0
  var time = SimDuration.zero

  static func - (a: Self, b: Self) -> Self { Self(steps: a.steps - b.steps, time: a.time - b.time) }
}
