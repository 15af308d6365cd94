// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// The Prometheus server of a cluster: `cluster.prometheus`.
package struct PrometheusConfiguration: Configurable {
  package var path: KnobPath
  package var machine: Reference?
  package var maxProcs: Int?
  package var memoryLimit: ByteCount?
  package var scrapeInterval: SimDuration
  package var minBlockDuration: SimDuration
  package var bytesPerSeries: ByteCount
  package var uptime: SimDuration
  package var seriesTimeout: SimDuration?
  package var replay: WALReplayConfiguration
  package var exporters: [Named<ExporterConfiguration>]
  package var clients: [Named<SeriesClientConfiguration>]

  package static let machine = Knob<Reference?>(
    optional: "machine", to: ReferenceTarget("machines"),
    help: "Machine that it has for itself; absent: 8 cores and 32 GiB.",
    source: "stated by the scenario")
  package static let maxProcs = Knob<Int?>(
    optional: "GOMAXPROCS", in: 1...4096,
    help: "Cores that it uses, to replay its log and to answer; absent: all of the machine.",
    source: "Go runtime: the number of cores by default; OpenAI 2021 set 24")
  package static let memoryLimit = Knob<ByteCount?>(
    optional: "memory-limit", in: ByteCount(bytes: 1 << 20)...ByteCount(bytes: 1 << 46),
    help: "Memory at which the kernel kills it; absent: that of the machine.",
    source: "container resources.limits.memory: none by default")
  package static let scrapeInterval = Knob<SimDuration>(
    "scrape_interval", default: .minutes(1), in: .seconds(1) ... .hours(1),
    help: "Time between two scrapes of a target.", source: "Prometheus configuration: 1m")
  package static let minBlockDuration = Knob<SimDuration>(
    "storage.tsdb.min-block-duration", default: .hours(2), in: .minutes(1) ... .hours(48),
    help: "Time between two cuts of the head, each of which shortens the write-ahead log.",
    source: "prometheus --storage.tsdb.min-block-duration: 2h")
  package static let bytesPerSeries = Knob<ByteCount>(
    "bytes-per-series", default: ByteCount(bytes: 3_000),
    in: ByteCount(bytes: 100)...ByteCount(bytes: 1_000_000),
    help:
      "Resident memory of a series in the head, its samples and the collector's share included.",
    source: "B. Brazil, 'Why does Prometheus use so much RAM?': 3 kB as of Prometheus 2.20")
  package static let uptime = Knob<SimDuration>(
    "uptime", default: .zero, in: .zero ... .hours(1_000),
    help: "Time for which it has been scraping when the run starts.",
    source: "stated by the scenario")
  package static let seriesTimeout = Knob<SimDuration?>(
    optional: "series-timeout", in: .milliseconds(100) ... .hours(24),
    help: "Time after which the server gives a request to /api/v1/series up; absent: never.",
    source: "none in Prometheus up to 2.x: OpenAI 2021 patched a context with a timeout in")
  package static let replay = Subsection<WALReplayConfiguration>("wal-replay")
  package static let exporters = NamedMap<ExporterConfiguration>("exporters")
  package static let clients = NamedMap<SeriesClientConfiguration>("series-clients")

  package static let declaration = SectionDeclaration(
    "prometheus", help: "The Prometheus server of the cluster."
  ) {
    machine
    maxProcs
    memoryLimit
    scrapeInterval
    minBlockDuration
    bytesPerSeries
    uptime
    seriesTimeout
    replay
    exporters
    clients
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    machine = reader[Self.machine]
    maxProcs = reader[Self.maxProcs]
    memoryLimit = reader[Self.memoryLimit]
    scrapeInterval = reader[Self.scrapeInterval]
    minBlockDuration = reader[Self.minBlockDuration]
    bytesPerSeries = reader[Self.bytesPerSeries]
    uptime = reader[Self.uptime]
    seriesTimeout = reader[Self.seriesTimeout]
    replay = reader.section(Self.replay)
    exporters = reader.map(Self.exporters)
    clients = reader.map(Self.clients)
  }
}

