// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Measurement

/// What happened to one request, pod or job, step by step. Steps follow each other without gaps.
package struct Life: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable {
    case request, pod, job
  }

  package let kind: Kind
  /// As the user names it; of a request its class.
  package let name: String
  package let began: SimTime
  /// Nil when the run ended first.
  package let ended: SimTime?
  /// The end of the part that is waited for: a request's answer, a pod's being seen as running.
  /// Shares are of the time up to here; nil when it was not reached.
  package let ready: SimTime?
  package let steps: [LifeStep]
  /// How it ended, in a word or two; nil while it goes on.
  package let outcome: String?

  package init(
    kind: Kind, name: String, began: SimTime, ended: SimTime?, ready: SimTime?,
    steps: [LifeStep], outcome: String?
  ) {
    self.kind = kind
    self.name = name
    self.began = began
    self.ended = ended
    self.ready = ready
    self.steps = steps
    self.outcome = outcome
  }
}

/// A span of a life in which one thing was done or waited for.
package struct LifeStep: Sendable, Hashable {
  package let start: SimTime
  package let end: SimTime
  /// In words that users of Kubernetes know.
  package let what: String
  /// Nil where it is neither: work of its own, or time that no station has accounted.
  package let phase: AccountPhase?
  /// As in the time account of requests; nil for pods and jobs.
  package let resource: String?
  /// The kind of event that ended it, such as `apiserver.cpu-done`; empty if it goes on.
  package let event: String

  package var duration: SimDuration { end - start }

  package init(
    start: SimTime, end: SimTime, what: String, phase: AccountPhase?, resource: String? = nil,
    event: String
  ) {
    self.start = start
    self.end = end
    self.what = what
    self.phase = phase
    self.resource = resource
    self.event = event
  }
}

/// An item whose life can be told: found in a run, followed in another with the same luck.
package enum LifeItem: Sendable, Hashable {
  /// A closed time account: its class, whatever belongs to it, and when it was open.
  case request(
    ClusterID, accountClass: String, subject: UInt64, opened: SimTime, latency: SimDuration)
  case pod(ClusterID, PodID, created: SimTime)
  case job(ClusterID, JobID, submitted: SimTime)
  case trainingJob(ClusterID, JobID, submitted: SimTime)

  /// The moment from which it has to be watched.
  package var begins: SimTime {
    switch self {
    case .request(_, _, _, let opened, _): opened
    case .pod(_, _, let created): created
    case .job(_, _, let submitted), .trainingJob(_, _, let submitted): submitted
    }
  }
}
