// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// Equal watchers of one prefix: the same events, on streams with as many watchers each, and clients
/// of the same speed. One record stands for all of them.
package struct StoreWatcherGroup: Codable, Sendable {
  /// Which of the groups of etcd's server/storage/mvcc/watchable_store.go they are in.
  package enum Standing: UInt8, Codable, Sendable {
    /// Not opened yet, or cancelled because what they asked for was compacted.
    case closed
    /// They get each event when it is applied.
    case synced
    /// Their stream's channel was full; they hold a response that could not be sent.
    case victim
    /// They need revisions that have to be read from the backend.
    case unsynced
  }

  package let resource: ResourceID
  package let watchers: Int
  package let streams: Int
  /// When they are opened.
  let opensAt: SimTime
  /// Revisions before the present at which they begin.
  let behind: UInt64
  /// Time that a client needs for the events of one response, for each of them.
  let clientTime: SimDuration
  /// Bytes under way on a stream besides what is in its channel.
  let connectionBuffer: Int
  package internal(set) var standing = Standing.closed
  /// The first revision that they have not been offered.
  var nextRevision: UInt64 = 0
  /// Events in the response that a victim holds.
  var heldEvents = 0
  /// Later events of their prefix that each of them has still to get.
  package internal(set) var missedEvents = 0
  /// What is on its way to the clients.
  var clients = WatchCohort()
  /// Chosen by the synchronisation under way.
  var isChosen = false
  /// Events that each of them was sent.
  package internal(set) var delivered: UInt64 = 0

  /// Responses of one event on each stream.
  var watchersPerStream: Int { max(1, watchers / streams) }

  /// Events whose responses fit between the server and its clients.
  func room(channel: Int, bytes: Int) -> Int {
    max(1, (channel + connectionBuffer / max(1, bytes)) / watchersPerStream)
  }
}

/// The watchers of a store's direct clients.
package struct StoreWatches: Codable, Sendable {
  package internal(set) var groups: [StoreWatcherGroup] = []
  var syncIsScheduled = false
  var retryIsScheduled = false
  /// Where the choice of the next watchers to be synchronised begins.
  var nextGroup = 0
  var syncStarted: SimTime = .zero
  /// When all responses that are under way will have been written to their streams.
  var sendingUntil: SimTime = .zero
  /// A watcher has not been able to keep up.
  var hasFallenBehind = false

  /// Watchers that need something from the backend or hold a response.
  var slowWatchers: Int {
    groups.reduce(0) {
      $0 + ($1.standing == .victim || $1.standing == .unsynced ? $1.watchers : 0)
    }
  }

  /// Watchers that are unsynced.
  var unsyncedWatchers: Int {
    groups.reduce(0) { $0 + ($1.standing == .unsynced ? $1.watchers : 0) }
  }
}

/// What happens to the watchers of a store.
package enum StoreWatchStep: BitwiseCopyable, Codable, Sendable {
  /// A group's clients open their watches.
  case open(UInt16)
  /// Victims are tried again.
  case retryVictims
  /// Unsynced watchers are chosen and their revisions read.
  case synchronise
  /// These are read.
  case synchronised

  var digest: UInt64 {
    switch self {
    case .open(let group): 1 << 16 | UInt64(group)
    case .retryVictims: 2 << 16
    case .synchronise: 3 << 16
    case .synchronised: 4 << 16
    }
  }
}
