// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// The life of one request: each time something is charged to its time account, a step ends.
///
/// Requests that began at the same instant for the same subject are all followed; the one that took as
/// long as the one that was asked for is told.
struct RequestLife: Sendable {
  private struct Candidate: Sendable {
    let account: AccountID
    var row: RequestID
    /// Until when its life is told.
    var stamp: SimTime
    var parts: [SimDuration]
    var state: RequestStepWords.State
    var steps: [LifeStep] = []
    var closed: SimTime?
    var outcome: RequestOutcome?
  }

  private let accountClass: String
  private let subject: UInt64
  private let opened: SimTime
  private let latency: SimDuration
  private var candidates: [Candidate] = []

  /// Holds the place of one that is being changed.
  static let empty = RequestLife(accountClass: "", subject: 0, opened: .zero, latency: .zero)

  init(accountClass: String, subject: UInt64, opened: SimTime, latency: SimDuration) {
    self.accountClass = accountClass
    self.subject = subject
    self.opened = opened
    self.latency = latency
  }

  mutating func begin(_ cluster: borrowing Cluster) {
    for id in cluster.context.requests.slots {
      let row = cluster.context.requests[id]
      guard row.clientWaits, cluster.context.accounts.isOpen(row.account),
        cluster.context.accounts.opened(row.account) == opened,
        cluster.context.accounts.subject(of: row.account) == subject,
        cluster.context.accounts.className(of: row.account) == accountClass
      else { continue }
      candidates.append(
        Candidate(
          account: row.account, row: id, stamp: opened,
          parts: Array(
            repeating: .zero, count: cluster.context.accounts.layout.width),
          state: RequestStepWords.State(row)))
    }
  }

  /// The answer's event follows the last step at the same instant.
  func isOver(at now: SimTime) -> Bool {
    candidates.allSatisfy { candidate in
      candidate.closed.map { candidate.outcome != nil || now > $0 } ?? false
    }
  }

  mutating func look(after event: WorldEvent, at now: SimTime, _ cluster: borrowing Cluster) {
    for index in candidates.indices {
      if candidates[index].closed == nil {
        Self.look(at: &candidates[index], after: event, at: now, cluster)
      } else if case .cluster(.completed(let id, let outcome)) = event.body,
        id == candidates[index].row, candidates[index].outcome == nil
      {
        candidates[index].outcome = outcome
      }
    }
  }

  private static func look(
    at candidate: inout Candidate, after event: WorldEvent, at now: SimTime,
    _ cluster: borrowing Cluster
  ) {
    let isInRow = cluster.context.requests[candidate.row].account == candidate.account
    if isInRow, cluster.context.requests[candidate.row].clientWaits,
      cluster.context.requests[candidate.row].stamp == candidate.stamp
    {
      return
    }
    let isOpen = cluster.context.accounts.isOpen(candidate.account)
    if isOpen, !isInRow || !cluster.context.requests[candidate.row].clientWaits {
      // The next try of its client has a row of its own.
      for id in cluster.context.requests.slots
      where cluster.context.requests[id].account == candidate.account
        && cluster.context.requests[id].clientWaits
      {
        candidate.row = id
      }
    }
    let isKnown = cluster.context.requests[candidate.row].account == candidate.account
    let row = cluster.context.requests[candidate.row]
    tell(
      &candidate, charged: cluster.context.accounts.parts(of: candidate.account),
      until: isKnown ? min(row.stamp, now) : now, event)
    if isOpen {
      candidate.state = RequestStepWords.State(row)
    } else {
      finish(&candidate, at: now, event)
    }
  }

  /// Adds a step for each resource that something was charged for, in the order of the path.
  private static func tell(
    _ candidate: inout Candidate, charged: [SimDuration]?, until end: SimTime, _ event: WorldEvent
  ) {
    guard let charged else { return }
    let grown = RequestStepWords.order.compactMap { resource, phase in
      let column = 2 * resource.rawValue + (phase == .waiting ? 0 : 1)
      let duration = charged[column] - candidate.parts[column]
      return duration > .zero ? (resource, phase, duration) : nil
    }
    candidate.parts = charged
    var time = end - grown.reduce(SimDuration.zero) { $0 + $1.2 }
    if time > candidate.stamp {
      add(&candidate, until: time, RequestStepWords.unaccounted, nil, nil, event)
    }
    for (resource, phase, duration) in grown {
      time = time + duration
      let words = RequestStepWords.text(resource, phase, candidate.state, endedBy: event)
      add(&candidate, until: time, words, resource.name, phase, event)
    }
  }

  private static func add(
    _ candidate: inout Candidate, until end: SimTime, _ what: String, _ resource: String?,
    _ phase: AccountPhase?, _ event: WorldEvent
  ) {
    candidate.steps.append(
      LifeStep(
        start: candidate.stamp, end: end, what: what, phase: phase, resource: resource,
        event: WorldEvent.name(ofKind: event.kind)))
    candidate.stamp = end
  }

  private static func finish(_ candidate: inout Candidate, at now: SimTime, _ event: WorldEvent) {
    candidate.closed = now
    guard now > candidate.stamp else { return }
    if case .cluster(.storeClients(.answered)) = event.body {
      // A client of etcd calls again at once, and its account and row are used again.
      let words = RequestStepWords.text(
        .network, .service, candidate.state, endedBy: event)
      add(&candidate, until: now, words, AccountedResource.network.name, .service, event)
    } else {
      add(&candidate, until: now, RequestStepWords.givenUp, nil, nil, event)
    }
  }

  /// The one that took as long as the one that was asked for; nil when there was none.
  var told: Life? {
    candidates.first { $0.closed.map { $0 - opened } == latency }.map { candidate in
      Life(
        kind: .request, name: accountClass, began: opened, ended: candidate.closed,
        ready: candidate.closed, steps: candidate.steps,
        outcome: candidate.outcome.map(RequestStepWords.text))
    }
  }
}
