// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Traces are read in blocks whose size changes nothing (the model holds one block, never the trace).
struct TraceTests {
  /// Arrivals with bursts and ties over 20 s.
  static let arrivals: [SimTime] = (0..<2500).map { index in
    let burst = SimDuration.milliseconds(40) * (index / 5)
    return .zero + burst + (index % 5 == 4 ? .milliseconds(17) : .zero)
  }

  struct Replay {
    var refills = 0
    let fingerprint: UInt64
    let events: UInt64
    let metrics: [MetricSummary]
    let replayed: Double
    let noise: Double
  }

  static func run(block: Int, to seconds: Double) throws -> Replay {
    var simulation = try SmallWorld.bare(
      "  nodePools: [ { name: workers, machine: node, count: 5 } ]",
      lines: """
        workload:
          - name: replay
            requests: { verb: update, resource: configmaps, trace: replay.csv, objects: 9 }
          - { name: noise, requests: { verb: get, resource: secrets, rate: 20/s } }
        """
    ).simulation()
    var position = 0
    var refills = 0
    let reached = simulation.run(
      until: .zero + SimDuration(roundingSeconds: seconds),
      refill: { request in
        #expect(request == TraceRequest(cluster: ClusterID(0), workload: WorkloadID(0)))
        refills += 1
        let next = Self.arrivals[position..<min(position + block, Self.arrivals.count)]
        position += next.count
        return Array(next)
      })
    #expect(reached)
    return Replay(
      refills: refills, fingerprint: simulation.fingerprint, events: simulation.events,
      metrics: simulation.metrics(),
      replayed: simulation.total("rest_client_requests_total", "replay", "200"),
      noise: simulation.total("rest_client_requests_total", "noise"))
  }

  @Test func blockSizeDoesNotMatter() throws {
    let small = try Self.run(block: 2, to: 25)
    let large = try Self.run(block: 1000, to: 25)
    // Three blocks and the empty one that ends the trace.
    #expect(small.refills > 1000 && large.refills == 4)
    #expect(small.fingerprint == large.fingerprint)
    #expect(small.events == large.events)
    #expect(small.metrics == large.metrics)
    #expect(small.replayed == 2500)
  }

  @Test("nothing comes after the end of a trace, and the run goes on")
  func ends() throws {
    let atEnd = try Self.run(block: 1000, to: 20.5)
    let later = try Self.run(block: 1000, to: 30)
    #expect(atEnd.replayed == 2500 && later.replayed == 2500)
    #expect(later.noise > atEnd.noise + 100)
  }
}
