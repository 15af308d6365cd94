// SPDX-License-Identifier: Apache-2.0
import DequeModule
package import DiscreteEvents

/// The image pulls of all nodes. Only a node that pulls has a session; see `PullSession`.
package struct ImagePulls: Codable, Sendable {
  /// The next moment at which something happens to the pulls of a node, as far as is known now.
  package struct Announcement: Sendable {
    package let time: SimTime
    /// Unique in the run; only the latest of a node stands.
    package let number: UInt32
  }

  /// Layers that a failed pull has left behind.
  private struct Remnant: Codable, Sendable {
    var node: NodeID
    var image: ImageID
    var layers: Int
  }

  private let limits: PullLimits
  /// By pool.
  private let speeds: [PullSpeeds]
  package let images: [Image]
  private var sessions: [PullSession] = []
  private var free: [UInt32] = []
  private var announcements: UInt32 = 0
  private var remnants: [Remnant] = []

  package init(_ limits: PullLimits, speeds: [PullSpeeds], images: [Image]) {
    self.limits = limits
    self.speeds = speeds
    self.images = images
  }

  /// Asks for an image on behalf of a pod; what comes of it are notices.
  package mutating func request(
    _ image: ImageID, for waiter: PullWaiter, on node: NodeID, at now: SimTime,
    _ nodes: inout NodeTable
  ) {
    let index = open(node, &nodes)
    if waiter.isForSandbox {
      sessions[index].requestForSandbox(image, for: waiter, at: now, disk(of: node, nodes))
    } else {
      sessions[index].request(image, for: waiter)
    }
  }

  /// The registry has answered a pull.
  package mutating func registryAnswered(
    _ number: UInt32, isGranted: Bool, on node: NodeID, at now: SimTime,
    _ nodes: borrowing NodeTable
  ) {
    guard let index = session(of: node, nodes) else { return }
    sessions[index].answered(number, isGranted: isGranted, at: now, disk(of: node, nodes))
  }

  /// Lets happen what was announced; whether it still stood.
  package mutating func advance(
    _ number: UInt32, on node: NodeID, at now: SimTime, _ nodes: borrowing NodeTable
  ) -> Bool {
    guard let index = session(of: node, nodes), sessions[index].announced == number
    else { return false }
    sessions[index].advance(at: now, disk(of: node, nodes))
    return true
  }

  /// A layer that a node writes to a shared disk is complete.
  package mutating func layerExtracted(
    _ number: UInt32, on node: NodeID, at now: SimTime, _ nodes: borrowing NodeTable
  ) {
    guard let index = session(of: node, nodes) else { return }
    sessions[index].layerExtracted(number, at: now, disk(of: node, nodes))
  }

  /// The next thing that the node's kubelet has to take notice of.
  package mutating func nextNotice(
    on node: NodeID, at now: SimTime, _ nodes: inout NodeTable
  ) -> PullNotice? {
    guard let index = session(of: node, nodes) else { return nil }
    if sessions[index].notices.isEmpty {
      sessions[index].startNext(at: now, disk(of: node, nodes))
    }
    guard let notice = sessions[index].notices.popFirst() else { return nil }
    switch notice {
    case .pulled(let image, _, _):
      nodes[node].keep(image)
      remnants.removeAll { $0.node == node && $0.image == image }
    case .kept(let image, let layers):
      remnants.removeAll { $0.node == node && $0.image == image }
      remnants.append(Remnant(node: node, image: image, layers: layers))
    case .begun, .entered, .ready, .failed, .write, .stopWriting: break
    }
    return notice
  }

  /// Tells when to come back; a session in which nothing is left is closed.
  package mutating func settle(
    _ node: NodeID, at now: SimTime, _ nodes: inout NodeTable
  ) -> Announcement? {
    guard let index = session(of: node, nodes) else { return nil }
    // Whatever was announced before does not stand any more.
    announcements += 1
    sessions[index].announced = announcements
    if let time = sessions[index].nextTime {
      return Announcement(time: max(time, now), number: announcements)
    }
    if sessions[index].isIdle(at: now) { close(node, &nodes) }
    return nil
  }

  /// Forgets all pulls of a node whose machine is gone.
  package mutating func close(_ node: NodeID, _ nodes: inout NodeTable) {
    let session = nodes[node].pullSession
    guard session != .max else { return }
    nodes[node].pullSession = .max
    free.append(session)
  }

  /// What the pod waits for of its node's pulls; nil when it waits for none. O(pulls of the node).
  func stage(of pod: PodID, on node: NodeID, _ nodes: borrowing NodeTable) -> PullStage? {
    guard node != .none, let index = session(of: node, nodes) else { return nil }
    return sessions[index].stage(of: pod)
  }

  private func session(of node: NodeID, _ nodes: borrowing NodeTable) -> Int? {
    nodes[node].pullSession == .max ? nil : Int(nodes[node].pullSession)
  }

  private func disk(of node: NodeID, _ nodes: borrowing NodeTable) -> ImagesOnDisk {
    let own = remnants.filter { $0.node == node }
    return ImagesOnDisk(
      images: images, complete: nodes[node].cachedImages,
      remnants: own.map { ($0.image, $0.layers) })
  }

  private mutating func open(_ node: NodeID, _ nodes: inout NodeTable) -> Int {
    if let index = session(of: node, nodes) { return index }
    let fresh = PullSession(limits, speeds[nodes[node].pool.index])
    let index: Int
    if let slot = free.popLast() {
      index = Int(slot)
      sessions[index] = fresh
    } else {
      index = sessions.count
      sessions.append(fresh)
    }
    nodes[node].pullSession = UInt32(index)
    return index
  }
}

/// What a node's image disk holds.
struct ImagesOnDisk {
  let images: [Image]
  /// Complete images by bit.
  let complete: UInt64
  /// Lowest layers of images that are not complete.
  let remnants: [(image: ImageID, layers: Int)]

  func has(_ image: ImageID) -> Bool { complete >> UInt64(image.rawValue) & 1 == 1 }

  func completeLayers(of image: ImageID) -> Int {
    remnants.first { $0.image == image }?.layers ?? 0
  }
}
