// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// Makes a cluster from its configuration.
///
/// The configuration has been checked: references exist, counts are in range. What remains is to
/// number things, declare the requests that the parts make, and put the initial objects in place.
struct ClusterBuilder {
  let id: ClusterID
  let name: String
  let configuration: ClusterConfiguration
  let world: WorldConfiguration
  let seed: UInt64
  var context: ClusterContext
  var clients: Clients
  var resources: [String: ResourceID] = [:]
  var pools: [NodePool] = []
  var imageNumbers: [String: ImageID] = [:]

  init(id: ClusterID, in world: WorldConfiguration, seed: UInt64) {
    self.id = id
    self.world = world
    self.seed = seed
    name = world.clusters[id.index].name
    configuration = world.clusters[id.index].value
    context = ClusterContext(cluster: id, seed: seed, scope: name)
    clients = Clients(servers: configuration.apiServer.replicas, &context)
    let nameServers = configuration.dns.flatMap { dns in
      world.workloads.firstIndex { $0.name == dns.servers }.map { WorkloadID($0) }
    }
    context.nameResolution = NameResolution(configuration.nameResolution, servers: nameServers)
    context.clientBuckets = ControllerKind.allCases.map { _ in .zero }
    for (index, image) in world.images.enumerated() { imageNumbers[image.name] = ImageID(index) }
    declareResources()
    pools = configuration.nodePools.map(makePool)
    context.podTemplates = world.workloads.map(makePodTemplate)
  }

  // MARK: Look-ups

  func machine(_ reference: Reference?) -> MachineConfiguration {
    world.machines.first { $0.name == reference?.name }?.value ?? .unnamed
  }

  func disk(_ reference: Reference?) -> DiskConfiguration? {
    world.disks.first { $0.name == reference?.name }?.value
  }

  func pool(_ reference: Reference) -> NodePoolID? {
    pools.firstIndex { $0.name == reference.name }.map { NodePoolID($0) }
  }

  func workload(_ name: String) -> WorkloadID? {
    world.workloads.firstIndex { $0.name == name }.map { WorkloadID($0) }
  }

  /// The workloads that run in this cluster, with their number in the scenario.
  var workloads: [(WorkloadID, Named<WorkloadConfiguration>)] {
    let first = world.clusters[0].name
    return world.workloads.enumerated().compactMap { index, workload in
      (workload.value.cluster ?? first) == name ? (WorkloadID(index), workload) : nil
    }
  }

  mutating func resource(_ name: String) -> ResourceID {
    if let known = resources[name] { return known }
    let owner = configuration.stores.firstIndex {
      $0.value.resources.contains(name) && $0.name != "main"
    }
    let main = configuration.stores.firstIndex { $0.name == "main" } ?? 0
    let declared = context.objects.declare(name, store: StoreID(owner ?? main))
    resources[name] = declared
    return declared
  }

  // MARK: Parts

  private mutating func declareResources() {
    context.builtin = BuiltinResources(
      nodes: resource("nodes"), pods: resource("pods"), events: resource("events"),
      leases: resource("leases"))
    // Informers on all objects: scheduler and controllers watch nodes and pods
    // (kube-controller-manager shares one informer among its controllers); a third on pods stands
    // for whatever else watches them (metrics, DNS, an autoscaler).
    context.objects.setInformers(2, for: context.builtin.nodes)
    context.objects.setInformers(3, for: context.builtin.pods)
    if configuration.kubelet.usesNodeLease {
      context.objects.setInformers(1, for: context.builtin.leases)
    }
    context.objects.setReactors(
      context.builtin.nodes, created: [.scheduler], deleted: [.scheduler, .podCollector])
    context.objects.setReactors(
      context.builtin.pods, created: [.scheduler, .jobs], modified: [.scheduler, .kubelet, .jobs],
      deleted: [.scheduler, .kubelet, .jobs])
  }

