// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Scenario

/// Layers that are being written to disks which other programs use too: one write after the other,
/// each waited for, while the next piece is decompressed.
package struct LayerWrites: Codable, Sendable {
  /// Where the nodes of a pool extract images to.
  package struct Target: Codable, Sendable {
    package var name: String
    /// A disk of its type that nobody has used.
    package var unused: Disk

    package init(name: String, unused: Disk) {
      self.name = name
      self.unused = unused
    }
  }

  /// One layer.
  struct Layer: Codable, Sendable {
    let number: UInt32
    let node: NodeID
    let pull: UInt32
    let disk: DiskID
    var left: Int64
    /// When the next piece is decompressed.
    var ready: SimTime
    /// A piece is on its way to the disk.
    var isWriting = false
  }

  private struct Place: Codable, Sendable {
    var node: NodeID
    var disk: DiskID
  }

  /// By pool; `nil` where nodes have a disk of their own.
  private let targets: [Target?]
  /// Bytes of one write.
  let writeBytes: Int64
  private let bytesPerSecond: Double
  let stream: StreamID
  private var places: [Place] = []
  private var layers: [Layer] = []
  private var lastNumber: UInt32 = 0

  package init(
    _ images: ImageManagerConfiguration, targets: [Target?], _ context: inout ClusterContext
  ) {
    self.targets = targets
    writeBytes = images.extractionWriteBytes.bytes
    bytesPerSecond = images.decompressionRate.bytesPerSecond
    stream = context.streams.stream("kubelet/extraction")
  }

  /// How long one core decompresses what one write takes.
  var pieceTime: SimDuration {
    SimDuration(roundingSeconds: Double(writeBytes) / bytesPerSecond)
  }

  /// Begins a layer; returns its number.
  mutating func begin(
    _ bytes: Int64, pull: UInt32, on node: NodeID, at now: SimTime,
    _ context: inout ClusterContext
  ) -> UInt32 {
    lastNumber &+= 1
    let disk = place(of: node, &context)
    layers.append(
      Layer(
        number: lastNumber, node: node, pull: pull, disk: disk, left: bytes,
        ready: now + pieceTime))
    return lastNumber
  }

  subscript(number: UInt32) -> Layer? {
    get { layers.first { $0.number == number } }
    set {
      guard let index = layers.firstIndex(where: { $0.number == number }) else { return }
      if let newValue { layers[index] = newValue } else { layers.remove(at: index) }
    }
  }

  /// The pull has ended before its time.
  mutating func stop(_ pull: UInt32, on node: NodeID) {
    layers.removeAll { $0.node == node && $0.pull == pull }
  }

  /// The machine is gone.
  mutating func stopAll(on node: NodeID) { layers.removeAll { $0.node == node } }

  /// Whether a node of the pool has extracted to a disk that others use too.
  func hasShared(by pool: NodePoolID, _ context: borrowing ClusterContext) -> Bool {
    places.contains {
      context.nodes[$0.node].pool == pool && context.disks.writers($0.disk) > 1
    }
  }

  /// The disk of a node: its number among the nodes of its pool says whose.
  private mutating func place(of node: NodeID, _ context: inout ClusterContext) -> DiskID {
    if let known = places.first(where: { $0.node == node }) { return known.disk }
    let pool = context.nodes[node].pool
    guard let target = targets[pool.index] else {
      preconditionFailure("a pool without a host disk has no layers to write")
    }
    var rank = 0
    for other in context.nodes.ids.prefix(node.index) where context.nodes[other].pool == pool {
      rank += 1
    }
    let disk = context.disks.place(target.unused, hostDisk: target.name, member: rank)
    places.append(Place(node: node, disk: disk))
    return disk
  }
}

extension Kubelets {
  mutating func beginLayer(
    _ pull: UInt32, bytes: Int64, on node: NodeID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let layer = layerWrites.begin(bytes, pull: pull, on: node, at: agenda.now, &context)
    schedule(.layerDue(layer), after: layerWrites.pieceTime, context, &agenda)
  }

  /// A piece of a layer is on the disk, or the next one is decompressed.
  mutating func goOnWithLayer(
    _ number: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard var layer = layerWrites[number] else { return }
    if layer.isWriting {
      layer.isWriting = false
      layer.left -= layerWrites.writeBytes
      if layer.left <= 0 {
        layerWrites[number] = nil
        pulls.layerExtracted(layer.pull, on: layer.node, at: agenda.now, context.nodes)
        serveNotices(layer.node, &context, &agenda)
        return
      }
    }
    var next = layer.ready
    if next <= agenda.now {
      layer.isWriting = true
      layer.ready = agenda.now + layerWrites.pieceTime
      next = context.disks[layer.disk].write(
        bytes: Int(min(layer.left, layerWrites.writeBytes)), at: agenda.now,
        &context.streams[layerWrites.stream])
    }
    layerWrites[number] = layer
    agenda.schedule(.kubelet(.layerDue(number)), in: context.cluster, at: next)
  }
}
