// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Testing

@testable import ClusterModel

/// A flow network run from event to event without an engine.
struct FlowRun {
  var network: FlowNetwork
  /// Called after every settling.
  var check: (borrowing FlowNetwork) -> Void = { _ in }

  init(_ network: FlowNetwork) { self.network = network }

  /// Seconds at which each flow ends; infinite if it never does.
  mutating func finishTimes(
    of flows: [(start: Double, bytes: Double, path: [LinkID])]
  ) -> [Double] {
    var times = [Double](repeating: .infinity, count: flows.count)
    let starts = flows.indices.sorted { flows[$0].start < flows[$1].start }
    var next = 0
    while true {
      let start = next < starts.count ? time(flows[starts[next]].start) : nil
      guard let now = [start, network.nextCompletion].compactMap({ $0 }).min() else { break }
      while let finished = network.popFinished(at: now) {
        times[Int(finished.owner)] = now.seconds
      }
      while next < starts.count, time(flows[starts[next]].start) == now {
        let flow = flows[starts[next]]
        network.start(bytes: flow.bytes, over: flow.path, owner: UInt64(starts[next]), at: now)
        next += 1
      }
      network.settle(at: now)
      check(network)
    }
    return times
  }

  private func time(_ seconds: Double) -> SimTime {
    .zero + SimDuration(roundingSeconds: seconds)
  }
}

extension FlowNetwork {
  /// Holds the rates to the definition of max-min fairness: no link carries more than its capacity,
  /// and every flow leads over a full link on which nobody has more than it (Bertsekas and Gallager,
  /// 6.5.2: this is necessary and sufficient).
  func expectMaxMinFair(_ note: String = "") {
    var load = [Double](repeating: 0, count: links.count)
    var largest = [Double](repeating: 0, count: links.count)
    let live = flows.indices.filter { flows[$0].isLive && !paths.hops(of: $0).isEmpty }
    for flow in live {
      for hop in paths.hops(of: flow) {
        load[paths[hop]] += flows[flow].rate
        largest[paths[hop]] = max(largest[paths[hop]], flows[flow].rate)
      }
    }
    let overloaded = links.indices.filter { load[$0] > links[$0].capacity * (1 + 1e-9) }
    #expect(overloaded.isEmpty, "links \(overloaded) carry too much \(note)")
    let unfair = live.filter { flow in
      !paths.hops(of: flow).contains { hop in
        load[paths[hop]] >= links[paths[hop]].capacity * (1 - 1e-9)
          && flows[flow].rate >= largest[paths[hop]] * (1 - 1e-9)
      }
    }
    #expect(unfair.isEmpty, "flows \(unfair) could have more \(note)")
  }
}