  private func makePool(_ pool: Named<NodePoolConfiguration>) -> NodePool {
    NodePool(
      name: pool.name, machine: machine(pool.value.machine), initialCount: pool.value.count,
      maxCount: pool.value.maxCount ?? pool.value.count,
      isManaged: pool.value.isManaged && !pool.value.isStandalone,
      isStandalone: pool.value.isStandalone,
      joinReads: pool.value.joinReads,
      preloadedImages: pool.value.preloadedImages.reduce(0) { bits, image in
        bits | (imageNumbers[image.name].map { 1 << UInt64($0.index) } ?? 0)
      },
      taints: pool.value.taints.compactMap { PoolTaint($0) }.reduce(
        into: configuration.nodeIPAM == nil ? [] : .networkUnavailable
      ) { set, taint in
        if let index = poolTaints.firstIndex(of: taint) { set.insert(.pool(index)) }
      },
      zone: zones.firstIndex(of: pool.value.zone) ?? 0, minCount: pool.value.minCount,
      path: pool.value.path)
  }

  /// The different taints of all pools and teams, in the order of their first mention.
  var poolTaints: [PoolTaint] {
    (configuration.nodePools.flatMap(\.value.taints).compactMap { PoolTaint($0) }
      + (configuration.teams?.taints ?? []))
      .reduce(into: []) { known, taint in if !known.contains(taint) { known.append(taint) } }
  }

  /// The pools' taints that a text (`key` or `key=value`) means.
  func taints(matching text: String?) -> NodeTaints {
    guard let text else { return [] }
    return poolTaints.enumerated().reduce(into: []) { set, taint in
      if taint.element.isTolerated(by: text) { set.insert(.pool(taint.offset)) }
    }
  }

  /// The zones of all pools; the first is that of pools without one.
  var zones: [String?] {
    configuration.nodePools.map(\.value.zone).reduce(into: [nil]) { known, zone in
      if !known.contains(zone) { known.append(zone) }
    }
  }

  /// The template of a workload's pods; an empty one where it makes none.
  private func makePodTemplate(_ workload: Named<WorkloadConfiguration>) -> PodTemplate {
    guard let template = workload.value.podTemplate else { return PodTemplate() }
    var made = PodTemplate(template, image: imageNumbers[template.image.name] ?? ImageID(0))
    let scheduling = template.scheduling
    for (index, taint) in poolTaints.enumerated()
    where scheduling.tolerations.contains(where: { taint.isTolerated(by: $0) }) {
      made.tolerations.insert(.pool(index))
    }
    if configuration.teams?.addsTolerations ?? false, let team = scheduling.team,
      let taint = poolTaints.firstIndex(where: {
        $0.key == TeamResourceManagerConfiguration.taintKey && $0.value == team
      })
    {
      made.tolerations.insert(.pool(taint))
    }
    made.gpuTest = template.gpuTest.map {
      GPUTest($0, removedTaints: taints(matching: $0.removesTaint))
    }
    made.pools = scheduling.nodeSelector.compactMap { pool($0) }
    let own = WorkloadID(world.workloads.firstIndex { $0.name == workload.name } ?? 0)
    made.affinity =
      scheduling.podAffinity.map { affinityTerm($0, isAnti: false, own: own) }
      + scheduling.podAntiAffinity.map { affinityTerm($0, isAnti: true, own: own) }
    made.spread = scheduling.spread.map {
      TopologySpreadConstraint(
        topology: $0.topology, maxSkew: $0.maxSkew,
        isHard: $0.whenUnsatisfiable == .doNotSchedule)
    }
    switch workload.value.kind {
    case .daemonSet: made.isPerNode = true
    case .deployment, .statefulSet: made.isSpreadByDefault = true
    case .trainingJobs: made.isTraining = true
    default: break
    }
    return made
  }

  private func affinityTerm(
    _ term: PodAffinityTermConfiguration, isAnti: Bool, own: WorkloadID
  ) -> PodAffinityTerm {
    let target = term.workload.flatMap { name in
      world.workloads.firstIndex { $0.name == name.name }.map { WorkloadID($0) }
    }
    return PodAffinityTerm(
      workload: target ?? own, topology: term.topology, isAnti: isAnti, weight: term.weight)
  }

