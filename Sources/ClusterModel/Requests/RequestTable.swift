// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Measurement

/// One request under way: a traveller of the request path.
///
/// The part that holds the request may change the row and hands it on by sending its event. Two
/// sides keep it alive, the client that waits and the server that works; after a client time-out
/// the server goes on alone, as a real API server does.
package struct RequestRow: Codable, Sendable {
  /// The kind of request.
  package var classID: RequestClassID
  /// The API server it was sent to.
  package var server: APIServerID = APIServerID(rawValue: 0)
  /// Which try of the client this is, from 1.
  package var attempt: UInt8 = 1
  /// The client still waits for the answer.
  package var clientWaits = true
  /// The requester has not yet been told how it ended.
  package var requesterHolds = true
  /// A server still holds the request.
  package var serverWorks = false
  /// It holds an in-flight seat of the API server.
  package var holdsSeat = false
  /// Its admission webhooks have been asked.
  package var isAdmitted = false
  /// It waits in a queue of Priority and Fairness.
  package var isQueued = false
  /// Its priority level and queue there, and the seats that it takes.
  package var level: UInt8 = 0
  package var queue: UInt16 = 0
  package var seats: UInt16 = 1
  /// The next in its queue.
  package var nextInQueue = RequestID.none
  /// When it got its seat.
  package var seated: SimTime = .zero
  /// The server's own `request-timeout` has passed; whatever the store answers is dropped.
  package var serverGaveUp = false
  /// The answer of the store has arrived and the response is being made.
  package var answering = false
  /// Its answer takes memory of the API server.
  package var holdsAnswer = false
  /// What a read asks etcd for.
  package var plan: ReadPlan = .object
  /// The outcome the server has settled on.
  package var outcome: RequestOutcome = .ok
  /// Whom or what the request is about, in the requester's own numbering (a node, pod, member).
  package var subject: UInt32
  /// The object written or read, in the numbering of its resource.
  package var object: UInt32
  /// What the writer puts into the object, where the model needs it (a heartbeat's time, the node
  /// of a binding).
  package var payload: UInt64
  /// The node whose process sent it; `.none` for the control plane and clients outside.
  package var origin: NodeID
  /// Bytes of the object written, or 0 to take the class's.
  package var objectBytes: UInt32 = 0
  /// CPU that the API server has still to spend before the next step.
  package var cpuLeft: SimDuration = .zero
  /// Bytes of the response body.
  package var responseBytes: Int64 = 0
  /// Bytes of the objects that the answer is made from.
  package var answerBytes: Int64 = 0
  /// The resource's newest change that a LIST holds, by number (`ObjectTable.changes`).
  package var revision: UInt32 = 0
  /// Keys that a range read returns.
  package var keys: Int64 = 0
  /// When the client sent this try.
  package var issued: SimTime
  /// When the requester first wanted it.
  package var submitted: SimTime
  /// When the API server accepted it.
  package var accepted: SimTime = .zero
  /// When the API server turned to the store.
  package var sentToStore: SimTime = .zero
  /// End of the part of the request's life that is accounted so far.
  package var stamp: SimTime
  /// Where it is, of the stations that use `entered`.
  package private(set) var station = RequestStation.none
  /// When it entered that station.
  package private(set) var entered: SimTime = .zero
  /// When its service at that station starts.
  package var serviceStart: SimTime = .zero
  /// When its last byte left the station's network card.
  package var sent: SimTime = .zero
  /// Position in the store's log that a read must see.
  package var logIndex: UInt64 = 0
  /// The time account of the request.
  package var account: AccountID

  /// A server has it, or its answer is on the way; false during a client's back-off.
  package var serverIsAsked = true

  /// Enters a station.
  package mutating func enter(_ station: RequestStation, at now: SimTime) {
    self.station = station
    entered = now
  }

  /// Leaves the station that it is in; returns when it entered it.
  package mutating func leaveStation() -> SimTime {
    station = .none
    return entered
  }

  /// The row of a client's next try while a server still works on this one.
  package var nextTry: RequestRow {
    RequestRow(
      classID: classID, attempt: attempt, subject: subject, object: object, payload: payload,
      origin: origin, objectBytes: objectBytes, issued: issued, submitted: submitted,
      stamp: stamp, account: account)
  }

  /// Back to the state before a server saw it: what a client does before another try.
  package mutating func prepareForNextTry() {
    serverIsAsked = false
    serverGaveUp = false
    outcome = .ok
    answering = false
    holdsSeat = false
    isAdmitted = false
    keys = 0
    responseBytes = 0
  }
}

/// A row together with the generation of its slot: survives the reuse of the slot.
package struct RequestReference: Codable, Sendable, BitwiseCopyable, Hashable {
  package let id: RequestID
  package let generation: UInt32
}

/// All requests under way in a cluster. Slots are reused, so the table stops growing once the
/// largest number of concurrent requests has been seen.
package struct RequestTable: Codable, Sendable {
  private var rows: [RequestRow] = []
  private var generations: [UInt32] = []
  private var free: [UInt32] = []

  package init(capacity: Int = 1024) {
    rows.reserveCapacity(capacity)
    generations.reserveCapacity(capacity)
    free.reserveCapacity(capacity)
  }

  /// Requests under way.
  package var count: Int { rows.count - free.count }

  package subscript(id: RequestID) -> RequestRow {
    get { rows[id.index] }
    _modify { yield &rows[id.index] }
  }

  /// The requests under way, in the order of their slots. O(slots).
  package var underWay: some Sequence<RequestRow> {
    rows.lazy.filter { $0.requesterHolds || $0.serverWorks }
  }

  /// Puts a request into a free slot. O(1).
  package mutating func insert(_ row: RequestRow) -> RequestID {
    if let slot = free.popLast() {
      rows[Int(slot)] = row
      return RequestID(rawValue: slot)
    }
    rows.append(row)
    generations.append(0)
    return RequestID(rows.count - 1)
  }

  /// All slots, used or not, as numbers. O(slots) to walk.
  package var slots: LazyMapSequence<Range<Int>, RequestID> {
    rows.indices.lazy.map { RequestID($0) }
  }

  package func reference(_ id: RequestID) -> RequestReference {
    RequestReference(id: id, generation: generations[id.index])
  }

  /// Whether the request that the reference was taken from is still in the table.
  package func isCurrent(_ reference: RequestReference) -> Bool {
    generations[reference.id.index] == reference.generation
  }

  /// The requester knows the outcome; the slot becomes free when the server's side has ended too.
  package mutating func endClientSide(_ id: RequestID) {
    rows[id.index].requesterHolds = false
    releaseIfEnded(id)
  }

  /// Ends the server's side; the slot becomes free when the client's side has ended too.
  package mutating func endServerSide(_ id: RequestID) {
    rows[id.index].serverWorks = false
    releaseIfEnded(id)
  }

  private mutating func releaseIfEnded(_ id: RequestID) {
    guard !rows[id.index].requesterHolds, !rows[id.index].serverWorks else { return }
    generations[id.index] &+= 1
    free.append(id.rawValue)
  }
}
