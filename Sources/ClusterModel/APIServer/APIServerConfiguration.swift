// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// The kube-apiserver replicas of a cluster: `cluster.kube-apiserver`.
package struct APIServerConfiguration: Configurable, Codable {
  package var path: KnobPath
  package var replicas: Int
  package var machine: Reference?
  package var maxRequestsInflight: Int
  package var maxMutatingRequestsInflight: Int
  package var requestTimeout: SimDuration
  package var eventTTL: SimDuration
  package var compactionInterval: SimDuration
  package var storeRoundTrip: SimDuration
  package var clientRoundTrip: SimDuration
  package var consistentListFromCache: Bool
  package var uncachedResources: [String]
  package var readCPU: SimDuration
  package var writeCPU: SimDuration
  package var patchCPUPerKilobyte: SimDuration
  package var cpuPerKilobyte: SimDuration
  package var listCPUPerObject: SimDuration
  package var listCPUPerKilobyte: SimDuration
  package var watchCPUPerEvent: SimDuration
  package var watchCPUPerKilobyte: SimDuration
  package var watchCache: WatchCacheConfiguration
  package var memory: MemoryConfiguration

  package static let replicas = Knob<Int>(
    "replicas", default: 1, in: 1...250, help: "API servers behind the balancer.",
    source: "kubeadm: one per control-plane machine")
  package static let machine = Knob<Reference?>(
    optional: "machine", to: ReferenceTarget("machines"), help: "Machine type of each replica.",
    source: "none; without it a replica has 8 cores and 10 Gbit/s")
  package static let maxRequestsInflight = Knob<Int>(
    "max-requests-inflight", default: 400, in: 1...1_000_000,
    help: "Reads under way above which more are answered with 429.",
    source: "kube-apiserver --max-requests-inflight: 400 (1.8 to 1.36)")
  package static let maxMutatingRequestsInflight = Knob<Int>(
    "max-mutating-requests-inflight", default: 200, in: 1...1_000_000,
    help: "Writes under way above which more are answered with 429.",
    source: "kube-apiserver --max-mutating-requests-inflight: 200 (1.8 to 1.36)")
  package static let requestTimeout = Knob<SimDuration>(
    "request-timeout", default: .seconds(60), in: .milliseconds(100) ... .hours(1),
    help: "Time after which the server gives up on a request.",
    source: "kube-apiserver --request-timeout: 1 min")
  package static let eventTTL = Knob<SimDuration>(
    "event-ttl", default: .hours(1), in: .seconds(1) ... .hours(1000),
    help: "Time that Event objects are kept.", source: "kube-apiserver --event-ttl: 1 h")
  package static let compactionInterval = Knob<SimDuration>(
    "etcd-compaction-interval", default: .minutes(5), in: .zero ... .hours(1000),
    help: "Time between compaction requests to etcd; 0 switches them off.",
    source: "kube-apiserver --etcd-compaction-interval: 5 min")
  package static let storeRoundTrip = Knob<SimDuration>(
    "etcd-round-trip-time", default: .microseconds(400), in: .zero ... .seconds(10),
    help: "Network round trip between an API server and etcd.",
    source:
      "fitted on c = 1 at +10 ms of data/real-control-plane/etcd_fsync_delay.csv, gRPC included")
  package static let clientRoundTrip = Knob<SimDuration>(
    "client-round-trip-time", default: .microseconds(500), in: .zero ... .seconds(10),
    help: "Network round trip between a client and an API server.",
    source: "etcd op-guide/performance: within a data centre hundreds of microseconds")
  package static let consistentListFromCache = Knob<Bool>(
    "consistent-list-from-cache", default: false,
    help: "A LIST without resourceVersion is answered from the watch cache.",
    source: "KEP-2340: beta and on since 1.31; before, such a LIST reads all objects from etcd")
  package static let uncachedResources = Knob<[String]>(
    "uncached-resources", default: [],
    help: "Resources without a watch cache: every read goes to etcd.",
    source: "pkg/registry: events are not cached by default (--watch-cache-sizes, 1.8)")
  package static let readCPU = Knob<SimDuration>(
    "cpu-per-read", default: .microseconds(450), in: .zero ... .seconds(1),
    help: "CPU of a GET or LIST, objects apart.",
    source: "facts/real-calibration.md §2: GET lease 450 to 660 us with 32 to 64 workers (1.36)")
  package static let writeCPU = Knob<SimDuration>(
    "cpu-per-write", default: .microseconds(1_800), in: .zero ... .seconds(1),
    help: "CPU of a POST, PUT, PATCH or DELETE, bytes apart.",
    source: "facts/real-calibration.md §2: PUT lease 1,810 to 2,210 us with 32 to 64 workers (1.36)"
  )
  package static let patchCPUPerKilobyte = Knob<SimDuration>(
    "patch-cpu-per-kilobyte", default: .microseconds(172), in: .zero ... .seconds(1),
    help: "CPU of a PATCH for each 10^3 bytes of the object, which is read, merged and rewritten.",
    source: "facts/real-calibration.md §2: PATCH node status 4,160 us at 13.7 KB (1.36)")
  package static let cpuPerKilobyte = Knob<SimDuration>(
    "cpu-per-kilobyte", default: .microseconds(34), in: .zero ... .seconds(1),
    help: "CPU of a single-object request for each 10^3 bytes of the object.",
    source: "facts/real-calibration.md §2: 34 to 47 us per KB on the single-object path (1.36)")
  package static let listCPUPerObject = Knob<SimDuration>(
    "list-cpu-per-object", default: .microseconds(30), in: .zero ... .seconds(1),
    help: "CPU of a LIST for each object.",
    source: "facts/real-calibration.md §2: pods of 4.5 KB 58 to 83 us, nodes of 13.4 KB 120 us")
  package static let listCPUPerKilobyte = Knob<SimDuration>(
    "list-cpu-per-kilobyte", default: .microseconds(7), in: .zero ... .seconds(1),
    help: "CPU of a LIST for each 10^3 bytes.",
    source: "facts/real-calibration.md §2: pods of 4.5 KB 58 to 83 us, nodes of 13.4 KB 120 us")
  package static let watchCPUPerEvent = Knob<SimDuration>(
    "watch-cpu-per-event", default: .microseconds(25), in: .zero ... .seconds(1),
    help: "CPU for each delivery of a watch event to one watcher.",
    source: "facts/real-calibration.md §2: 80 to 130 us per watcher with 13.7 KB events (1.36)")
  package static let watchCPUPerKilobyte = Knob<SimDuration>(
    "watch-cpu-per-kilobyte", default: .microseconds(5), in: .zero ... .seconds(1),
    help: "CPU for each delivery, for each 10^3 bytes.",
    source: "facts/real-calibration.md §2: 80 to 130 us per watcher with 13.7 KB events (1.36)")

  package static let watchCache = Subsection<WatchCacheConfiguration>("watch-cache")
  package static let memory = Subsection<MemoryConfiguration>("memory")

  package static let declaration = SectionDeclaration("kube-apiserver", help: "The API servers.") {
    replicas
    machine
    maxRequestsInflight
    maxMutatingRequestsInflight
    requestTimeout
    eventTTL
    compactionInterval
    storeRoundTrip
    clientRoundTrip
    consistentListFromCache
    uncachedResources
    readCPU
    writeCPU
    patchCPUPerKilobyte
    cpuPerKilobyte
    listCPUPerObject
    listCPUPerKilobyte
    watchCPUPerEvent
    watchCPUPerKilobyte
    watchCache
    memory
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    replicas = reader[Self.replicas]
    machine = reader[Self.machine]
    maxRequestsInflight = reader[Self.maxRequestsInflight]
    maxMutatingRequestsInflight = reader[Self.maxMutatingRequestsInflight]
    requestTimeout = reader[Self.requestTimeout]
    eventTTL = reader[Self.eventTTL]
    compactionInterval = reader[Self.compactionInterval]
    storeRoundTrip = reader[Self.storeRoundTrip]
    clientRoundTrip = reader[Self.clientRoundTrip]
    consistentListFromCache = reader[Self.consistentListFromCache]
    uncachedResources = reader[Self.uncachedResources]
    readCPU = reader[Self.readCPU]
    writeCPU = reader[Self.writeCPU]
    patchCPUPerKilobyte = reader[Self.patchCPUPerKilobyte]
    cpuPerKilobyte = reader[Self.cpuPerKilobyte]
    listCPUPerObject = reader[Self.listCPUPerObject]
    listCPUPerKilobyte = reader[Self.listCPUPerKilobyte]
    watchCPUPerEvent = reader[Self.watchCPUPerEvent]
    watchCPUPerKilobyte = reader[Self.watchCPUPerKilobyte]
    watchCache = reader.section(Self.watchCache)
    memory = reader.section(Self.memory)
  }
}