/// An exporter that Prometheus scrapes: an entry of `exporters`.
package struct ExporterConfiguration: Configurable {
  package var seriesPerNode: Int
  package var seriesPerPod: Int
  package var seriesPerServer: Int

  package static let seriesPerNode = Knob<Int>(
    "series-per-node", default: 0, in: 0...10_000_000,
    help: "Series that the exporter has for each node (node-exporter, kubelet, DCGM exporter).",
    source: "stated by the scenario: count({instance=...}) by exporter")
  package static let seriesPerPod = Knob<Int>(
    "series-per-pod", default: 0, in: 0...10_000_000,
    help: "Series that it has for each pod on a node (cAdvisor, kube-state-metrics).",
    source: "stated by the scenario")
  package static let seriesPerServer = Knob<Int>(
    "series-per-apiserver", default: 0, in: 0...10_000_000,
    help: "Series that it has for each API server.", source: "stated by the scenario")

  package static let declaration = SectionDeclaration(
    "exporter", help: "An exporter that Prometheus scrapes."
  ) {
    seriesPerNode
    seriesPerPod
    seriesPerServer
  }

  package init(_ reader: inout SectionReader) {
    seriesPerNode = reader[Self.seriesPerNode]
    seriesPerPod = reader[Self.seriesPerPod]
    seriesPerServer = reader[Self.seriesPerServer]
    if seriesPerNode == 0, seriesPerPod == 0, seriesPerServer == 0 {
      reader.fail(nil, "an exporter without series")
    }
  }
}

/// Clients, such as the panels of Grafana, that ask `/api/v1/series` again and again: an entry of
/// `series-clients`.
package struct SeriesClientConfiguration: Configurable {
  package var path: KnobPath
  package var every: SimDuration
  package var start: SimDuration
  package var stop: SimDuration?
  package var timeout: SimDuration
  package var matchedShare: Fraction
  package var blocks: Int
  package var cpuPerSeries: SimDuration
  package var bytesPerSeries: ByteCount

  package static let every = Knob<SimDuration>(
    required: "every", in: .milliseconds(10) ... .hours(100),
    help: "Time between two requests of all clients of the entry.")
  package static let start = Knob<SimDuration>(
    "start", default: .zero, in: .zero ... .hours(100_000), help: "When they begin.",
    source: "stated by the scenario")
  package static let stop = Knob<SimDuration?>(
    optional: "stop", in: .zero ... .hours(100_000), help: "When they cease; absent: never.",
    source: "stated by the scenario")
  package static let timeout = Knob<SimDuration>(
    "client-timeout", default: .seconds(30), in: .milliseconds(10) ... .hours(24),
    help: "Patience of a client.", source: "Grafana [dataproxy] timeout: 30 s")
  package static let matchedShare = Knob<Fraction>(
    required: "matched-share", in: Fraction(0)...Fraction(1),
    help:
      "Share of the series in the head that the selector matches; {le!=\"\"} matches all buckets"
      + " of histograms.")
  package static let blocks = Knob<Int>(
    "blocks", default: 0, in: 0...100_000,
    help: "Blocks on disk that the request looks at beside the head; all without start and end.",
    source: "none: retention over the length of a block")
  package static let cpuPerSeries = Knob<SimDuration>(
    "cpu-per-series", default: .microseconds(6), in: .nanoseconds(1) ... .seconds(1),
    help: "Time of one core for each matched series of the head or of a block.",
    source: "prometheus issue 5547: about 20 s for 100 s of data in a server of 25 GB; that 40 % of"
      + " its series match is assumed")
  package static let bytesPerSeries = Knob<ByteCount>(
    "response-bytes-per-series", default: ByteCount(bytes: 220),
    in: ByteCount(bytes: 1)...ByteCount(bytes: 1_000_000),
    help: "Memory held for each of them until the request has ended.",
    source:
      "prometheus issue 5547: 25 GB become 90 GB in 30 minutes of one request, at 6 us a series")

  package static let declaration = SectionDeclaration(
    "series-client", help: "Clients that ask /api/v1/series again and again."
  ) {
    every
    start
    stop
    timeout
    matchedShare
    blocks
    cpuPerSeries
    bytesPerSeries
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    every = reader[Self.every]
    start = reader[Self.start]
    stop = reader[Self.stop]
    timeout = reader[Self.timeout]
    matchedShare = reader[Self.matchedShare]
    blocks = reader[Self.blocks]
    cpuPerSeries = reader[Self.cpuPerSeries]
    bytesPerSeries = reader[Self.bytesPerSeries]
    if let stop, stop <= start {
      reader.fail(Self.stop, "the clients stop before they start")
    }
  }
}
