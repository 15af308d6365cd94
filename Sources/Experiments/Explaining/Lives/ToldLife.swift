// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import DiscreteEvents
package import Measurement

/// A life as it is told: what the model saw, in seconds, with the run that it was seen in.
package struct ToldLife: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable {
    case request, pod, job
  }

  package struct Step: Sendable, Hashable {
    package let startSeconds: Double
    package let seconds: Double
    package let what: String
    /// Nil for what is neither waiting nor service.
    package let phase: AccountPhase?
    /// As in the time account of requests; nil for pods and jobs.
    package let resource: String?
    /// The kind of event that ended it; empty if it went on.
    package let event: String
  }

  package let kind: Kind
  package let name: String
  package let seed: UInt64
  package let fingerprint: UInt64
  package let beganSeconds: Double
  /// The end of what is waited for; shares are of the time up to here. Nil when it was not reached.
  package let readySeconds: Double?
  package let endedSeconds: Double?
  package let outcome: String?
  package let steps: [Step]

  init(_ life: Life, seed: UInt64, fingerprint: UInt64) {
    kind =
      switch life.kind {
      case .request: .request
      case .pod: .pod
      case .job: .job
      }
    name = life.name
    self.seed = seed
    self.fingerprint = fingerprint
    beganSeconds = life.began.seconds
    readySeconds = life.ready?.seconds
    endedSeconds = life.ended?.seconds
    outcome = life.outcome
    steps = life.steps.map {
      Step(
        startSeconds: $0.start.seconds, seconds: $0.duration.seconds, what: $0.what,
        phase: $0.phase, resource: $0.resource, event: $0.event)
    }
  }

  /// The time that shares are of; nil when its end was not reached.
  package var wholeSeconds: Double? { readySeconds.map { $0 - beganSeconds } }

  /// The steps that belong to it.
  package var stepsUntilReady: [Step] {
    steps.filter { step in readySeconds.map { step.startSeconds < $0 } ?? true }
  }

  /// What a step that begins at a moment and takes so long is of the whole; nil when it comes after.
  package func share(from start: Double, _ seconds: Double) -> Double? {
    guard let readySeconds, let wholeSeconds, wholeSeconds > 0, start < readySeconds
    else { return nil }
    return seconds / wholeSeconds
  }

  /// Time in a phase until it was ready.
  package func sum(of phase: AccountPhase?) -> Double {
    stepsUntilReady.filter { $0.phase == phase }.reduce(0) { $0 + $1.seconds }
  }
}
