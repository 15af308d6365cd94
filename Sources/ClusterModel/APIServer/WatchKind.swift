// SPDX-License-Identifier: Apache-2.0
import DequeModule
package import DiscreteEvents

/// A kind of watch: equal watches of equal clients on one resource.
package struct WatchKindID: TableIndex {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// Which events of its resource reach a watch.
package enum WatchSelection: UInt8, Codable, Sendable, BitwiseCopyable {
  /// All of them.
  case everything
  /// Those of the client's own objects, found through a trigger index: the others cost nothing
  /// (pods by `spec.nodeName`, secrets and config maps by name; registry/*/strategy.go).
  case indexed
  /// Those of the client's own objects, but every watcher's filter looks at every event.
  case filtered
}

/// What the watches of a kind have in common.
package struct WatchKind: Codable, Sendable {
  /// The client's name, as in the `client` label.
  package var client: String
  package var resource: ResourceID
  package var selection = WatchSelection.everything
  /// It selects `!service.kubernetes.io/headless`.
  package var skipsHeadless = false
  /// One client on each node; otherwise a single client on the control plane.
  package var isPerNode = false
  /// Equal watches that each client holds.
  package var count = 1
  /// The parts of the model behind this informer.
  package var watchers: WatcherSet = []
  /// The component of which these are the informers of the working process, if it can lose it.
  package var component: ControlPlaneComponent?
  /// The LIST that fills the informer's store.
  package var list = RequestClassID(rawValue: 0)
  /// The request for the watch itself, where requests for watches are let in one by one.
  package var watch: RequestClassID?
  /// CPU of the client for each event and its handlers, bytes apart.
  package var eventCPU: SimDuration = .zero
  /// CPU of the client for each 10^3 bytes that it decodes.
  package var cpuPerKilobyte: SimDuration = .zero

  /// Time that the client needs for one event.
  package func processingTime(bytes: Int64) -> SimDuration {
    eventCPU + cpuPerKilobyte.forKilobytes(of: bytes)
  }
}

/// The watches of one kind that are connected to one replica.
///
/// They get the same events and work at the same speed, so one record stands for all of them.
package struct WatchCohort: Codable, Sendable {
  /// Clients connected.
  package internal(set) var clients = 0
  /// When the client will be done with each event that is on its way to it, oldest first.
  private var finishes: Deque<SimTime> = []
  /// When it will be done with all it has been sent.
  package private(set) var busyUntil: SimTime = .zero
  /// When the server ends the watch; only kept for single clients.
  package var endsAt: SimTime = .zero

  /// Events sent and not yet processed.
  mutating func backlog(at now: SimTime) -> Int {
    while let first = finishes.first, first <= now { finishes.removeFirst() }
    return finishes.count
  }

  /// When the oldest event under way will be processed.
  var nextFree: SimTime { finishes.first ?? .zero }

  /// Makes room although the client is not done: the dispatcher has waited for it.
  mutating func dropOldest() { if !finishes.isEmpty { finishes.removeFirst() } }

  /// Sends an event; returns when the client is done with it.
  mutating func send(deliveredAt time: SimTime, processing: SimDuration) -> SimTime {
    busyUntil = max(busyUntil, time) + processing
    finishes.append(busyUntil)
    return busyUntil
  }

  /// The connection is new: what is under way is the replay of missed events.
  mutating func restart(busyUntil time: SimTime) {
    finishes.removeAll()
    busyUntil = time
  }
}

extension SimDuration {
  /// This much for each 10^3 bytes.
  func forKilobytes(of bytes: Int64) -> SimDuration {
    SimDuration(nanoseconds: nanoseconds * bytes / 1_000)
  }
}