  private mutating func makeStores() -> [Store] {
    configuration.stores.enumerated().map { index, store in
      guard let disk = disk(store.value.disk) else {
        preconditionFailure("the disk of a store was not checked")
      }
      return Store(
        id: StoreID(index), name: store.name, configuration: store.value, disk: disk,
        machine: machine(store.value.machine),
        watchStreams: configuration.apiServer.replicas, &context)
    }
  }

  mutating func declare(
    _ client: String, _ requester: Requester, _ verb: RequestVerb, _ resource: ResourceID,
    bytes: Int, configure: (inout RequestClass) -> Void = { _ in }
  ) -> RequestClassID {
    RequestClassRegistry.declare(
      client, requester, verb, resource, bytes: bytes, clients: &clients, &context,
      configure: configure)
  }

  /// Builds the cluster.
  mutating func build() -> Cluster {
    var stores = makeStores()
    var apiServers = APIServers(
      configuration.apiServer, machine: machine(configuration.apiServer.machine), &context)
    let heartbeats = Heartbeats(
      configuration.kubelet, classes: declareHeartbeats(), &context)
    var nodes = Nodes(pools: pools, classes: declareJoins(), &context)
    let kubelets = makeKubelets()
    let scheduler = makeScheduler()
    let nodeLifecycle = NodeLifecycleController(
      configuration.controllerManager, markUnknown: declareMark(effect: .nodeUnknown),
      taint: declareMark(effect: .none), zoneOfPool: pools.map(\.zone), &context)
    let podCollector = PodCollector(
      deletePod: declarePodWrite(.podCollector, .podCollector, .delete),
      collectGarbage: declarePodWrite(.garbageCollector, .podCollector, .delete),
      threshold: configuration.controllerManager.terminatedPodThreshold)
    let eventRecorder = makeEventRecorder()
    var leaderElections = makeLeaderElections()
    let autoscaler = makeAutoscaler()
    let clusterAutoscaler = makeClusterAutoscaler()
    var loads = Loads(
      agents: Agents(&context), requests: RequestLoads(&context),
      jobs: Jobs(
        control: makePodControl(.job, .jobs), createJob: declareCronJobCreation(),
        backoffCountsPods: configuration.controllerManager.jobBackoffCountsPods, &context),
      replicas: makeReplicas(), endpoints: makeEndpoints(), cronJobs: makeCronJobs(),
      podNetwork: makePodNetwork(), transfers: makeTransfers(), trainingJobs: makeTrainingJobs())
    let fabric = makeFabric()
    let finishedJobs = makeFinishedJobs()
    let hardware = makeHardware()
    let teams = makeTeams()
    let nodeHealth = makeNodeHealth()
    let gpuTests = makeGPUTests()
    addWorkloads(to: &loads)
    var nodeIPAM = makeNodeIPAM()
    let prometheus = makePrometheus()
    let operations = makeOperations()
    var kinds = makeWatchKinds()
    let fills = makeCacheFills()
    declareWatchRequests(&kinds)
    apiServers.declare(kinds, fills: fills, &context)
    leaderElections.setInformers(apiServers.watches.kinds)
    let informers = Informers(kinds: apiServers.watches.kinds, &context)
    let usages = configuration.stores.map {
      DiskUsage(device: "etcd/\($0.name)", &context.instruments)
    }
    let podGroups = PodGroups(workloads: world.workloads.map(\.name), &context)
    populate(&nodes, &loads.endpoints, &stores)
    nodeIPAM?.adoptNodes(&context)
    addWatchers(to: &stores)
    return Cluster(
      name: name, isWithoutControlPlane: isWithoutControlPlane, context: context, stores: stores,
      apiServers: apiServers, clients: clients,
      informers: informers, nodes: nodes, heartbeats: heartbeats, kubelets: kubelets,
      scheduler: scheduler, nodeLifecycle: nodeLifecycle, podCollector: podCollector,
      eventRecorder: eventRecorder, leaderElections: leaderElections, autoscaler: autoscaler,
      clusterAutoscaler: clusterAutoscaler,
      agents: loads.agents, requestLoads: loads.requests, jobs: loads.jobs,
      replicas: loads.replicas, endpoints: loads.endpoints, cronJobs: loads.cronJobs,
      finishedJobs: finishedJobs,
      diskWriters: loads.diskWriters, storeClients: loads.storeClients, operations: operations,
      diskUsages: usages, podNetwork: loads.podNetwork, transfers: loads.transfers,
      hardware: hardware, trainingJobs: loads.trainingJobs,
      podGroups: podGroups, teams: teams, fabric: fabric, downloads: loads.downloads,
      nodeHealth: nodeHealth, gpuTests: gpuTests, nodeIPAM: nodeIPAM, prometheus: prometheus)
  }

