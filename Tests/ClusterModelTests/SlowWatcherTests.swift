// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Testing

@testable import ClusterModel

/// A client that is slower than its events: kubernetes issue 18266.
@Suite("Slow watchers")
struct SlowWatcherTests {
  /// Two informers on nodes that manage 100 events a second each.
  private func run(eventsPerSecond: Int, window: Int) throws -> ClusterSimulation {
    var simulation = try SmallWorld.bare(
      "  nodePools: [ { name: pool, machine: node, count: 50 } ]\n"
        + "  kubelet: { node-lease: true }",
      apiServer: """
        watch-cache: { dynamic-size: false, default-watch-cache-size: \(window), \
        client-cpu-per-event: 10ms, connection-buffer-bytes: 0B, watcher-channel-size: 100, \
        client-cpu-per-kilobyte: 0s }
        """,
      lines: """
        workload:
          - name: labels
            requests: { verb: patch, resource: nodes, rate: \(eventsPerSecond)/s,
              arrivals: periodic, objects: 50, object-bytes: 1KB }
        """
    ).simulation()
    simulation.run(seconds: 60)
    return simulation
  }

  @Test func aClientThatKeepsUpIsLeftAlone() throws {
    let simulation = try run(eventsPerSecond: 80, window: 1_000)
    #expect(simulation.total("apiserver_terminated_watchers_total") == 0)
    #expect(informerLists(simulation) == 0)
  }

  /// LISTs of the two slow informers; the nodes' own watches have theirs.
  private func informerLists(_ simulation: borrowing ClusterSimulation) -> Double {
    simulation.total("reflector_lists_total", "kube-scheduler", "nodes")
      + simulation.total("reflector_lists_total", "kube-controller-manager", "nodes")
  }

  /// At twice its speed it is ended, falls out of a window of 1,000 and lists again.
  @Test func aSlowClientFallsOutOfTheWindow() throws {
    let simulation = try run(eventsPerSecond: 200, window: 1_000)
    #expect(simulation.total("apiserver_terminated_watchers_total", "nodes") > 2)
    #expect(informerLists(simulation) > 0)
    let expired = simulation.total("apiserver_expired_watches_total", "nodes")
    let lists = simulation.total("reflector_lists_total", "nodes")
    // Each refusal is followed by a LIST, some of them after the end of the run.
    #expect(lists <= expired && lists > expired / 2)
    #expect(simulation.total("apiserver_request_total", "LIST", "nodes", "200") > lists / 2)
  }

  /// A window that holds all that the client lacks saves it from listing.
  @Test func aLargeWindowSavesIt() throws {
    let simulation = try run(eventsPerSecond: 200, window: 100_000)
    #expect(simulation.total("apiserver_terminated_watchers_total", "nodes") > 2)
    #expect(simulation.total("apiserver_expired_watches_total") == 0)
    #expect(simulation.total("reflector_lists_total") == 0)
  }
}
