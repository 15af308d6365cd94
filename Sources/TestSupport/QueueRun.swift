// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Experiments
package import Measurement
import Stochastics

/// One run of a queue with a single server, Poisson arrivals and exponential service of one second
/// in the mean (M/M/1), by Lindley's recursion: W' = max(0, W + S - A). It starts in its steady
/// state, so its figures are known: L. Kleinrock, "Queueing Systems", volume 1, section 3.2.
package struct QueueRun {
  /// How long customers wait before their service.
  package static let wait = MetricDeclaration(
    "queue_wait_duration_seconds", .histogram, in: .seconds, help: "Time before service.")
  package static let arrivals = MetricDeclaration(
    "queue_arrivals_total", .counter, in: .count("customers"), help: "Customers that came.")
  package static let busy = MetricDeclaration(
    "queue_busy_servers", .gauge, in: .count("servers"), help: "Servers at work.")

  package let record: ClusterRecord
  package let end: SimTime

  /// - Parameters:
  ///   - utilisation: arrivals a second, below 1.
  ///   - seconds: how long is measured.
  package init(utilisation: Double, seconds: Int, seed: UInt64) {
    end = .zero + .seconds(seconds)
    var stream = RandomStream(seed: seed, name: "queue")
    var instruments = Instruments()
    let wait = instruments.histogram(Self.wait)
    let arrivals = instruments.counter(Self.arrivals)
    let busy = instruments.gauge(Self.busy)
    var recorder = BatchRecorder(from: .zero, to: end)
    func closeBatches(before time: SimTime) {
      while let next = recorder.nextEnd, next < time { recorder.close(instruments) }
    }

    var work = stream.nextUnit() < utilisation ? stream.exponential() / (1 - utilisation) : 0
    instruments.set(work > 0 ? 1 : 0, busy, at: .zero)
    var now = 0.0
    while true {
      let gap = stream.exponential() / utilisation
      let arrival = SimTime.zero + SimDuration(roundingSeconds: now + gap)
      if work > 0, work < gap {
        let idle = SimTime.zero + SimDuration(roundingSeconds: now + work)
        if idle <= end {
          closeBatches(before: idle)
          instruments.set(0, busy, at: idle)
        }
      }
      closeBatches(before: min(arrival, end))
      guard arrival <= end else { break }
      now += gap
      work = max(0, work - gap)
      instruments.record(SimDuration(roundingSeconds: work), in: wait, at: arrival)
      instruments.add(to: arrivals, at: arrival)
      instruments.set(1, busy, at: arrival)
      work += stream.exponential()
    }
    while recorder.nextEnd != nil { recorder.close(instruments) }
    let series = instruments.snapshots(at: end)
    record = ClusterRecord(name: "main", series: series, batches: recorder.batches(of: series))
  }

  /// Its metrics as a single run tells them.
  package var metrics: [MetricResult] {
    MetricResult.all(of: [
      ReplicationResult(
        seed: 0, fingerprint: 0, events: 0, cpuSeconds: 0, wallSeconds: 0, end: end,
        clusters: [record])
    ])
  }
}
