// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario
import Stochastics

/// Requests that come whether or not the last were answered, or (with `workers`) when they were:
/// `requests`.
package struct RequestLoadConfiguration: Configurable {
  package var path: KnobPath
  package var verb: LoadVerb
  package var resource: String
  package var rate: Rate?
  package var ratePerNode: Rate?
  package var arrivals: ArrivalKind
  package var at: [SimDuration]
  package var trace: String?
  package var workers: Int?
  package var bytes: ByteCount
  package var objects: Int
  package var objectsPerNode: Int
  package var startsInSteadyState: Bool
  package var timeout: SimDuration
  package var resourceVersionZero: Bool
  package var location: LoadLocation
  package var resolvesName: Bool
  package var cluster: String?
  package var client: ClientConfiguration

  package static let verb = Knob<LoadVerb>(required: "verb", help: "What each request does.")
  package static let resource = Knob<String>(
    required: "resource", help: "Which resource it reads or writes.")
  package static let rate = Knob<Rate?>(
    optional: "rate", help: "Requests per second in all.", source: "stated by the scenario")
  package static let ratePerNode = Knob<Rate?>(
    optional: "rate-per-node", help: "Requests per second for each node of the cluster.",
    source: "stated by the scenario")
  package static let arrivals = Knob<ArrivalKind>(
    "arrivals", default: .poisson, help: "How arrivals are spaced.",
    source: "many independent clients make a Poisson stream (Palm, Khinchine)")
  package static let at = Knob<[SimDuration]>(
    "at", default: [], help: "Moments of single requests, instead of a rate.",
    source: "stated by the scenario")
  package static let trace = Knob<String?>(
    optional: "trace", help: "CSV file with a column `time` in seconds, instead of a rate.",
    source: "stated by the scenario")
  package static let workers = Knob<Int?>(
    optional: "workers", in: 1...100_000,
    help: "Clients that each send their next request when the last has ended, instead of a rate.",
    source: "a closed loop, as data/real-control-plane was measured")
  package static let identity = ClientConfiguration.identity(default: .user)
  package static let bytes = Knob<ByteCount>(
    "object-bytes", default: ByteCount(bytes: 1_000),
    in: ByteCount(bytes: 1)...ByteCount(bytes: 1 << 30), help: "Size of an object written or read.",
    source: "an Event or ConfigMap of about 1 KB; not published")
  package static let objects = Knob<Int>(
    "objects", default: 1, in: 1...10_000_000,
    help: "Objects that exist when the run starts; an update takes a random one.",
    source: "stated by the scenario")
  package static let objectsPerNode = Knob<Int>(
    "objects-per-node", default: 0, in: 0...100_000,
    help: "More of them for each node that is ready when the run starts.",
    source: "stated by the scenario")
  package static let startsInSteadyState = Knob<Bool>(
    "starts-in-steady-state", default: true,
    help: "With `verb: create` of Events: those of the last `event-ttl` exist at the start.",
    source: "a cluster that has run for longer than event-ttl")
  package static let timeout = Knob<SimDuration>(
    "timeout", default: .seconds(30), in: .milliseconds(1) ... .hours(1),
    help: "Patience of the client, its tries after a 429 included.",
    source: "kubectl and client-go leave it to the caller")
  package static let resourceVersionZero = Knob<Bool>(
    "resource-version-zero", default: false,
    help: "A read accepts what the API server has in its cache.",
    source: "Kubernetes API concepts: unset resourceVersion means most recent")
  package static let location = Knob<LoadLocation>(
    "location", default: .external, help: "Where the clients run.",
    source: "users and CI jobs come from outside")
  package static let resolvesName = Knob<Bool>(
    "resolves-name", default: false, help: "The clients find the API server by its DNS name.",
    source: "clients outside use the balancer's address")
  package static let cluster = Knob<String?>(
    optional: "target-cluster", help: "Send the requests to this cluster instead of one's own.",
    source: "one's own cluster by default")

  package static let declaration = SectionDeclaration(
    "requests", help: "An open load of requests."
  ) {
    verb
    resource
    rate
    ratePerNode
    arrivals
    at
    trace
    workers
    bytes
    objects
    objectsPerNode
    startsInSteadyState
    timeout
    resourceVersionZero
    location
    resolvesName
    cluster
    ClientConfiguration.members(identity)
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    verb = reader[Self.verb]
    resource = reader[Self.resource]
    rate = reader[Self.rate]
    ratePerNode = reader[Self.ratePerNode]
    arrivals = reader[Self.arrivals]
    at = reader[Self.at]
    trace = reader[Self.trace]
    workers = reader[Self.workers]
    bytes = reader[Self.bytes]
    objects = reader[Self.objects]
    objectsPerNode = reader[Self.objectsPerNode]
    startsInSteadyState = reader[Self.startsInSteadyState]
    timeout = reader[Self.timeout]
    resourceVersionZero = reader[Self.resourceVersionZero]
    location = reader[Self.location]
    resolvesName = reader[Self.resolvesName]
    cluster = reader[Self.cluster]
    client = ClientConfiguration(&reader, Self.identity)
    let stated = [
      rate != nil, ratePerNode != nil, !at.isEmpty, trace != nil, workers != nil,
    ].count { $0 }
    if stated != 1 {
      reader.fail(
        nil,
        "a request load needs exactly one of 'rate', 'rate-per-node', 'at', 'trace' and 'workers'")
    }
    if workers != nil, cluster != nil {
      reader.fail(Self.workers, "'workers' and 'target-cluster' do not go together")
    }
  }
}

