// SPDX-License-Identifier: Apache-2.0
import DequeModule
package import DiscreteEvents

/// The image pulls of all nodes.
///
/// Only a node that pulls has a session here. Download and extraction of one image run one after the
/// other at that image's own rate (the registry's for a stream, then one core's decompression or a
/// disk that is written and waited for); several pulls share the disk's bandwidth. With
/// `serialize-image-pulls` one pull runs and the others queue behind it.
package struct ImagePulls: Codable, Sendable {
  /// The next end of a pull on a node, as far as is known now.
  package struct Announcement: Sendable {
    package let time: SimTime
    /// Unique in the run; only the latest of a node stands.
    package let number: UInt32
  }

  private struct Session: Codable, Sendable {
    var announced: UInt32 = 0
    var station: ProcessorSharingStation
    var running: [PodID] = []
    var queue: Deque<Waiting> = []
  }

  /// A pull that waits for its turn.
  private struct Waiting: Codable, Sendable {
    var pod: PodID
    var image: ImageID
    /// Time the pull takes alone.
    var work: SimDuration
  }

  private var sessions: [Session] = []
  private var free: [UInt32] = []
  private var announcements: UInt32 = 0
  private let parallel: Int

  /// - Parameter parallel: pulls that a node runs at the same time; 1 is serial.
  package init(parallel: Int) { self.parallel = parallel }

  /// Asks for an image.
  ///
  /// - Parameters:
  ///   - work: time the pull takes alone.
  ///   - sharing: pulls that the disk's bandwidth carries at full rate, 1 or more.
  /// - Returns: the next end of a pull on that node, to be scheduled.
  package mutating func request(
    _ image: ImageID, for pod: PodID, on node: NodeID, work: SimDuration, sharing: Double,
    at now: SimTime, _ nodes: inout NodeTable
  ) -> Announcement? {
    let index = open(node, sharing: sharing, &nodes)
    sessions[index].queue.append(Waiting(pod: pod, image: image, work: work))
    return startNext(index, on: node, at: now, nodes)
  }

  /// Whether the announced end still stands.
  package func isCurrent(
    _ number: UInt32, on node: NodeID, _ nodes: borrowing NodeTable
  ) -> Bool {
    let session = nodes[node].pullSession
    return session != .max && sessions[Int(session)].announced == number
  }

  /// A pull that has ended by now, `nil` when there is none (any more).
  package mutating func finished(
    on node: NodeID, at now: SimTime, _ nodes: borrowing NodeTable
  ) -> PodID? {
    let index = Int(nodes[node].pullSession)
    guard let pod = sessions[index].station.departed(at: now) else { return nil }
    let id = PodID(rawValue: pod)
    sessions[index].running.removeAll { $0 == id }
    return id
  }

  /// Starts what waits and tells when the next pull will end; closes the session when none is left.
  package mutating func proceed(
    on node: NodeID, at now: SimTime, _ nodes: inout NodeTable
  ) -> Announcement? {
    let index = Int(nodes[node].pullSession)
    let next = startNext(index, on: node, at: now, nodes)
    if sessions[index].running.isEmpty, sessions[index].queue.isEmpty { close(node, &nodes) }
    return next
  }

  /// Forgets all pulls of a node whose machine is gone.
  package mutating func close(_ node: NodeID, _ nodes: inout NodeTable) {
    let session = nodes[node].pullSession
    guard session != .max else { return }
    sessions[Int(session)].running.removeAll(keepingCapacity: true)
    sessions[Int(session)].queue.removeAll(keepingCapacity: true)
    nodes[node].pullSession = .max
    free.append(session)
  }

  private mutating func open(
    _ node: NodeID, sharing: Double, _ nodes: inout NodeTable
  ) -> Int {
    if nodes[node].pullSession != .max { return Int(nodes[node].pullSession) }
    let station = ProcessorSharingStation(capacity: sharing, perCustomerLimit: 1)
    let index: Int
    if let slot = free.popLast() {
      index = Int(slot)
      sessions[index] = Session(station: station)
    } else {
      index = sessions.count
      sessions.append(Session(station: station))
    }
    nodes[node].pullSession = UInt32(index)
    return index
  }

  private mutating func startNext(
    _ index: Int, on node: NodeID, at now: SimTime, _ nodes: borrowing NodeTable
  ) -> Announcement? {
    while sessions[index].running.count < parallel, let next = sessions[index].queue.popFirst() {
      sessions[index].running.append(next.pod)
      // A pod that waited behind a pull of the same image finds it there.
      let work = nodes[node].has(next.image) ? .zero : next.work
      _ = sessions[index].station.arrive(next.pod.rawValue, work: work, at: now)
    }
    guard let next = sessions[index].station.nextDeparture else { return nil }
    announcements += 1
    sessions[index].announced = announcements
    return Announcement(time: next.time, number: announcements)
  }
}
