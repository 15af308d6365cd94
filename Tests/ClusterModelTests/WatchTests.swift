// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

@Suite("Watches")
struct WatchTests {
  /// A cluster of idle nodes behind some API servers.
  private func world(nodes: Int, servers: Int = 1, watchCache: String = "", _ lines: String = "")
    throws -> SmallWorld
  {
    try .bare(
      "  nodePools: [ { name: pool, machine: node, count: \(nodes) } ]\n"
        + "  kubelet: { node-lease: true, node-status-report-frequency: 24h }",
      apiServer: "replicas: \(servers), watch-cache: { \(watchCache) }", lines: lines)
  }

  /// control-plane.md §11: 18 watches for each node; k8s-1m counted 4 of config maps, 2 each of pods,
  /// secrets, services and nodes, and 6 others. The informers of the control plane come on top.
  @Test(arguments: [1, 100, 500])
  func eighteenWatchesForEachNode(nodes: Int) throws {
    var simulation = try world(nodes: nodes, servers: 3).simulation()
    simulation.run(seconds: 1)
    let gauges = simulation.metrics().filter { $0.name == "apiserver_registered_watchers" }
    let total = gauges.reduce(0.0) { $0 + ($1.last ?? 0) }
    let informers = 2.0 + 3 + 1
    #expect(total == Double(18 * nodes) + informers)
    #expect(
      simulation.metric("apiserver_registered_watchers", "configmaps")?.last == Double(4 * nodes))
  }

  /// control-plane.md §11: 18 N / 450 s, because a reflector asks for 5 to 10 minutes.
  @Test func watchesAreAskedForAgain() throws {
    var simulation = try world(nodes: 100).simulation()
    simulation.run(seconds: 900)
    let asked = simulation.total("apiserver_watch_requests_total")
    let informers = 6.0 * 2
    #expect(abs(asked - informers - 18 * 100 * 900 / 450) <= 20)
  }

  /// A node event reaches the node's own two watches and the two informers, a Service event all
  /// watches of Services: 2 on each node.
  @Test func deliveriesBySelection() throws {
    var simulation = try world(
      nodes: 50, watchCache: "watches-per-node: [pods, services, services, nodes, nodes]",
      """
      workload:
        - name: services
          requests: { verb: update, resource: services, at: [2s, 3s, 4s] }
        - name: labels
          requests: { verb: patch, resource: nodes, at: [2s, 3s, 4s, 5s], objects: 50 }
      """
    ).simulation()
    simulation.run(seconds: 9)
    #expect(
      simulation.total("apiserver_watch_cache_events_dispatched_total", "services") == 3 * 2 * 50)
    #expect(
      simulation.total("apiserver_watch_cache_events_dispatched_total", "nodes") == 4 * (2 + 2))
  }
}

@Suite("Watch-cache window")
struct WatchWindowTests {
  @Test func fixedWindow() {
    var window = WatchWindow(capacity: 1_000)
    for event in 1...3_000 { window.append(isNew: false, at: .zero + .milliseconds(event)) }
    #expect(window.reaches(back: 2_000))
    #expect(!window.reaches(back: 1_999))
  }

  /// Kubernetes issue 41013: about 60,000 operations must fit. With sizes that follow the load the
  /// events of 75 s are kept; 800/s are 60,000 in 75 s, which doubling from 100 holds in 102,400.
  @Test func dynamicWindowKeepsSeventyFiveSeconds() {
    var window = WatchWindow(capacity: 100, within: 100...102_400, freshness: .seconds(75))
    for event in 1...160_000 {
      window.append(isNew: false, at: .zero + .microseconds(1_250 * event))
    }
    #expect(window.capacity == 102_400)
    #expect(window.reaches(back: 100_000))
    // Then one event a second: the window halves while a quarter of it spans 75 s.
    var time = SimTime.zero + .seconds(200)
    for _ in 1...110_000 {
      time = time + .seconds(1)
      window.append(isNew: false, at: time)
    }
    #expect(window.capacity == 200)
  }

  /// The window never forgets an event younger than 75 s below its upper bound, whatever the rates.
  @Test func freshEventsAreHeld() {
    var window = WatchWindow(capacity: 100, within: 100...102_400, freshness: .seconds(75))
    var time = SimTime.zero
    var times: [SimTime] = []
    for event in 0..<40_000 {
      time = time + .milliseconds(event / 5_000 % 2 == 0 ? 5 : 700)
      window.append(isNew: false, at: time)
      times.append(time)
      if window.dropped > 0 {
        #expect(time - times[Int(window.dropped) - 1] >= .milliseconds(74_990))
      }
    }
  }

  /// storage/cacher/time_budget.go: 50 ms for each second, at most 100 ms.
  @Test func dispatchBudget() {
    var budget = DispatchBudget(full: .milliseconds(100))
    func take(_ milliseconds: Int, at second: Int) -> Bool {
      budget.take(
        .milliseconds(milliseconds), refillPerSecond: .milliseconds(50),
        atMost: .milliseconds(100), at: .zero + .seconds(second))
    }
    #expect(take(60, at: 0))
    #expect(!take(60, at: 0))
    #expect(take(50, at: 1))
    #expect(!take(101, at: 100))
    #expect(take(100, at: 103))
  }
}
