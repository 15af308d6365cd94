// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Scenario

/// The parts that generate load, while they are being filled.
struct Loads {
  var agents: Agents
  var requests: RequestLoads
  var jobs: Jobs
  var replicas: ReplicatedWorkloads
  var endpoints: EndpointControllers
  var cronJobs: CronJobs
  var diskWriters = DiskWriters()
  var storeClients = StoreClients()
  var podNetwork: PodNetwork
  var transfers: Transfers
  var trainingJobs: TrainingJobs?
  var downloads = Downloads()
}

/// Workloads and timeline of a cluster.
extension ClusterBuilder {
  mutating func addWorkloads(to loads: inout Loads) {
    for (id, workload) in workloads {
      if context.podTemplates[id.index].hasService {
        loads.endpoints.add(id, name: workload.name, &context)
      }
      switch workload.value.kind {
      case .agents(let agents): add(agents, id, workload.name, to: &loads)
      case .requests(let load): add(load, id, workload.name, to: &loads)
      case .jobs(let jobs):
        let arrivals = arrivals(of: jobs, name: workload.name)
        loads.jobs.add(
          jobs, workload: id, name: workload.name, arrivals: arrivals, &context)
      case .cronJob(let cronJob):
        let number = loads.cronJobs.add(cronJob, id)
        loads.jobs.add(
          cronJob, number: number, workload: id, name: workload.name, &context)
      case .deployment(let deployment):
        loads.replicas.add(
          deployment, id, workload.name, nodes: initialNodes(allowedFor: id), &context)
      case .statefulSet(let set): loads.replicas.add(set, id, workload.name, &context)
      case .daemonSet(let set):
        reactToNodes()
        loads.replicas.add(
          set, id, workload.name, pool: set.pool.flatMap { pool($0) },
          whileTainted: set.whileTainted.map { taints(matching: $0) }, &context)
      case .diskWriter(let writer):
        guard let disk = disk(writer.disk) else { continue }
        loads.diskWriters.add(writer, name: workload.name, disk: disk, &context)
      case .storeClients(let clients): add(clients, workload.name, to: &loads)
      // Their watchers are the stores' own (`addWatchers`).
      case .storeWatchers: break
      case .lookups(let lookups):
        loads.podNetwork.add(
          lookups, name: workload.name, pool: lookups.pool.flatMap { pool($0) }, &context)
      case .connections(let connections):
        guard let target = self.workload(connections.target) else { continue }
        loads.podNetwork.add(connections, name: workload.name, target: target, &context)
      case .transfers(let transfers):
        guard let podsOf = self.workload(transfers.podsOf) else { continue }
        loads.transfers.add(transfers, name: workload.name, podsOf: podsOf, &context)
      case .downloads(let downloads):
        guard let podsOf = self.workload(downloads.podsOf) else { continue }
        loads.downloads.add(downloads, name: workload.name, podsOf: podsOf, &context)
      case .nodeServices(let services):
        reactToNodes()
        loads.endpoints.add(services, name: workload.name, &context)
      case .trainingJobs(let jobs):
        let arrivals = source(at: jobs.at, rate: jobs.rate, trace: nil, name: workload.name)
        loads.trainingJobs?.add(
          jobs, workload: id, name: workload.name,
          pool: jobs.machines.flatMap { pool($0.pool) }, arrivals: arrivals, &context)
      // Read as the jobs of its classes.
      case .jobMix, .none: break
      }
    }
    addGuests(to: &loads)
  }

  /// Nodes at the start on which a workload's node selector allows its pods.
  private func initialNodes(allowedFor workload: WorkloadID) -> Int {
    let allowed = context.podTemplates[workload.index].pools
    return pools.indices.reduce(0) { sum, pool in
      allowed.isEmpty || allowed.contains(NodePoolID(pool)) ? sum + pools[pool].initialCount : sum
    }
  }

  /// DaemonSets follow the nodes, and kubelets find their pods bound from the beginning.
  private mutating func reactToNodes() {
    context.objects.setReactors(
      context.builtin.nodes, created: [.scheduler, .daemonSets],
      deleted: [.scheduler, .podCollector, .daemonSets])
    context.objects.setReactors(
      context.builtin.pods, created: [.scheduler, .kubelet, .jobs],
      modified: [.scheduler, .kubelet, .jobs], deleted: [.scheduler, .kubelet, .jobs])
  }

  private mutating func arrivals(of jobs: JobsConfiguration, name: String) -> ArrivalSource {
    guard let rate = jobs.rate,
      let cycle = world.cycles.first(where: { $0.name == jobs.cycle?.name })
    else { return source(at: jobs.at, rate: jobs.rate, trace: jobs.trace, name: name) }
    return .cyclic(
      rate: rate.perSecond, cycle.value.cycle, start: jobs.cycleStart,
      context.streams.stream("workload/\(name)/arrivals"))
  }

