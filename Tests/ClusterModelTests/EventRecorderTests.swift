// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Events that components record: how many, how fast, and what becomes of those that cannot be written.
struct EventRecorderTests {
  /// - Parameters:
  ///   - events: entries of a store for Events; `nil`: they are in the main one.
  static func simulation(
    nodes: Int, pods: Int, recording: String = "", events: String? = nil,
    apiServer: String = "", preloaded: Bool = true
  ) throws -> ClusterSimulation {
    let separate = events.map { ", events: { resources: [events], \($0) }" } ?? ""
    return try SmallWorld(
      """
      cluster:
        etcd: { main: { members: 1, disk: fast }\(separate) }
        kube-apiserver: { etcd-compaction-interval: 0s, etcd-round-trip-time: 0s\(apiServer) }
        nodePools:
          - name: workers
            machine: node
            count: \(nodes)
            preloaded-images: [\(preloaded ? "image" : "")]
        kube-controller-manager: { kube-api-qps: 1000/s, kube-api-burst: 1000 }
        kube-scheduler: { kube-api-qps: 1000/s, kube-api-burst: 1000 }
        event-recording: { \(recording) }
      machines: { node: { cpu: 64, memory: 512GiB } }
      disks: { fast: { write-latency: 100us }, stuck: { write-latency: 500s } }
      images: { image: { size: 100MB } }
      workload:
        - { name: batch, jobs: { at: [1s], pods: \(pods), work: 1h, image: image, cpu: 1 } }
      """
    ).simulation()
  }

  @Test("a pod's start makes one Event of each kind: 5 to 9 of them (control-plane.md §11)")
  func perPod() throws {
    var simulation = try Self.simulation(nodes: 4, pods: 8, preloaded: false)
    simulation.run(to: 120)
    for reason in ["SuccessfulCreate", "Scheduled", "Pulling", "Pulled", "Created", "Started"] {
      #expect(simulation.total("events_recorded_total", reason) == 8, "\(reason)")
    }
    #expect(simulation.total("events_recorded_total") == 6 * 8)
    // Every one is an object of its own in the store.
    let context = simulation.cluster.context
    #expect(context.objects.count(context.builtin.events) == 6 * 8)
    #expect(simulation.total("events_dropped_total") == 0)
  }

  @Test("a kubelet writes 10 Events at once, then 5 a second (kubelet 1.8: event-qps, event-burst)")
  func kubeletRate() throws {
    var simulation = try Self.simulation(nodes: 1, pods: 40)
    // 3 Events a pod: Pulled, Created, Started; all pods start at 1 s and a little.
    let start = 2.2
    for seconds in stride(from: 4.0, through: 20, by: 4) {
      simulation.run(to: start + seconds)
      let posted = simulation.total("rest_client_requests_total", "kubelet", "POST", "events")
      #expect(abs(posted - (10 + 5 * seconds)) <= 6, "\(posted) after \(seconds) s")
    }
    simulation.run(to: 40)
    #expect(
      simulation.total("rest_client_requests_total", "kubelet", "POST", "events") == 3 * 40)
  }

  @Test("of the Events about one Job, 25 pass, then one in 5 minutes (client-go events_cache.go)")
  func spamFilter() throws {
    var simulation = try Self.simulation(nodes: 4, pods: 100)
    simulation.run(to: 200)
    #expect(simulation.total("events_recorded_total", "SuccessfulCreate") == 100)
    #expect(
      simulation.total("rest_client_requests_total", "job-controller", "POST", "events") == 25)
    #expect(simulation.total("events_dropped_total", "spam") == 75)
  }

  @Test("what the server refuses is dropped, not tried again")
  func bestEffort() throws {
    var simulation = try Self.simulation(
      nodes: 4, pods: 8, recording: "event-object-bytes: 200KB",
      events: "quota-backend-bytes: 1MiB")
    simulation.run(to: 300)
    let refused = simulation.total("rest_client_requests_total", "POST", "events", "500")
    #expect(refused > 0)
    #expect(simulation.total("events_dropped_total", "failed") == refused)
    #expect(
      simulation.total("rest_client_requests_total", "POST", "events")
        == simulation.total("events_recorded_total"), "one request each")
    // The cluster does not care.
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 8)
  }

  @Test("a control plane that does not answer gets 12 tries, and a queue keeps 1,000 Events")
  func unanswered() throws {
    // The server needs longer for an Event than any client waits (60 s).
    var simulation = try Self.simulation(
      nodes: 1, pods: 8, events: "disk: stuck", apiServer: ", request-timeout: 10m")
    simulation.run(to: 200)
    #expect(simulation.total("events_dropped_total") == 0)
    // 12 tries of 60 s and 11 pauses of at most 10 s.
    simulation.run(to: 12 * 60 + 115)
    #expect(simulation.total("events_dropped_total", "failed") >= 1)
    #expect(
      simulation.total("rest_client_requests_total", "kubelet", "POST", "events", "<error>") >= 12)
  }

  @Test("switched off, nothing is written")
  func off() throws {
    var simulation = try Self.simulation(
      nodes: 4, pods: 8, recording: "enabled: false")
    simulation.run(to: 60)
    #expect(simulation.total("rest_client_requests_total", "POST", "events") == 0)
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 8)
  }

  @Test("Events in a store of their own leave the main one alone")
  func ownStore() throws {
    func run(recording: String = "", events: String? = nil) throws -> [Double] {
      var simulation = try Self.simulation(
        nodes: 4, pods: 8, recording: recording, events: events)
      simulation.run(to: 60)
      return [
        simulation.total("etcd_server_proposals_committed_total", "main"),
        simulation.total("events_recorded_total"),
      ]
    }
    let off = try run(recording: "enabled: false")
    let shared = try run()
    let separate = try run(events: "members: 1")
    #expect(shared[1] == 5 * 8)
    #expect(separate[1] == shared[1])
    // Heartbeats and pods are the same; whether one lies before or after the end may differ.
    #expect(abs(shared[0] - off[0] - shared[1]) <= 2)
    #expect(abs(separate[0] - off[0]) <= 2)
  }
}
