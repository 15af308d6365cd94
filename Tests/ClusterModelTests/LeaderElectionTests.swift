// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Which replica works, and what happens while none does (client-go tools/leaderelection).
struct LeaderElectionTests {
  static func simulation(
    nodes: Int = 4, controllers: String = "", scheduler: String = "", apiServer: String = "",
    workload: String = "[]", timeline: String = "[]", seed: UInt64 = 1
  ) throws -> ClusterSimulation {
    try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: \(nodes), preloaded-images: [image] } ]
        kube-controller-manager: { leader-elect: true, replicas: 3\(controllers) }
        kube-scheduler: { leader-elect: true, replicas: 3\(scheduler) }
      """, apiServer: apiServer, machine: "cpu: 64, memory: 4TiB, max-pods: 2000",
      lines: """
        workload: \(workload)
        timeline: \(timeline)
        """
    ).simulation(seed: seed)
  }

  static let killManager =
    "[ { at: 60s, stop-leader: { component: kube-controller-manager, restarts: false } } ]"

  @Test("a leader reads and writes its lock every 2 s, a candidate reads every 2 to 4.4 s")
  func rates() throws {
    var simulation = try Self.simulation()
    simulation.run(to: 600)
    // 300 renewals of each component; the phase of the first may cost one.
    let writes = simulation.total("rest_client_requests_total", "PUT", "leases", "200")
    #expect((597...602).contains(writes))
    // 300 of the leader, and of each of two candidates 600 s / (2 s x (1 + 1.2 x 1/2)) = 188.
    let manager = "kube-controller-manager/leader-election"
    let reads = simulation.total("rest_client_requests_total", manager, "GET", "leases", "200")
    #expect(abs(reads - (300 + 2 * 187.5)) < 25, "\(reads)")
    #expect(simulation.total("leader_election_transitions_total") == 0)
    #expect(simulation.total("leader_election_slowpath_total", "kube-scheduler") > 295)
  }

  @Test("since 1.30 a leader writes without reading (K pull 122069)")
  func optimisticRenewal() throws {
    var simulation = try Self.simulation(
      controllers: ", leader-elect-optimistic-renewal: true",
      scheduler: ", leader-elect-optimistic-renewal: true")
    simulation.run(to: 600)
    #expect(simulation.total("leader_election_slowpath_total") == 0)
    let manager = "kube-controller-manager/leader-election"
    let reads = simulation.total("rest_client_requests_total", manager, "GET", "leases", "200")
    #expect(abs(reads - 2 * 187.5) < 25, "\(reads)")
  }

  @Test("another replica leads 13 to 19.4 s after the leader has died", arguments: [1, 2, 3, 4, 5])
  func takeover(seed: UInt64) throws {
    var simulation = try Self.simulation(timeline: Self.killManager, seed: seed)
    let name = "kube-controller-manager"
    simulation.run(to: 59)
    #expect(simulation.leader(of: name) == "kube-controller-manager-0")
    simulation.run(to: 72.9)
    #expect(simulation.leader(of: name) == nil)
    // The last renewal is at most 2 s old and was seen at most 4.4 s late; the lease lasts 15 s from
    // there, and a candidate looks at least every 4.4 s: 2 candidates make the most less likely.
    simulation.run(to: 60 + 15 + 4.4 + 4.4)
    #expect(simulation.leader(of: name) != nil)
    #expect(simulation.leader(of: name) != "kube-controller-manager-0")
    #expect(simulation.metric("control_plane_component_working", name)?.last == 1)
    // The scheduler's leader is where it was.
    #expect(simulation.leader(of: "kube-scheduler") == "kube-scheduler-0")
  }

  @Test("nobody creates pods without a controller manager, then all is made up for")
  func nothingIsControlled() throws {
    var simulation = try Self.simulation(
      controllers: ", kube-api-qps: 1000/s, kube-api-burst: 1000",
      workload: """
        [ { name: early, deployment: { replicas: 20, image: image, cpu: 1 } }, \
        { name: late, deployment: { at: 62s, replicas: 30, image: image, cpu: 1 } }, \
        { name: batch, jobs: { at: [63s], pods: 10, work: 20s, image: image, cpu: 1 } } ]
        """, timeline: Self.killManager)
    simulation.run(to: 59)
    #expect(simulation.podsThatExist == 20)
    simulation.run(to: 72.9)
    #expect(simulation.podsThatExist == 20)
    #expect(
      simulation.metric("control_plane_component_working", "kube-controller-manager")?.last == 0)
    simulation.run(to: 85)
    #expect(simulation.podsThatExist == 60)
    simulation.run(to: 110)
    #expect(simulation.podsThatExist == 50)
    #expect(simulation.total("kube_job_completed_total") == 1)
    // It has listed what it watches.
    for resource in ["pods", "nodes"] {
      #expect(simulation.total("reflector_lists_total", "kube-controller-manager", resource) == 1)
    }
  }

  @Test("nobody binds without a scheduler; what a candidate has in its caches is bound at once")
  func nothingIsBound() throws {
    for (delays, lists) in [("false", 0.0), ("true", 1)] {
      var simulation = try Self.simulation(
        controllers: ", kube-api-qps: 1000/s, kube-api-burst: 1000",
        scheduler: ", delayCacheUntilActive: \(delays)",
        workload: "[ { name: app, deployment: { at: 62s, replicas: 30, image: image, cpu: 1 } } ]",
        timeline: "[ { at: 60s, stop-leader: { component: kube-scheduler, restarts: false } } ]")
      simulation.run(to: 72.9)
      let bound = { (context: ClusterContext) in
        context.pods.ids.count { context.pods[$0].storedNode != .none }
      }
      #expect(simulation.podsThatExist == 30)
      #expect(bound(simulation.cluster.context) == 0)
      simulation.run(to: 90)
      #expect(bound(simulation.cluster.context) == 30)
      #expect(simulation.total("reflector_lists_total", "kube-scheduler", "pods") == lists)
      let nodes = simulation.cluster.context.nodes
      #expect(nodes.ids.reduce(0) { $0 + Int(nodes[$1].podCount) } == 30)
    }
  }

  @Test("a leader whose renewals are not answered exits after 10 s and is back when they are")
  func deadline() throws {
    // One replica each; the only API server is away from 60 s to 90 s.
    var simulation = try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: 2 } ]
        kube-controller-manager: { leader-elect: true }
        kube-scheduler: { leader-elect: true }
      """,
      lines: """
        timeline: [ { at: 60s, stop-apiserver: {} }, { at: 90s, start-apiserver: {} } ]
        """
    ).simulation()
    let names = ["kube-controller-manager", "kube-scheduler"]
    simulation.run(to: 69.9)
    for name in names { #expect(simulation.leader(of: name) == name + "-0") }
    // A round begins at most 2 s after the last success.
    simulation.run(to: 72.1)
    for name in names { #expect(simulation.leader(of: name) == nil) }
    // A new process sees the old one's record first when the server is back, and waits 15 s for it.
    simulation.run(to: 104.9)
    for name in names { #expect(simulation.leader(of: name) == nil) }
    simulation.run(to: 90 + 4.4 + 15 + 4.4 + 1)
    for name in names { #expect(simulation.leader(of: name) == name + "-0") }
    #expect(simulation.total("leader_election_transitions_total") == 2)
  }

  @Test("a full store costs the leaders their locks")
  func noSpace() throws {
    var simulation = try SmallWorld.bare(
      """
        nodePools: []
        kube-controller-manager: { leader-elect: true }
        kube-scheduler: { leader-elect: true }
      """, etcd: "quota-backend-bytes: 1MiB",
      lines: """
        workload:
          - { name: fill, etcd-clients: { operation: put, value-bytes: 10KB, clients: 1, keys: 10000 } }
        """
    ).simulation()
    simulation.run(to: 60)
    #expect(simulation.metric("etcd_server_alarm_nospace")?.last == 1)
    #expect(simulation.leader(of: "kube-scheduler") == nil)
    #expect(simulation.leader(of: "kube-controller-manager") == nil)
  }

  @Test("up to 1.19 the lock's Endpoints go to every kube-proxy, twice every 2 s")
  func endpointsLock() throws {
    let endpoints = try Self.watchEvents(lock: "endpoints")
    let leases = try Self.watchEvents(lock: "leases")
    let both = try Self.watchEvents(lock: "endpointsleases")
    // 2 components x 300 renewals x 10 nodes.
    #expect(abs(endpoints - leases - 6_000) <= 40)
    #expect(abs(both - leases - 6_000) <= 40)
  }

  static func watchEvents(lock: String) throws -> Double {
    var simulation = try Self.simulation(
      nodes: 10, controllers: ", leader-elect-resource-lock: \(lock)",
      scheduler: ", leader-elect-resource-lock: \(lock)")
    simulation.run(to: 600)
    return simulation.total("apiserver_watch_cache_events_dispatched_total", "endpoints")
  }

  @Test("two processes never lead at the same time, whatever dies")
  func oneLeader() throws {
    var simulation = try Self.simulation(
      timeline: """
        [ { at: 30s, stop-leader: { component: kube-scheduler, restarts: true } }, \
        { at: 55s, stop-leader: { component: kube-scheduler, restarts: true } }, \
        { at: 80s, stop-leader: { component: kube-scheduler, restarts: false } }, \
        { at: 120s, start-replicas: { component: kube-scheduler } }, \
        { at: 121s, stop-leader: { component: kube-scheduler, restarts: true } } ]
        """)
    var leaders: Set<String> = []
    for step in 0..<400 {
      simulation.run(to: Double(step) * 0.5)
      let leading = simulation.metrics().filter {
        $0.name == "leader_election_master_status" && $0.last == 1
          && $0.labels.contains { $0.value == "kube-scheduler" }
      }
      #expect(leading.count <= 1)
      leaders.formUnion(leading.flatMap(\.labels).filter { $0.name == "instance" }.map(\.value))
    }
    #expect(simulation.total("leader_election_transitions_total", "kube-scheduler") == 4)
    #expect(leaders.count > 1)
  }
}

extension ClusterSimulation {
  /// The replica that says of itself that it leads.
  fileprivate func leader(of component: String) -> String? {
    metrics().first {
      $0.name == "leader_election_master_status" && $0.last == 1
        && $0.labels.contains { $0.value == component }
    }?.labels.first { $0.name == "instance" }?.value
  }

  fileprivate var podsThatExist: Int {
    Int(cluster.context.objects.count(cluster.context.builtin.pods))
  }
}