/// What a load's requests do.
package enum LoadVerb: String, KnobChoice, CaseIterable, Codable, Sendable {
  case get, list, create, update, patch, delete

  var requestVerb: RequestVerb {
    switch self {
    case .get: .get
    case .list: .list
    case .create: .create
    case .update: .update
    case .patch: .patch
    case .delete: .delete
    }
  }
}

/// How the arrivals of a load are spaced.
package enum ArrivalKind: String, KnobChoice, CaseIterable, Codable, Sendable {
  case poisson, periodic
}

/// Where the clients of a load run.
package enum LoadLocation: String, KnobChoice, CaseIterable, Codable, Sendable {
  case external
  case controlPlane = "control-plane"
}

/// Everything that can happen to open loads.
package enum RequestLoadEvent: BitwiseCopyable, Codable, Sendable {
  /// The next request of a load.
  case arrival(UInt16)
  /// A client of a closed loop that had to wait goes on.
  case nextRound(UInt16)
  /// A load of another cluster (with its index there) makes a request here, under a guest's index.
  case guestArrival(ClusterID, UInt16, guest: UInt16)
  /// The other cluster has answered.
  case remoteAnswer(UInt16, RequestOutcome)
}

/// Where a load sends its requests when it is not its own cluster.
package struct RemoteTarget: Codable, Sendable {
  package var cluster: ClusterID
  /// The load's stand-in there.
  package var guest: UInt16
  /// Network delay between the clusters, one way.
  package var delay: SimDuration
}

