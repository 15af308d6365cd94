// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
import Measurement

/// The instruments that all replicas share, named as kube-apiserver names them.
package struct APIServerMetrics: Codable, Sendable {
  let readsInFlight: GaugeID
  let writesInFlight: GaugeID
  let droppedReads: CounterID
  let droppedWrites: CounterID
  let responseBytes: CounterID
  let watchEvents: CounterID
  let goaways: CounterID
  /// By replica.
  let resident: [GaugeID]
  let memoryKills: [CounterID]
  let requests: [CounterID]
  let restarts: [CounterID]
  let cpuSeconds: CounterID
  let auditEvents: CounterID
  let auditBytes: CounterID
  /// Little's law at the stations of the API servers.
  package internal(set) var seatOccupancy = Occupancy()
  package internal(set) var queueOccupancy = Occupancy()
  package internal(set) var cpuOccupancy = Occupancy()
  package internal(set) var egressOccupancy = Occupancy()

  init(replicas: Int, _ instruments: inout Instruments) {
    let read = [MetricLabel("request_kind", "readOnly")]
    let write = [MetricLabel("request_kind", "mutating")]
    readsInFlight = instruments.gauge(.apiserverInflight, read)
    writesInFlight = instruments.gauge(.apiserverInflight, write)
    droppedReads = instruments.counter(.apiserverDropped, read)
    droppedWrites = instruments.counter(.apiserverDropped, write)
    responseBytes = instruments.counter(.apiserverResponseBytes)
    goaways = instruments.counter(.apiserverGoaways)
    watchEvents = instruments.counter(.apiserverWatchEvents)
    let labels = (0..<replicas).map {
      [MetricLabel("job", "kube-apiserver"), MetricLabel("instance", String($0))]
    }
    resident = labels.map { instruments.gauge(.residentMemory, $0) }
    memoryKills = labels.map { instruments.counter(.memoryKills, $0) }
    requests = labels.map { instruments.counter(.apiserverInstanceRequests, $0) }
    restarts = labels.map { instruments.counter(.processRestarts, $0) }
    for gauge in resident {
      instruments.set(0, gauge, at: .zero)
      instruments.trace(gauge)
    }
    auditEvents = instruments.counter(.auditEvents)
    auditBytes = instruments.counter(.auditBytes)
    cpuSeconds = instruments.counter(
      .processCPU, [MetricLabel("job", "kube-apiserver")])
    for gauge in [readsInFlight, writesInFlight] { instruments.set(0, gauge, at: .zero) }
    instruments.trace(readsInFlight)
    instruments.trace(writesInFlight)
  }

  mutating func openWindow(at now: SimTime) {
    seatOccupancy.openWindow(at: now)
    queueOccupancy.openWindow(at: now)
    cpuOccupancy.openWindow(at: now)
    egressOccupancy.openWindow(at: now)
  }
}
