// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Measurement

/// How busy a disk was over the measuring window, by time and by the cap on operations: a disk can be
/// at its limit by one and idle by the other.
package struct DiskUsage: Codable, Sendable {
  private let byTime: GaugeID
  private let byOperations: GaugeID
  private var operationsBefore = 0
  private var busyBefore: SimDuration = .zero

  package init(device: String, _ instruments: inout Instruments) {
    let labels = [MetricLabel("device", device)]
    byTime = instruments.gauge(.diskTimeUtilisation, labels)
    byOperations = instruments.gauge(.diskOperationsUtilisation, labels)
  }

  /// The warm-up is over.
  package mutating func openWindow(_ disk: borrowing Disk) {
    operationsBefore = disk.operations
    busyBefore = disk.busy
  }

  package func sumUp(
    _ disk: borrowing Disk, over window: SimDuration, at now: SimTime,
    _ instruments: inout Instruments
  ) {
    guard window > .zero else { return }
    let busy = (disk.busy - busyBefore).seconds / window.seconds
    instruments.set(min(1, busy), byTime, at: now)
    guard let cap = disk.iopsCap else { return }
    let operations = Double(disk.operations - operationsBefore) / window.seconds
    instruments.set(min(1, operations / cap), byOperations, at: now)
  }
}
