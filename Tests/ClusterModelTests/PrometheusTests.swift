// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Testing

@testable import ClusterModel

/// A Prometheus server in a cluster of two nodes with a million series each.
struct PrometheusTests {
  static func world(_ prometheus: String = "", lines: String = "") throws -> SmallWorld {
    try SmallWorld.bare(
      """
        nodePools: [ { name: workers, machine: node, count: 2 } ]
        prometheus:
          machine: node
          scrape_interval: 10s
          bytes-per-series: 3kB
          exporters: { node-exporter: { series-per-node: 1000000 } }
      \(prometheus)
      """,
      machine: "cpu: 4, memory: 100GB", lines: lines)
  }

  @Test("series are those of the targets; a series that is gone stays until the second cut")
  func head() throws {
    var simulation = try Self.world(
      "    storage.tsdb.min-block-duration: 10m",
      lines: "timeline: [ { at: 115s, stop-nodes: { pool: workers, count: 1 } } ]"
    ).simulation()
    simulation.run(to: 100.5)
    #expect(simulation.metric("prometheus_tsdb_head_series")?.last == 2e6)
    #expect(simulation.total("prometheus_tsdb_head_samples_appended_total") == 10 * 2e6)
    #expect(
      simulation.metric("process_resident_memory_bytes", "prometheus")?.last == 2e6 * 3_000)
    simulation.run(to: 200.5)
    #expect(simulation.total("prometheus_tsdb_head_samples_appended_total") == 11 * 2e6 + 9e6)
    #expect(simulation.metric("prometheus_tsdb_head_series")?.last == 2e6)
    // Cuts at 15 and 25 min.
    simulation.run(to: 1_499)
    #expect(simulation.metric("prometheus_tsdb_head_series")?.last == 2e6)
    simulation.run(to: 1_511)
    #expect(simulation.metric("prometheus_tsdb_head_series")?.last == 1e6)
  }

  /// Blocks of 2 h: when the server has run for a day its log has the samples of one hour after a cut
  /// (x = (x + 2 h) / 3), the last cut was at 23 h, so those of two hours now.
  @Test(
    "the log of a server that has run for a day has two hours in it, and its replay time follows")
  func replayTime() throws {
    var simulation = try Self.world(
      """
          uptime: 24h
          GOMAXPROCS: 2
          wal-replay: { samples-per-worker: 1000000/s, contention: 0.25, coherency: 0.125 }
      """,
      lines: "timeline: [ { at: 5s, restart-prometheus: { pause: 7s } } ]"
    ).simulation()
    simulation.run(to: 20)
    #expect(simulation.metric("prometheus_ready")?.last == 0)
    // Two workers: 2 / (1 + 0.25 + 0.125 x 2) = 4/3 of one.
    let samples = 2e6 / 10 * 7_200
    let replay = samples / (4e6 / 3)
    let measured = simulation.metric("prometheus_tsdb_data_replay_duration_seconds")?.last ?? 0
    #expect(abs(measured / replay - 1) < 0.0001, "\(measured) s against \(replay) s")
    let before = simulation.total("prometheus_tsdb_head_samples_appended_total")
    simulation.run(to: 12 + replay - 1)
    #expect(simulation.metric("prometheus_ready")?.last == 0)
    #expect(simulation.total("prometheus_tsdb_head_samples_appended_total") == before)
    simulation.run(to: 12 + replay + 11)
    #expect(simulation.metric("prometheus_ready")?.last == 1)
    #expect(simulation.total("prometheus_tsdb_head_samples_appended_total") == before + 2e6)
    let blind = simulation.total("prometheus_blind_seconds_total")
    #expect(abs(blind - replay - 7) < 0.2, "\(blind) s")
  }

  @Test("throughput is largest where the law says")
  func peak() throws {
    let world = try Self.world(
      "    wal-replay: { contention: 0.1, coherency: 0.0025 }")
    let replay = try #require(world.configuration.clusters[0].value.prometheus).replay
    // sqrt(0.9 / 0.0025) = 18.97.
    let best = (1...100).max { replay.throughput(workers: $0) < replay.throughput(workers: $1) }
    #expect(best == 19)
    #expect(replay.throughput(workers: 1) == 730_000)
  }

  /// 2 million series in the head and in one block at 5 us are 20 s of a core, and 1 kB each 4 GB.
  @Test("requests share the cores, hold what they have found and go on when their clients leave")
  func sharing() throws {
    var simulation = try Self.world(
      """
          series-clients:
            panels:
              matched-share: 100%
              blocks: 1
              cpu-per-series: 5us
              response-bytes-per-series: 1kB
              every: 10ms
              start: 11s
              stop: 11065ms
              client-timeout: 3s
      """
    ).simulation()
    func held() -> Double {
      (simulation.metric("process_resident_memory_bytes", "prometheus")?.last ?? 0) - 6e9
    }
    simulation.run(to: 13)
    #expect(simulation.metric("prometheus_series_requests_in_flight", "waiting")?.last == 7)
    simulation.run(to: 15)
    #expect(simulation.metric("prometheus_series_requests_in_flight", "gone")?.last == 7)
    #expect(simulation.total("prometheus_client_requests_total", "gave-up") == 7)
    // Seven requests on four cores are done after 35 s, all within a tenth; scrapes every 10 s
    // bring the gauge up to date.
    simulation.run(to: 40.5)
    #expect(abs(held() - 7 * 4e9 * 29 / 35) < 0.02e9, "\(held()) B at 40 s")
    simulation.run(to: 45.8)
    #expect(simulation.total("prometheus_http_requests_total", "200") == 0)
    simulation.run(to: 46.3)
    #expect(simulation.total("prometheus_http_requests_total", "200") == 7)
    #expect(held() == 0)
    #expect(simulation.total("prometheus_client_requests_total", "answered") == 0)
  }

  /// One request every 10 s, each with 0.2 GB a second: 14 GB are full when the sum of their ages is
  /// 70 s: at 11 + 35 s, when four have the ages 35, 25, 15 and 5 s, less the 10 s of the fourth.
  static let runaway = """
        series-clients:
          panels: { matched-share: 100%, blocks: 99, cpu-per-series: 5us, \
    response-bytes-per-series: 1kB, every: 10s, start: 11s }
    """

  @Test("memory that is used up ends the process, which reads its log and is asked again")
  func kill() throws {
    var simulation = try Self.world("    memory-limit: 20GB\n" + Self.runaway).simulation()
    var kills: [Double] = []
    while kills.count < 2, simulation.now < .zero + .seconds(300) {
      simulation.run(seconds: 0.05)
      let count = Int(simulation.total("container_oom_events_total", "prometheus"))
      if count > kills.count { kills.append(simulation.now.seconds) }
    }
    // Ages 32.5, 22.5, 12.5 and 2.5 s.
    try #require(kills.count == 2)
    #expect(abs(kills[0] - 43.5) < 0.06, "\(kills[0]) s")
    #expect(simulation.total("prometheus_client_requests_total", "failed") > 0)
    #expect(simulation.total("prometheus_client_requests_total", "refused") > 0)
    // 10 s of back-off, then 4 scrapes of 2 million at 4 x 730,000 a second; asked at 61, 71, ... s.
    #expect(abs(kills[1] - (61 + 32.5)) < 0.06, "\(kills[1]) s")
  }

  @Test("a timeout in the server bounds what requests hold")
  func timeout() throws {
    var simulation = try Self.world(
      "    memory-limit: 20GB\n    series-timeout: 15s\n" + Self.runaway
    ).simulation()
    simulation.run(to: 600)
    #expect(simulation.total("container_oom_events_total", "prometheus") == 0)
    // Asked every 10 s from 11 s on; those until 581 s have been given up.
    #expect(simulation.total("prometheus_http_requests_total", "503") == 58)
    // At most two at a time, 15 and 5 s old.
    let peak = simulation.metric("process_resident_memory_bytes", "prometheus")?.max ?? 0
    #expect(peak <= 6e9 + 20 * 0.2e9 + 1)
  }

  @Test("a scenario that says too little or too much is refused")
  func refused() throws {
    #expect(throws: (any Error).self) {
      try Self.world("    exporters: { empty: {} }")
    }
    #expect(throws: (any Error).self) {
      try Self.world(
        "    series-clients: { a: { matched-share: 1%, every: 1s, start: 5s, stop: 4s } }")
    }
  }
}
