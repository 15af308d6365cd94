// SPDX-License-Identifier: Apache-2.0

/// Everything that can happen to the API servers of a cluster.
package enum APIServerEvent: BitwiseCopyable, Codable, Sendable {
  /// A request arrives.
  case arrive(RequestID)
  /// A core has spent its slice on the request.
  case cpuDone(RequestID)
  /// The store has answered.
  case storeAnswered(RequestID)
  /// The last byte of the response has left.
  case responded(RequestID)
  /// The oldest request may have run into `request-timeout`.
  case timeoutCheck
  /// An object has changed in the store: the watch caches learn of it and tell their watchers.
  case changed(ResourceID, ObjectChange, UInt32)
  /// A client asks for a watch of a kind, from an event number on.
  case watch(NodeID, UInt32, WatchKindID)
  /// The process behind a single client's watch has ended.
  case watcherEnded(WatchKindID)
  /// What is due with watches and memory.
  case watchTick
  /// A replica's process ends, and a new one starts.
  case stop(UInt8)
  case start(UInt8)
  /// One of the watch caches of a starting replica (in its so many-th life) is full.
  case cacheFilled(UInt8, UInt16)
  /// A node's clients have filled their caches and watch; its machine has stopped.
  case nodeJoined(NodeID)
  case nodeStopped(NodeID)
  /// Ask the stores to compact.
  case compactionDue
  /// The oldest request in a flow-control queue may have waited too long.
  case flowControlWaitOver
  /// The seats that a write keeps for its watchers are free: server, level, queue, seats.
  case seatsFree(UInt8, UInt8, UInt16, UInt16)
  /// The admission webhooks of a write have answered or run out of time.
  case admitted(RequestID)
  /// The audit event of an answer is written.
  case audited(RequestID)
  /// A watch that was let in is established.
  case watchEstablished(RequestID)
  /// Levels lend and borrow seats anew.
  case adjustSeats
}
