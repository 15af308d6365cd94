// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
import Measurement

/// The instruments of one store, named as etcd names them.
package struct StoreMetrics: Codable, Sendable {
  let walFsync: HistogramID
  let backendCommit: HistogramID
  let walSyncs: CounterID
  let backendCommits: CounterID
  let committed: CounterID
  let proposalsPending: GaugeID
  let readsPending: GaugeID
  let fileBytes: GaugeID
  let bytesInUse: GaugeID
  let quotaBytes: GaugeID
  let alarm: GaugeID
  let sentBytes: CounterID
  let refusedNoSpace: CounterID
  let refusedOverloaded: CounterID
  /// Little's law at the stations of a store.
  package internal(set) var cpuOccupancy = Occupancy()
  package internal(set) var logOccupancy = Occupancy()
  package internal(set) var applyOccupancy = Occupancy()
  package internal(set) var readOccupancy = Occupancy()

  init(store: String, _ instruments: inout Instruments) {
    let labels = [MetricLabel("store", store)]
    walFsync = instruments.histogram(.etcdWalFsync, labels)
    backendCommit = instruments.histogram(.etcdBackendCommit, labels)
    walSyncs = instruments.counter(.etcdWalSyncs, labels)
    backendCommits = instruments.counter(.etcdBackendCommits, labels)
    committed = instruments.counter(.etcdProposalsCommitted, labels)
    proposalsPending = instruments.gauge(.etcdProposalsPending, labels)
    readsPending = instruments.gauge(.etcdReadsPending, labels)
    fileBytes = instruments.gauge(.etcdFileBytes, labels)
    bytesInUse = instruments.gauge(.etcdBytesInUse, labels)
    quotaBytes = instruments.gauge(.etcdQuotaBytes, labels)
    alarm = instruments.gauge(.etcdNoSpaceAlarm, labels)
    sentBytes = instruments.counter(.etcdSentBytes, labels)
    refusedNoSpace = instruments.counter(
      .etcdRefusedWrites, labels + [MetricLabel("reason", "NOSPACE")])
    refusedOverloaded = instruments.counter(
      .etcdRefusedWrites, labels + [MetricLabel("reason", "too many requests")])
    for gauge in [proposalsPending, readsPending, fileBytes, bytesInUse, alarm] {
      instruments.set(0, gauge, at: .zero)
    }
    for gauge in [fileBytes, bytesInUse, proposalsPending] { instruments.trace(gauge) }
  }

  mutating func openWindow(at now: SimTime) {
    cpuOccupancy.openWindow(at: now)
    logOccupancy.openWindow(at: now)
    applyOccupancy.openWindow(at: now)
    readOccupancy.openWindow(at: now)
  }
}