  private mutating func source(
    at times: [SimDuration], rate: Rate?, trace: String?, name: String
  ) -> ArrivalSource {
    if trace != nil { return .trace }
    if let rate {
      return .poisson(
        rate: rate.perSecond, context.streams.stream("workload/\(name)/arrivals"))
    }
    return .list(times.sorted().map { SimTime.zero + $0 })
  }

  private mutating func add(
    _ agents: AgentsConfiguration, _ id: WorkloadID, _ name: String, to loads: inout Loads
  ) {
    let resource = resource(agents.resource)
    let requestClass = declare(
      name, .agents, agents.verb == .list ? .list : .get, resource, bytes: objectBytes(of: resource)
    ) {
      $0.readSource = agents.resourceVersionZero ? .cache : .store
      $0.clientTimeout = agents.timeout
      $0.location = agents.location == .node ? .node : .controlPlane
      $0.resolvesName = agents.resolvesName
      agents.client.apply(to: &$0)
    }
    loads.agents.add(
      agents, workload: id, name: name, requestClass: requestClass,
      pool: agents.pool.flatMap { pool($0) }, &context)
  }

  func objectBytes(of resource: ResourceID) -> Int {
    switch resource {
    case context.builtin.nodes: Int(configuration.kubelet.nodeStatusBytes.bytes)
    case context.builtin.pods: Int(configuration.kubelet.podBytes.bytes)
    case context.builtin.leases: Int(configuration.kubelet.leaseBytes.bytes)
    default: 1_000
    }
  }

  private mutating func declareLoad(
    _ load: RequestLoadConfiguration, _ name: String
  ) -> RequestClassID {
    let resource = resource(load.resource)
    let isEvent = resource == context.builtin.events && load.verb == .create
    let timeToLive = isEvent ? configuration.apiServer.eventTTL : nil
    return declare(
      name, .requestLoads, load.verb.requestVerb, resource, bytes: Int(load.bytes.bytes)
    ) {
      $0.readSource = load.resourceVersionZero ? .cache : .store
      $0.clientTimeout = load.timeout
      $0.location = load.location == .external ? .external : .controlPlane
      $0.resolvesName = load.resolvesName
      $0.timeToLive = timeToLive
      load.client.apply(to: &$0)
      // Patience for all tries leaves no room for tries after it.
      $0.timeoutCoversRetries = $0.retry == nil
    }
  }

  private mutating func add(
    _ load: RequestLoadConfiguration, _ id: WorkloadID, _ name: String, to loads: inout Loads
  ) {
    let requestClass = declareLoad(load, name)
    let arrivals: ArrivalSource
    if let perNode = load.ratePerNode {
      arrivals = .poisson(
        rate: perNode.perSecond, context.streams.stream("workload/\(name)/arrivals"))
    } else if load.arrivals == .periodic, let rate = load.rate {
      arrivals = .periodic(SimDuration(roundingSeconds: 1 / rate.perSecond))
    } else {
      arrivals = source(at: load.at, rate: load.rate, trace: load.trace, name: name)
    }
    let target = load.cluster.flatMap { target in
      world.clusters.firstIndex { $0.name == target && target != name }
    }
    loads.requests.add(
      workload: id, requestClass: requestClass, source: arrivals,
      perNodeRate: load.ratePerNode?.perSecond, firstObject: firstObject(of: id),
      objects: objects(of: load), creates: load.verb == .create, workers: load.workers ?? 0,
      remote: target.flatMap { remote(for: id, in: $0) })
  }

  /// Objects of a load that exist when the run starts.
  private func objects(of load: RequestLoadConfiguration) -> Int {
    load.objects + load.objectsPerNode * pools.reduce(0) { $0 + $1.initialCount }
  }

  /// Loads of one resource write objects of their own: each gets a block of numbers.
  private func firstObject(of workload: WorkloadID) -> UInt32 {
    var first: UInt32 = 0
    for other in world.workloads.prefix(workload.index) {
      if case .requests(let load) = other.value.kind { first += UInt32(objects(of: load)) }
    }
    return first
  }

  // MARK: Loads of other clusters

  /// Loads of other clusters that send their requests here, in the order of the scenario.
  private func guests(of cluster: String) -> [(WorkloadID, Named<WorkloadConfiguration>)] {
    let first = world.clusters[0].name
    return world.workloads.enumerated().compactMap { index, workload in
      guard case .requests(let load) = workload.value.kind, load.cluster == cluster,
        (workload.value.cluster ?? first) != cluster
      else { return nil }
      return (WorkloadID(index), workload)
    }
  }

