// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Image pulls with the knobs' arithmetic: at 50 MB/s down and 100 MB/s unpacked one after the other,
/// 1 GB takes 30 s and 100 MB take 3 s; sandbox 0.5 s, container 0.57 s.
struct ImagePullTests {
  static func simulation(
    kubelet: String = "serialize-image-pulls: true", pool: String = "", jobs: String,
    timeline: String = "[]"
  ) throws -> ClusterSimulation {
    try SmallWorld(
      """
      cluster:
        nodePools: [ { name: workers, machine: node, count: 1\(pool) } ]
        etcd: { main: { members: 1, disk: fast } }
        kubelet: { image-download-rate: 50MB/s, image-decompression-rate: 100MB/s, \(kubelet) }
      machines: { node: { cpu: 8 } }
      disks: { fast: { write-latency: 100us } }
      images: { large: { size: 1GB }, small: { size: 100MB } }
      workload:
        \(jobs)
      timeline: \(timeline)
      """
    ).simulation()
  }

  /// Time from a pod's creation to its start, of the only (or slowest) pod of a workload.
  static func start(_ workload: String, _ simulation: borrowing ClusterSimulation) throws -> Double
  {
    try #require(simulation.metric("kubelet_pod_start_duration_seconds", workload)?.max)
  }

  static let both = """
    - { name: large, jobs: { at: [10s], work: 1h, image: large } }
      - { name: small, jobs: { at: [11s], work: 1h, image: small } }
      - { name: later, jobs: { at: [60s], work: 1h, image: large } }
    """

  @Test("serial pulls: what comes second waits for all of what came first")
  func headOfLine() throws {
    var simulation = try Self.simulation(jobs: Self.both)
    simulation.run(to: 65)
    #expect(abs(try Self.start("large", simulation) - 31.07) < 0.1)
    // The large pull ends 30.5 s after 10 s; then 3 s of its own and the container.
    #expect(abs(try Self.start("small", simulation) - (29.5 + 3.57)) < 0.1)
    #expect(abs(try Self.start("later", simulation) - 1.07) < 0.1, "cached")
  }

  @Test("parallel pulls: each takes the time of its own pull")
  func parallel() throws {
    var simulation = try Self.simulation(
      kubelet: "serialize-image-pulls: false", jobs: Self.both)
    simulation.run(to: 65)
    #expect(abs(try Self.start("large", simulation) - 31.07) < 0.1)
    #expect(abs(try Self.start("small", simulation) - 4.07) < 0.1)
    let pulls = simulation.metric("kubelet_runtime_operations_duration_seconds", "pull_image")
    #expect(pulls?.count == 2)
    let longest = try #require(pulls?.max)
    #expect(abs(longest - 30) < 0.01)
  }

  @Test("pods that wait for the same image start together, and it is pulled once")
  func sharedPull() throws {
    var simulation = try Self.simulation(
      jobs: "- { name: large, jobs: { at: [10s], pods: 3, work: 1h, image: large } }")
    simulation.run(to: 50)
    #expect(simulation.metric("kubelet_pod_start_duration_seconds", "large")?.count == 3)
    #expect(abs(try Self.start("large", simulation) - 31.07) < 0.1)
    #expect(
      simulation.metric("kubelet_runtime_operations_duration_seconds", "pull_image")?.count == 1)
  }

  @Test("an image that is part of the machine image is not pulled")
  func preloaded() throws {
    var simulation = try Self.simulation(
      pool: ", preloaded-images: [large]", jobs: Self.both)
    simulation.run(to: 40)
    #expect(abs(try Self.start("large", simulation) - 1.07) < 0.1)
    #expect(abs(try Self.start("small", simulation) - 4.07) < 0.1)
  }

  @Test("a machine that stops loses the pull under way, and starts over when it is back")
  func machineStops() throws {
    var simulation = try Self.simulation(
      jobs: "- { name: large, jobs: { at: [10s], work: 1h, image: large } }",
      timeline: """
        [ { at: 30s, stop-nodes: { pool: workers, count: 1 } }, \
        { at: 60s, start-nodes: { pool: workers, count: 1 } } ]
        """)
    simulation.run(to: 59)
    #expect(!simulation.cluster.context.nodes[NodeID(0)].has(ImageID(0)))
    #expect(simulation.metric("kubelet_pod_start_duration_seconds", "large")?.count == 0)
    simulation.run(to: 95)
    #expect(simulation.cluster.context.nodes[NodeID(0)].has(ImageID(0)))
    #expect(abs(try Self.start("large", simulation) - (50 + 31.07)) < 0.1)
    #expect(simulation.total("job_lost_work_seconds_total") == 0, "it had not run yet")
  }
}
