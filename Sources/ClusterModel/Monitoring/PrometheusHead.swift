// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Scenario

/// The series that exporters show, and what Prometheus keeps of them in memory and in its log.
struct PrometheusHead: Codable, Sendable {
  /// Series of all exporters for each node, pod and API server.
  private let perNode: Int
  private let perPod: Int
  private let perServer: Int
  private let servers: Int
  /// Series that were scraped last.
  private(set) var live = 0
  /// Series that are gone since the last cut, and since the one before: they stay in the head until
  /// their samples have gone to a block.
  private var stale = 0
  private var olderStale = 0
  /// Samples in the write-ahead log.
  private(set) var logSamples = 0.0
  private var nodes = 0
  private var pods = 0

  init(_ exporters: [Named<ExporterConfiguration>], servers: Int) {
    perNode = exporters.reduce(0) { $0 + $1.value.seriesPerNode }
    perPod = exporters.reduce(0) { $0 + $1.value.seriesPerPod }
    perServer = exporters.reduce(0) { $0 + $1.value.seriesPerServer }
    self.servers = servers
  }

  /// Series in the head.
  var series: Int { live + stale + olderStale }

  /// Looks at all targets; what has gone since the last look turns stale.
  ///
  /// O(nodes), once a scrape interval.
  mutating func discover(_ table: borrowing NodeTable) {
    var nodesNow = 0
    var podsNow = 0
    for node in table.ids where table[node].machineIsUp && table[node].isRegistered {
      nodesNow += 1
      podsNow += Int(table[node].podCount)
    }
    stale += max(0, nodes - nodesNow) * perNode + max(0, pods - podsNow) * perPod
    nodes = nodesNow
    pods = podsNow
    live = nodes * perNode + pods * perPod + servers * perServer
  }

  /// One sample of each series.
  mutating func append() { logSamples += Double(live) }

  /// The oldest part of the head becomes a block. The log loses the first two thirds of its segments
  /// (tsdb/head.go `truncateWAL`).
  mutating func cut() {
    olderStale = stale
    stale = 0
    logSamples /= 3
  }

  /// What a server has in its log that has scraped the present targets for so long. The first cut comes
  /// when the head is one and a half blocks long (tsdb/head.go `compactable`), the next ones a block
  /// apart; returns the time to the next.
  mutating func prepare(
    uptime: SimDuration, scrapeInterval: SimDuration, block: SimDuration
  ) -> SimDuration {
    let rate = Double(live) / scrapeInterval.seconds
    var nextCut = block + block / 2
    var since = SimDuration.zero
    while nextCut <= uptime {
      logSamples = (logSamples + rate * (nextCut - since).seconds) / 3
      since = nextCut
      nextCut = nextCut + block
    }
    logSamples += rate * (uptime - since).seconds
    return nextCut - uptime
  }
}
