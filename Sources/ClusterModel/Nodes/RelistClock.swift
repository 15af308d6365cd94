// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// When a kubelet's periodic work comes round: its looks at the container runtime (PLEG,
/// pkg/kubelet/pleg/generic.go) and the rounds of its status manager.
///
/// A kubelet began at a moment of its own, so its phase within the period is any; it follows from the
/// node's number (multiples of the golden ratio fill an interval evenly) and takes no memory.
package struct RelistClock: Codable, Sendable {
  private let period: SimDuration
  private let timePerPod: SimDuration
  private let offset: UInt64

  /// pkg/kubelet/status/status_manager.go: `syncPeriod` = 10 s, in all versions.
  package static var statusPeriod: SimDuration { .seconds(10) }

  /// - Parameters:
  ///   - period: pause from the end of a look to the next one.
  ///   - timePerPod: what a look takes for each pod.
  ///   - offset: the luck of this run.
  package init(period: SimDuration, timePerPod: SimDuration, offset: UInt64) {
    self.period = period
    self.timePerPod = timePerPod
    self.offset = offset
  }

  /// When the kubelet knows of what has happened to a container now: at the end of the next look.
  package func seen(_ now: SimTime, on node: NodeID, pods: Int) -> SimTime {
    let look = timePerPod * pods
    return next(after: now, every: period + look, of: node) + look
  }

  /// The next round of the node's status manager.
  package func statusRound(after now: SimTime, on node: NodeID) -> SimTime {
    next(after: now, every: Self.statusPeriod, of: node)
  }

  private func next(after now: SimTime, every cycle: SimDuration, of node: NodeID) -> SimTime {
    let length = UInt64(cycle.nanoseconds)
    let fraction = offset &+ UInt64(node.rawValue) &* 0x9E37_79B9_7F4A_7C15
    let phase = length.multipliedFullWidth(by: fraction).high
    let position = (now.nanoseconds &+ length &- phase) % length
    return now + SimDuration(nanoseconds: Int64(length - position))
  }
}