  private func remote(for workload: WorkloadID, in cluster: Int) -> RemoteTarget? {
    let host = world.clusters[cluster].name
    let first = world.clusters[0].name
    let own = world.workloads.count {
      if case .requests = $0.value.kind { return ($0.value.cluster ?? first) == host }
      return false
    }
    guard let rank = guests(of: host).firstIndex(where: { $0.0 == workload }) else { return nil }
    return RemoteTarget(
      cluster: ClusterID(cluster), guest: UInt16(own + rank), delay: world.clusterRoundTrip / 2)
  }

  private mutating func addGuests(to loads: inout Loads) {
    for (id, workload) in guests(of: name) {
      guard case .requests(let load) = workload.value.kind else { continue }
      let requestClass = declareLoad(load, workload.name)
      loads.requests.add(
        workload: id, requestClass: requestClass, source: .list([]), perNodeRate: nil,
        firstObject: firstObject(of: id), objects: objects(of: load),
        creates: load.verb == .create,
        guestDelay: world.clusterRoundTrip / 2)
    }
  }

  private mutating func add(
    _ clients: StoreClientsConfiguration, _ name: String, to loads: inout Loads
  ) {
    let store = configuration.stores.firstIndex { $0.name == clients.store } ?? 0
    let resource = keySpace(clients, name)
    let bytes = Int(clients.valueBytes.bytes)
    let requestClass = declare(name, .storeClients, clients.verb, resource, bytes: bytes) {
      $0.storeCall = clients.call
      $0.isSerializable = clients.isSerializable
      $0.limit = clients.limit.map { Int64($0) }
      $0.timeToLive = clients.operation == .leaseGrant ? clients.timeToLive : nil
    }
    loads.storeClients.add(
      clients, name: name, store: StoreID(store), requestClass: requestClass, &context)
  }

  private mutating func keySpace(
    _ clients: StoreClientsConfiguration, _ name: String
  ) -> ResourceID {
    resource("etcd-keys/\(clients.prefix ?? name)")
  }

  /// Watchers without an API server between.
  mutating func addWatchers(to stores: inout [Store]) {
    for (_, workload) in workloads {
      guard case .storeWatchers(let watchers) = workload.value.kind else { continue }
      let store = configuration.stores.firstIndex { $0.name == watchers.store } ?? 0
      stores[store].addWatchers(watchers, of: resource("etcd-keys/\(watchers.prefix)"))
    }
  }

  /// Keys of direct clients that exist when the run starts.
  private mutating func populateKeys(_ stores: inout [Store]) {
    for (_, workload) in workloads {
      guard case .storeClients(let clients) = workload.value.kind, clients.initialKeys > 0
      else { continue }
      let resource = keySpace(clients, workload.name)
      let bytes = Int(clients.valueBytes.bytes)
      for key in 0..<UInt32(clients.initialKeys) {
        _ = context.objects.put(resource, key, bytes: bytes)
      }
      let store = configuration.stores.firstIndex { $0.name == clients.store } ?? 0
      stores[store].populate(
        resource, objects: Int64(clients.initialKeys), valueBytes: bytes, timeToLive: nil)
    }
  }

  // MARK: Timeline

  mutating func makeOperations() -> Operations {
    var operations = Operations()
    let first = world.clusters[0].name
    for entry in world.timeline where (entry.cluster ?? first) == name {
      guard let action = entry.action else { continue }
      operations.add(
        Operations.Action(
          at: .zero + entry.at, via: entry.via, action: action, pool: pool(of: action),
          workload: workload(of: action), store: store(of: action),
          request: entry.via == .host ? nil : declareRequest(for: action, user: entry.user),
          read: entry.via == .kubectl ? declareRead(for: action, user: entry.user) : nil))
    }
    return operations
  }

  private func pool(of action: TimelineAction) -> NodePoolID? {
    switch action {
    case .scale(let scale): pool(scale.pool)
    case .stockOut(let stockOut): pool(stockOut.pool)
    case .stopNodes(let nodes), .startNodes(let nodes), .deleteNodes(let nodes): pool(nodes.pool)
    case .setWorkload, .setServer, .rollOut, .setNameResolution, .store, .stopLeader,
      .startReplicas, .restartPrometheus:
      nil
    }
  }

  private func store(of action: TimelineAction) -> StoreID? {
    guard case .store(let name, _) = action else { return nil }
    return configuration.stores.firstIndex { $0.name == name }.map { StoreID($0) }
  }

  private func workload(of action: TimelineAction) -> WorkloadID? {
    guard let name = action.workload else { return nil }
    return world.workloads.firstIndex { $0.name == name }.map { WorkloadID($0) }
  }