/// Open loads of requests.
package struct RequestLoads: Codable, Sendable {
  private struct Load: Codable, Sendable {
    var workload: WorkloadID
    var requestClass: RequestClassID
    var source: ArrivalSource
    var perNodeRate: Double?
    var objects: UInt32
    var firstObject: UInt32
    var creates: Bool
    /// Clients of a closed loop; 0 for an open load.
    var workers: Int
    var remote: RemoteTarget?
    /// One way back to the cluster whose load this stands for; `nil` for a load of this cluster.
    var guestDelay: SimDuration?
    var isRunning = true
    var remoteAnswers: [Int]
  }

  private var loads: [Load] = []
  private let choice: StreamID

  package init(_ context: inout ClusterContext) {
    choice = context.streams.stream("requests/object")
  }

  package mutating func add(
    workload: WorkloadID, requestClass: RequestClassID, source: ArrivalSource,
    perNodeRate: Double?, firstObject: UInt32, objects: Int, creates: Bool, workers: Int = 0,
    remote: RemoteTarget? = nil, guestDelay: SimDuration? = nil
  ) {
    loads.append(
      Load(
        workload: workload, requestClass: requestClass, source: source, perNodeRate: perNodeRate,
        objects: UInt32(objects), firstObject: firstObject, creates: creates, workers: workers,
        remote: remote,
        guestDelay: guestDelay,
        remoteAnswers: Array(repeating: 0, count: RequestOutcome.allCases.count)))
  }

  package mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    for index in loads.indices {
      for _ in 0..<loads[index].workers { issue(index, &context, &agenda) }
      scheduleNext(index, &context, &agenda)
    }
  }

  package mutating func handle(
    _ event: RequestLoadEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .arrival(let index):
      let load = Int(index)
      if loads[load].isRunning { issue(load, &context, &agenda) }
      scheduleNext(load, &context, &agenda)
    case .nextRound(let load): goRound(Int(load), .ok, &context, &agenda)
    case .guestArrival(let cluster, let load, let guest):
      context.request(
        loads[Int(guest)].requestClass,
        subject: UInt32(cluster.rawValue) << 16 | UInt32(load),
        object: pickObject(Int(guest), &context), &agenda)
    case .remoteAnswer(let load, let outcome):
      loads[Int(load)].remoteAnswers[Int(outcome.rawValue)] += 1
    }
  }

  /// A request has ended; a guest's outcome travels back to its cluster.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    guard let index = loads.firstIndex(where: { $0.requestClass == row.classID }) else { return }
    if let offset = context.nextPage(after: row, outcome) {
      context.request(
        row.classID, subject: row.subject, object: row.object, payload: offset, &agenda)
      return
    }
    if loads[index].workers > 0 { goRound(index, outcome, &context, &agenda) }
    guard let delay = loads[index].guestDelay else { return }
    agenda.schedule(
      .requestLoads(.remoteAnswer(UInt16(truncatingIfNeeded: row.subject), outcome)),
      in: ClusterID(rawValue: UInt8(truncatingIfNeeded: row.subject >> 16)),
      at: agenda.now + delay)
  }

  /// A client of a closed loop sends its next request: at once, or after a second when the last
  /// never reached a server, or when the load is switched off.
  private mutating func goRound(
    _ load: Int, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    if outcome == .nameNotResolved || !loads[load].isRunning {
      agenda.schedule(
        .requestLoads(.nextRound(UInt16(load))), in: context.cluster,
        at: agenda.now + .seconds(1))
    } else {
      issue(load, &context, &agenda)
    }
  }

  /// Answers that a load got from another cluster, by outcome.
  package func remoteAnswers(_ workload: WorkloadID) -> [Int] {
    loads.first { $0.workload == workload }?.remoteAnswers ?? []
  }

  package mutating func setRunning(_ workload: WorkloadID, _ isRunning: Bool) {
    for index in loads.indices where loads[index].workload == workload {
      loads[index].isRunning = isRunning
    }
  }

  var hasTraces: Bool { loads.contains { $0.source.isOpenTrace } }

  /// A load whose trace wants another block.
  package var wantingRefill: WorkloadID? {
    loads.first { $0.source.needsRefill }?.workload
  }

  package mutating func refill(_ workload: WorkloadID, _ block: some Collection<SimTime>) {
    for index in loads.indices where loads[index].workload == workload {
      loads[index].source.refill(block)
    }
  }

  private mutating func issue(
    _ load: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    if let remote = loads[load].remote {
      agenda.schedule(
        .requestLoads(.guestArrival(context.cluster, UInt16(load), guest: remote.guest)),
        in: remote.cluster, at: agenda.now + remote.delay)
      return
    }
    context.request(
      loads[load].requestClass, subject: UInt32(load),
      object: pickObject(load, &context), &agenda)
  }

  private mutating func pickObject(_ load: Int, _ context: inout ClusterContext) -> UInt32 {
    if loads[load].creates {
      loads[load].objects += 1
      return loads[load].firstObject + loads[load].objects - 1
    }
    let pick = context.streams[choice].below(UInt64(max(1, loads[load].objects)))
    return loads[load].firstObject + UInt32(pick)
  }

  private mutating func scheduleNext(
    _ load: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    if let rate = loads[load].perNodeRate {
      let nodes = max(1, context.nodes.count)
      loads[load].source.setRate(rate * Double(nodes))
    }
    guard let time = loads[load].source.draw(&context.streams) else { return }
    agenda.schedule(
      .requestLoads(.arrival(UInt16(load))), in: context.cluster, at: max(time, agenda.now))
  }
}
