// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// What services write and what everybody who watches gets, against the arithmetic of KEP-0752
/// (keps/sig-network/20190603-EndpointSlice-API.md, "Estimation"): addresses of 100 B, so that 100 of
/// them make a slice of 10 KB and 20,000 an Endpoints object of 2 MB.
struct EndpointTests {
  /// - Parameter watched: what the clients of each node watch besides the kubelet's pods.
  static func simulation(
    _ kind: String = "deployment", pods: Int, nodes: Int, watched: String = "endpoints",
    controllers: String = "", more: String = "", timeline: String = "[]"
  ) throws -> ClusterSimulation {
    try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: \(nodes), preloaded-images: [image] } ]
        kube-controller-manager: { kube-api-qps: 100000/s, kube-api-burst: 10000\(controllers) }
        kube-scheduler: { kube-api-qps: 10000/s, kube-api-burst: 10000 }
        kubelet: { kube-api-qps: 10000/s, kube-api-burst: 10000 }
        event-recording: { enabled: false }
      """, apiServer: "watch-cache: { watches-per-node: [pods, \(watched)] }",
      machine: "cpu: 1000, memory: 40TiB, max-pods: 5000",
      lines: """
        workload:
          - name: app
            \(kind): { replicas: \(pods), image: image, cpu: 0.01, memory: 1MiB, service: true\(more) }
        timeline: \(timeline)
        """
    ).simulation()
  }

  @Test("KEP-0752, sample case 1: 20,000 endpoints make 200 slices; a rolling update writes 20,000")
  func sampleCase() {
    var table = SliceTable(capacity: 100)
    table.appendService()
    table.reconcile(0, adding: (0..<20_000).map { ServiceMember(PodID($0)) }, removing: [])
    var sizes: [Int] = []
    while let next = table.nextWrite(of: 0) {
      #expect(next.write == .create)
      sizes.append(table.endpoints(in: next.slice))
      table.begin(next.slice)
      table.end(next.slice, next.write, succeeded: true, in: 0)
    }
    #expect(sizes == Array(repeating: 100, count: 200))
    // 200 slices of 10 KB to 5,000 nodes: 10 GB.
    #expect(sizes.reduce(0) { $0 + $1 * 100 * 5_000 } == 10_000_000_000)
    // A tenth of the rolling update, one pod after the other: 10 KB x 5,000 x 20,000 = 1 TB in all.
    var bytes = 0
    for pod in 0..<2_000 {
      table.reconcile(
        0, adding: [ServiceMember(PodID(20_000 + pod))],
        removing: [ServiceMember(PodID(pod))])
      while let next = table.nextWrite(of: 0) {
        bytes += table.endpoints(in: next.slice) * 100 * 5_000
        table.begin(next.slice)
        table.end(next.slice, next.write, succeeded: true, in: 0)
      }
    }
    #expect(bytes == 1_000_000_000_000 / 10)
    #expect(table.storedCount == 200)
  }

  @Test(
    "slices: those that lose fill up, then the fullest with room, then a new one; none is empty")
  func sliceRules() {
    var table = SliceTable(capacity: 10)
    table.appendService()
    func sync(_ added: Range<Int>, _ removed: Range<Int>) -> [SliceTable.Write] {
      var writes: [SliceTable.Write] = []
      table.reconcile(
        0, adding: added.map { ServiceMember(PodID($0)) },
        removing: removed.map { ServiceMember(PodID($0)) })
      while let next = table.nextWrite(of: 0) {
        writes.append(next.write)
        table.begin(next.slice)
        table.end(next.slice, next.write, succeeded: true, in: 0)
      }
      return writes
    }
    #expect(sync(0..<25, 0..<0) == [.create, .create, .create])  // 10, 10, 5
    #expect(sync(25..<28, 0..<0) == [.update])  // 10, 10, 8
    #expect(sync(28..<31, 0..<0) == [.create])  // 10, 10, 8, 3: three do not fit beside eight
    #expect(sync(31..<35, 0..<4) == [.update])  // the first loses four and takes four
    #expect(sync(0..<0, 28..<31) == [.delete])
    #expect(table.storedCount == 3)
  }

  /// Pods that become ready one after the other (OrderedReady): n writes of 1, 2, ..., n addresses.
  @Test("P changes, one by one, to N nodes: 100 B x N x P(P + 1)/2, with slices of their own")
  func oneByOne() throws {
    // Endpoints: 100 x 10 x 250 x 251 / 2. Slices of 100, 100 and 50: 100 x 10 x (5,050 + 5,050 + 1,275).
    for (watched, bytes) in [("endpoints", 31_375_000.0), ("endpointslices", 11_375_000)] {
      var simulation = try Self.simulation(
        "stateful-set", pods: 250, nodes: 10, watched: watched)
      // A start takes 1.07 s and up to a relist of 1 s.
      simulation.run(to: 250 * 2.1 + 5)
      #expect(simulation.metric("kube_endpoint_address_available", "app")?.last == 250)
      #expect(simulation.total("apiserver_watch_events_bytes_total", watched) == bytes)
      #expect(
        simulation.total("apiserver_watch_cache_events_dispatched_total", watched) == 250 * 10)
      #expect(simulation.total("endpoint_slice_controller_changes", "create") == 3)
      #expect(simulation.total("endpoint_slice_controller_changes", "update") == 247)
    }
  }

  @Test("1,000 pods at once: one object of 100 KB, 10 slices of 10 KB; few writes while one waits")
  func atOnce() throws {
    var simulation = try Self.simulation(pods: 1_000, nodes: 4)
    simulation.run(to: 60)
    #expect(simulation.bytesStored("endpoints") == 100_000)
    #expect(simulation.bytesStored("endpointslices") == 100_000)
    #expect(simulation.metric("endpoint_slice_controller_num_endpoint_slices")?.last == 10)
  }

  @Test("a batch period bounds the writes: one for each period in which something changed")
  func batching() throws {
    var simulation = try Self.simulation(
      "stateful-set", pods: 100, nodes: 2,
      controllers: ", endpoint-updates-batch-period: 10s, endpointslice-updates-batch-period: 10s")
    while simulation.metric("kube_endpoint_address_available", "app")?.last != 100,
      simulation.now < .zero + .seconds(300)
    {
      simulation.run(seconds: 1)
    }
    // A batch begins with the first change after the last one's end: 10 s, and up to a start of 2.1 s.
    let time = simulation.now.seconds
    simulation.run(seconds: 11)
    let writes = simulation.total("apiserver_watch_cache_events_received_total", "endpoints")
    #expect(writes >= (time / 12.1).rounded(.down) && writes <= time / 10 + 1, "\(writes)")
    #expect(simulation.bytesStored("endpoints") == 10_000)
  }

  @Test("since 1.22 Endpoints end at 1,000 addresses, slices do not (control-plane.md §2.5)")
  func truncation() throws {
    var simulation = try Self.simulation(
      pods: 1_250, nodes: 2, controllers: ", endpoints-capacity: 1000")
    simulation.run(to: 60)
    #expect(simulation.bytesStored("endpoints") == 100_000)
    #expect(simulation.bytesStored("endpointslices") == 125_000)
  }

  @Test("an Endpoints object above 1.5 MiB is refused, slices are not (etcd max-request-bytes)")
  func tooLarge() throws {
    var simulation = try Self.simulation(
      "stateful-set", pods: 200, nodes: 2, controllers: ", endpoint-bytes: 10KB")
    simulation.run(to: 200 * 2.1 + 5)
    // 1,572,864 B / 10,000 B = 157.3 less the request's own bytes.
    let stored = simulation.bytesStored("endpoints")
    #expect(stored <= 1_570_000 && stored >= 1_550_000, "\(stored)")
    #expect(simulation.bytesStored("endpointslices") == 2_000_000)
  }

  @Test("a roll-out leaves the addresses of the new pods, whatever came together")
  func rollOut() throws {
    var simulation = try Self.simulation(
      pods: 120, nodes: 5, timeline: "[ { at: 30s, roll-out: { workload: app } } ]")
    simulation.run(to: 29)
    let before = simulation.total("apiserver_watch_cache_events_received_total", "endpoints")
    simulation.run(to: 120)
    #expect(simulation.metric("kube_endpoint_address_available", "app")?.last == 120)
    #expect(simulation.bytesStored("endpoints") == 12_000)
    #expect(simulation.bytesStored("endpointslices") == 12_000)
    let writes = simulation.total("apiserver_watch_cache_events_received_total", "endpoints")
    // Each pod comes and goes once: at most 2 P writes.
    #expect(writes - before <= 240)
  }

  /// 250 nodes that are members of three services, one of them headless; one more joins.
  private static func nodeServices(
    watched: String, skipsHeadless: Bool, headless: Int = 1
  ) throws -> ClusterSimulation {
    try SmallWorld.bare(
      """
        nodePools:
          - { name: workers, machine: node, count: 250 }
          - { name: joining, machine: node, count: 0, boot-time: 1s, join-requests: 1 }
      """,
      apiServer:
        "watch-cache: { watches-per-node: [pods, \(watched)], kube-proxy-skips-headless: \(skipsHeadless) }",
      lines: """
        workload:
          - { name: monitoring, node-services: { count: 3, headless: \(headless) } }
        timeline: [ { at: 10s, scale: { pool: joining, to: 1 } } ]
        """
    ).simulation()
  }

  @Test(
    "a node that joins: 100 B x 251 to 250 nodes for each service, or the one slice that it is in")
  func nodeJoins() throws {
    // Slices of 100, 100 and 50: the newcomer makes 51 of the last.
    for (watched, each) in [("endpoints", 25_100.0), ("endpointslices", 5_100)] {
      var simulation = try Self.nodeServices(watched: watched, skipsHeadless: false)
      simulation.run(to: 9)
      #expect(simulation.bytesStored("endpoints") == 3 * 25_000)
      #expect(simulation.bytesStored("endpointslices") == 3 * 25_000)
      #expect(simulation.metric("endpoint_slice_controller_num_endpoint_slices")?.last == 9)
      #expect(simulation.total("apiserver_watch_events_bytes_total", watched) == 0)
      simulation.run(to: 20)
      let bytes = simulation.total("apiserver_watch_events_bytes_total", watched)
      // The newcomer itself may watch by then.
      #expect(bytes >= 3 * 250 * each && bytes <= 3 * 251 * each, "\(bytes)")
      #expect(simulation.metric("kube_endpoint_address_available", "monitoring-2")?.last == 251)
    }
  }

  @Test("kube-proxy's selector leaves out what belongs to headless services, and only that")
  func headlessServices() throws {
    for watched in ["endpoints", "endpointslices"] {
      var bytes: [Double] = []
      for headless in [0, 1, 2, 3] {
        var simulation = try Self.nodeServices(
          watched: watched, skipsHeadless: true, headless: headless)
        simulation.run(to: 20)
        bytes.append(simulation.total("apiserver_watch_events_bytes_total", watched))
      }
      #expect(bytes[0] > 0 && bytes[3] == 0)
      #expect(bytes[1] == bytes[0] / 3 * 2 && bytes[2] == bytes[0] / 3, "\(bytes)")
    }
  }
}

extension ClusterSimulation {
  fileprivate func bytesStored(_ resource: String) -> Int64 {
    let objects = cluster.context.objects
    let id = (0..<objects.resourceCount).map { ResourceID($0) }.first {
      objects.name(of: $0) == resource
    }
    return id.map { objects.totalBytes($0) } ?? 0
  }
}