  /// What a user sends to get the action done.
  private mutating func declareRequest(
    for action: TimelineAction, user: String
  ) -> RequestClassID {
    if case .deleteNodes = action {
      return declare(
        user, .operations, .delete, context.builtin.nodes,
        bytes: Int(configuration.kubelet.nodeStatusBytes.bytes)
      ) {
        $0.location = .external
        $0.clientTimeout = .seconds(60)
      }
    }
    return declare(user, .operations, .update, resource("daemonsets"), bytes: 4_000) {
      $0.location = .external
      $0.clientTimeout = .seconds(60)
    }
  }

  /// What kubectl reads before.
  private mutating func declareRead(
    for action: TimelineAction, user: String
  ) -> RequestClassID {
    let isNode = if case .deleteNodes = action { true } else { false }
    return declare(
      user, .operations, .get, isNode ? context.builtin.nodes : resource("daemonsets"),
      bytes: isNode ? Int(configuration.kubelet.nodeStatusBytes.bytes) : 4_000
    ) {
      $0.location = .external
      $0.clientTimeout = .seconds(60)
    }
  }

  // MARK: Initial objects

  /// What is in the stores when the run starts.
  mutating func populate(
    _ nodes: inout Nodes, _ endpoints: inout EndpointControllers, _ stores: inout [Store]
  ) {
    let nodeBytes = Int(configuration.kubelet.nodeStatusBytes.bytes)
    nodes.populate(&context)
    populateKeys(&stores)
    placeLocks(&stores)
    for nodes in registeredNodes {
      place(context.builtin.nodes, nodes, bytes: nodeBytes, &stores)
      if configuration.kubelet.usesNodeLease {
        place(
          context.builtin.leases, nodes, bytes: Int(configuration.kubelet.leaseBytes.bytes),
          &stores)
      }
    }
    endpoints.adoptNodes(&context) { context, resource, object, bytes in
      _ = context.objects.put(resource, object, bytes: bytes)
      stores[context.objects.store(of: resource).index].populate(
        resource, objects: 1, valueBytes: bytes, timeToLive: nil)
    }
    for (id, workload) in workloads + guests(of: name) {
      // Objects exist where the requests go.
      guard case .requests(let load) = workload.value.kind, (load.cluster ?? name) == name
      else { continue }
      let resource = resource(load.resource)
      let bytes = Int(load.bytes.bytes)
      if load.verb == .create {
        placeAnonymous(resource, steadyState(of: load, resource), bytes: bytes, &stores)
      } else {
        let first = firstObject(of: id)
        place(resource, first..<(first + UInt32(objects(of: load))), bytes: bytes, &stores)
      }
    }
  }

  /// The nodes of the beginning that have an object, as runs of numbers.
  private var registeredNodes: [Range<UInt32>] {
    var ranges: [Range<UInt32>] = []
    for node in context.nodes.ids where context.nodes[node].isRegistered {
      if let last = ranges.last, last.upperBound == node.rawValue {
        ranges[ranges.count - 1] = last.lowerBound..<(node.rawValue + 1)
      } else {
        ranges.append(node.rawValue..<(node.rawValue + 1))
      }
    }
    return ranges
  }

  /// Objects with a time to live that a creating load has left behind: rate x time to live.
  private func steadyState(of load: RequestLoadConfiguration, _ resource: ResourceID) -> Int64 {
    guard load.startsInSteadyState, resource == context.builtin.events else { return 0 }
    let rate =
      load.rate?.perSecond ?? (load.ratePerNode?.perSecond ?? 0) * Double(context.nodes.count)
    return Int64((rate * configuration.apiServer.eventTTL.seconds).rounded())
  }

  private mutating func place(
    _ resource: ResourceID, _ objects: Range<UInt32>, bytes: Int, _ stores: inout [Store]
  ) {
    for object in objects { _ = context.objects.put(resource, object, bytes: bytes) }
    stores[context.objects.store(of: resource).index].populate(
      resource, objects: Int64(objects.count), valueBytes: bytes, timeToLive: nil)
  }

  private mutating func placeAnonymous(
    _ resource: ResourceID, _ count: Int64, bytes: Int, _ stores: inout [Store]
  ) {
    context.objects.addAnonymous(resource, count: count, bytes: count * Int64(bytes))
    let timeToLive =
      resource == context.builtin.events ? configuration.apiServer.eventTTL : nil
    stores[context.objects.store(of: resource).index].populate(
      resource, objects: count, valueBytes: bytes, timeToLive: timeToLive)
  }
}

extension StoreClientsConfiguration {
  /// The verb under which the calls are counted.
  fileprivate var verb: RequestVerb {
    switch operation {
    case .put, .leaseKeepAlive: .update
    case .get: .get
    case .range: .list
    case .delete: .delete
    case .leaseGrant: .create
    }
  }

  fileprivate var call: StoreCall {
    switch operation {
    case .put, .get, .range, .delete: .keyValue
    case .leaseGrant: .leaseGrant
    case .leaseKeepAlive: .leaseKeepAlive
    }
  }
}
