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
  package var listFromCacheSnapshot: Bool
  package var compressionThreshold: ByteCount
  package var uncachedResources: [String]
  package var goawayChance: Fraction
  package var flowControl: FlowControlKind
  package var listWorkEstimate: ListWorkEstimate
  package var priorityLevels: [PriorityLevel]
  package var flowSchemas: [FlowSchema]
  package var webhooks: [WebhookSpecification]
  package var audit: AuditConfiguration
  package var costs: APIServerCostConfiguration
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
  package static let listFromCacheSnapshot = Knob<Bool>(
    "list-from-cache-snapshot", default: false,
    help: "A LIST in pages is answered from a snapshot of the watch cache.",
    source: "KEP-4988: beta and on since 1.34; before, each page is read from etcd")
  package static let compressionThreshold = Knob<ByteCount>(
    "response-compression-threshold", default: ByteCount(bytes: 128 << 10),
    in: ByteCount(bytes: 0)...ByteCount(bytes: 1 << 40),
    help: "Answers to LISTs above this are compressed for clients that accept it.",
    source:
      "apiserver endpoints/handlers/responsewriters: 128 KiB since 1.16; state a large one before")
  package static let goawayChance = Knob<Fraction>(
    "goaway-chance", default: Fraction(0), in: Fraction(0)...Fraction(0.02),
    help: "Chance of each request to end its client's connection, which goes to any replica then.",
    source: "kube-apiserver --goaway-chance: 0, at most 0.02, 0.001 is recommended (since 1.18)")
  package static let flowControl = Knob<FlowControlKind>(
    "flow-control", default: .maxInFlight, help: "How requests are let in.",
    source: "--enable-priority-and-fairness: on since 1.20 (beta), always since 1.36")
  package static let listWorkEstimate = Knob<ListWorkEstimate>(
    "list-work-estimate", default: .objectCount,
    help: "Seats that a LIST takes with Priority and Fairness.",
    source: "list_work_estimator.go: object-count to 1.33, size since 1.34, one seat up to 1.22")
  package static let priorityLevels = NamedMap<PriorityLevelConfiguration>("priority-levels")
  package static let flowSchemas = NamedMap<FlowSchemaConfiguration>("flow-schemas")
  package static let admissionWebhooks = NamedMap<WebhookConfiguration>("admission-webhooks")
  package static let uncachedResources = Knob<[String]>(
    "uncached-resources", default: [],
    help: "Resources without a watch cache: every read goes to etcd.",
    source: "pkg/registry: events are not cached by default (--watch-cache-sizes, 1.8)")
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
    listFromCacheSnapshot
    compressionThreshold
    uncachedResources
    goawayChance
    flowControl
    listWorkEstimate
    priorityLevels
    flowSchemas
    admissionWebhooks
    AuditConfiguration.members
    APIServerCostConfiguration.members
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
    listFromCacheSnapshot = reader[Self.listFromCacheSnapshot]
    compressionThreshold = reader[Self.compressionThreshold]
    uncachedResources = reader[Self.uncachedResources]
    goawayChance = reader[Self.goawayChance]
    flowControl = reader[Self.flowControl]
    listWorkEstimate = reader[Self.listWorkEstimate]
    priorityLevels = PriorityLevel.all(reader.map(Self.priorityLevels))
    webhooks = reader.map(Self.admissionWebhooks).map { WebhookSpecification($0) }
    audit = AuditConfiguration(&reader)
    flowSchemas = FlowSchema.all(reader.map(Self.flowSchemas))
    costs = APIServerCostConfiguration(&reader)
    watchCPUPerEvent = reader[Self.watchCPUPerEvent]
    watchCPUPerKilobyte = reader[Self.watchCPUPerKilobyte]
    watchCache = reader.section(Self.watchCache)
    memory = reader.section(Self.memory)
    for schema in flowSchemas where !priorityLevels.contains(where: { $0.name == schema.level }) {
      reader.fail(
        Self.flowSchemas.name,
        "the flow schema '\(schema.name)' names the level '\(schema.level)', which does not exist",
        hint: "levels: " + priorityLevels.map(\.name).joined(separator: ", "))
    }
  }
}