  /// Whether there is nobody whom API servers, etcd and controllers would work for.
  private var isWithoutControlPlane: Bool {
    !pools.isEmpty && pools.allSatisfy(\.isStandalone)
      && configuration.prometheus == nil && configuration.nodeIPAM == nil
      && world.workloads.allSatisfy { workload in
        if case .trainingJobs(let jobs) = workload.value.kind { return jobs.machines != nil }
        return false
      }
  }

  private mutating func makePodNetwork() -> PodNetwork {
    let dns = configuration.dns
    var read: RequestClassID?
    if let dns, dns.records == .readThrough {
      read = declare(
        "name-server", .podNetwork, .get, resource("endpoints"),
        bytes: Int(configuration.controllerManager.endpoints.endpointBytes.bytes)
      ) {
        $0.location = .node
        // Whoever asked waits no longer than the resolver does.
        $0.clientTimeout = dns.timeout
        $0.timeoutCoversRetries = true
      }
    }
    return PodNetwork(
      dns: dns, servers: dns.flatMap { workload($0.servers) }, read: read,
      machines: pools.map(\.machine), &context)
  }

  private mutating func makePrometheus() -> Prometheus? {
    guard let settings = configuration.prometheus else { return nil }
    return Prometheus(
      settings, machine: machine(settings.machine), servers: configuration.apiServer.replicas,
      &context)
  }

  /// The training jobs and, if any of them has pods, the controller of these.
  private mutating func makeTrainingJobs() -> TrainingJobs? {
    let gangs = workloads.compactMap { _, workload -> TrainingJobsConfiguration? in
      if case .trainingJobs(let jobs) = workload.value.kind { return jobs }
      return nil
    }
    guard !gangs.isEmpty else { return nil }
    guard gangs.contains(where: { $0.pods != nil }) else { return TrainingJobs(control: nil) }
    return TrainingJobs(control: makePodControl(.job, .trainingJobs))
  }

  /// The manager of the teams' nodes; its requests are to be declared before the watches.
  private mutating func makeTeams() -> TeamResourceManager? {
    guard let manager = configuration.teams else { return nil }
    context.teamsAreOn = true
    let limit = ClientRateLimit(qps: manager.apiQPS.perSecond, burst: manager.apiBurst)
    let patch = declare(
      "team-resource-manager", .teams, .patch, context.builtin.nodes,
      bytes: Int(configuration.kubelet.nodeStatusBytes.bytes)
    ) {
      $0.rateLimit = limit
      $0.clientTimeout = .seconds(60)
      $0.effect = .none
    }
    let taints = poolTaints
    let teams = zip(manager.teams, manager.taints).map { team, taint in
      Team(
        name: team.name, taint: .pool(taints.firstIndex(of: taint) ?? 0),
        pools: team.value.nodeSelector.compactMap { pool($0) }, nodes: team.value.nodes)
    }
    return TeamResourceManager(manager, teams: teams, patchNode: patch, &context)
  }

  private func makeTransfers() -> Transfers { Transfers(links: podLinks) }

  private var podLinks: [PodLinks] {
    pools.map { pool in
      PodLinks(
        card: pool.machine.networkBandwidth.bytesPerSecond,
        overlay: pool.machine.overlayBandwidth?.bytesPerSecond)
    }
  }

  private mutating func makeFabric() -> Fabric? {
    guard let fabric = configuration.fabric else { return nil }
    let places = pools.reduce(0) { $0 + max($1.initialCount, $1.maxCount) }
    return Fabric(
      fabric, hosts: fabric.hosts ?? max(1, places), links: podLinks,
      gateways: configuration.nodePools.map(\.value.natGateway), &context)
  }
}
