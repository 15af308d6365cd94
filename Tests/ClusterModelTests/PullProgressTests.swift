// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// Pulls that stand still, wait for slots and are refused, by the knobs' arithmetic: 50 MB/s a layer,
/// 10 MB/s of extraction (10 kB a write of 1 ms), sandbox 0.5 s, container 0.57 s.
struct PullProgressTests {
  static func simulation(
    kubelet: String, images: String, jobs: String, card: String = "10Gbps", disk: String = "slow"
  ) throws -> ClusterSimulation {
    try SmallWorld(
      """
      cluster:
        nodePools: [ { name: workers, machine: node, count: 1 } ]
        etcd: { main: { members: 1, disk: fast } }
        kubelet: { image-download-rate: 50MB/s, data-root: \(disk), \
      serialize-image-pulls: false, image-extraction-write-bytes: 10kB, \(kubelet) }
      machines: { node: { cpu: 8, network-bandwidth: \(card) } }
      disks: { none: { write-latency: 1ns }, fast: { write-latency: 100us }, slow: { write-latency: 1ms } }
      images: { \(images) }
      workload:
        \(jobs)
      """
    ).simulation()
  }

  static let large = "large: { size: 1GB, layers: [200MB, 800MB] }"
  static let one = "- { name: large, jobs: { at: [10s], work: 10h, image: large } }"

  @Test("layers are extracted one after the other, and downloaded side by side")
  func layers() throws {
    var simulation = try Self.simulation(kubelet: "", images: Self.large, jobs: Self.one)
    simulation.run(to: 200)
    // 200 MB are there after 4 s, their extraction ends at 24 s, 800 MB take 80 s more.
    let pull = simulation.metric("kubelet_runtime_operations_duration_seconds", "pull_image")
    #expect(abs(try #require(pull?.max) - (4 + 20 + 80)) < 0.01)
    let start = try ImagePullTests.start("large", simulation)
    #expect(abs(start - (0.5 + 104 + 0.57)) < 0.1)
  }

  @Test("an extraction longer than the deadline is cancelled again and again")
  func cancelled() throws {
    var simulation = try Self.simulation(
      kubelet: "image-pull-progress-deadline: 1m",
      images: "large: { size: 1GB }", jobs: Self.one)
    // A try lasts 20 s of download, then stands still; the kubelet looks every 10 s and finds more
    // than a minute at 90 s. Back-offs 10, 20, 40, 80, 160, 300, 300 s: tries begin at 0, 100, 210,
    // 340, 510, 760, 1150, 1540 s after the first.
    let first = 10.5
    for (tries, start) in [0, 100, 210, 340, 510, 760, 1_150, 1_540].enumerated() {
      simulation.run(to: first + Double(start) + 89)
      #expect(
        simulation.total("kubelet_image_pull_errors_total", "request-canceled") == Double(tries))
      simulation.run(to: first + Double(start) + 91)
      #expect(
        simulation.total("kubelet_image_pull_errors_total", "request-canceled")
          == Double(tries + 1))
    }
    #expect(simulation.metric("kubelet_pod_start_duration_seconds", "large")?.count == 0)
  }

  @Test("a longer deadline lets it end; so do layers that are short enough")
  func completes() throws {
    for (deadline, image) in [
      ("30m", "large: { size: 1GB }"),
      ("1m", "large: { size: 1GB, layers: [250MB, 250MB, 250MB, 250MB] }"),
    ] {
      var simulation = try Self.simulation(
        kubelet: "image-pull-progress-deadline: \(deadline)", images: image, jobs: Self.one)
      simulation.run(to: 600)
      let start = simulation.metric("kubelet_pod_start_duration_seconds", "large")
      #expect(start?.count == 1, "\(deadline)")
    }
  }

  @Test("what a cancelled pull has extracted is not pulled again")
  func keptLayers() throws {
    var simulation = try Self.simulation(
      kubelet: "image-pull-progress-deadline: 1m",
      images: "large: { size: 1100MB, layers: [500MB, 600MB] }", jobs: Self.one)
    // 12 s of download: at 80 s the kubelet finds that nothing has come for 68 s. The first layer is
    // complete at 60 s; the second try has 12 s + 60 s left, silent from 12 s on and done at 72 s,
    // before the look at 80 s.
    simulation.run(to: 10.5 + 80 + 10 + 72 + 1.5)
    #expect(simulation.total("kubelet_image_pull_errors_total", "request-canceled") == 1)
    let pull = simulation.metric("kubelet_runtime_operations_duration_seconds", "pull_image")
    #expect(abs(try #require(pull?.max) - 72) < 0.01)
  }

  static let backlog = (1...10).map { "image\($0): { size: 4GB }" }.joined(separator: ", ")
  static let pods = (1...10).map {
    "- { name: pod\($0), jobs: { at: [10s], work: 10h, image: image\($0), cpu: 0.1 } }"
  }.joined(separator: "\n  ")

  @Test("ten images, three slots: seven stand still; ten slots: none")
  func slots() throws {
    var simulation = try Self.simulation(
      kubelet: "image-pull-progress-deadline: 1m", images: Self.backlog, jobs: Self.pods)
    simulation.run(to: 10.5 + 75)
    #expect(simulation.total("kubelet_image_pull_errors_total", "request-canceled") == 7)
    simulation = try Self.simulation(
      kubelet: "image-pull-progress-deadline: 1m, max-concurrent-downloads: 10",
      images: Self.backlog, jobs: Self.pods)
    simulation.run(to: 10.5 + 75)
    #expect(simulation.total("kubelet_image_pull_errors_total", "request-canceled") == 0)
  }

  @Test("downloads share the node's card")
  func card() throws {
    var simulation = try Self.simulation(
      kubelet: "max-concurrent-downloads: 10, image-decompression-rate: 100GB/s",
      images: (1...10).map { "image\($0): { size: 100MB }" }.joined(separator: ", "),
      jobs: Self.pods, card: "1Gbps", disk: "none")
    simulation.run(to: 60)
    // 10 x 100 MB through 125 MB/s.
    let pull = simulation.metric("kubelet_runtime_operations_duration_seconds", "pull_image")
    #expect(pull?.count == 10)
    #expect(abs(try #require(pull?.max) - 8) < 0.05)
  }

  @Test("registry-qps: the eleventh pull at once fails and is made again 10 s later")
  func pullQPS() throws {
    let images = (1...12).map { "image\($0): { size: 1MB }" }.joined(separator: ", ")
    let pods = (1...12).map {
      "- { name: pod\($0), jobs: { at: [10s], work: 10h, image: image\($0), cpu: 0.1 } }"
    }.joined(separator: "\n  ")
    var simulation = try Self.simulation(kubelet: "", images: images, jobs: pods)
    simulation.run(to: 15)
    let failed = simulation.total("kubelet_image_pull_errors_total", "pull-qps-exceeded")
    // The pods are created by a controller and bound one by one, within a tenth of a second or so.
    #expect((1...2).contains(failed))
    simulation.run(to: 30)
    #expect(simulation.total("kubelet_image_pull_errors_total", "pull-qps-exceeded") == failed)
    #expect(simulation.metric("kube_pod_status_phase", "Running")?.last == 12)
  }
}
