// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// One Kubernetes cluster: all its parts and the switchboard between them.
///
/// The only type that knows every part. A part never calls another one; what it wants from it goes
/// through here as that part's event.
package struct Cluster: Codable, Sendable {
  package let name: String
  /// All machines are standalone and nothing else talks to the control plane: it stands still.
  let isWithoutControlPlane: Bool
  package internal(set) var context: ClusterContext
  package internal(set) var stores: [Store]
  package internal(set) var apiServers: APIServers
  var clients: Clients
  var informers: Informers
  var nodes: Nodes
  var heartbeats: Heartbeats
  var kubelets: Kubelets
  var scheduler: Scheduler
  var nodeLifecycle: NodeLifecycleController
  var podCollector: PodCollector
  var eventRecorder: EventRecorder
  var leaderElections: LeaderElections
  var autoscaler: Autoscaler?
  var clusterAutoscaler: ClusterAutoscaler?
  var agents: Agents
  package internal(set) var requestLoads: RequestLoads
  package internal(set) var jobs: Jobs
  package internal(set) var replicas: ReplicatedWorkloads
  var endpoints: EndpointControllers
  var cronJobs: CronJobs
  var finishedJobs: FinishedJobs
  var diskWriters: DiskWriters
  var storeClients: StoreClients
  package internal(set) var operations: Operations
  var diskUsages: [DiskUsage]
  var podNetwork: PodNetwork
  var transfers: Transfers
  /// `nil` where the scenario has no faults.
  package internal(set) var hardware: HardwareFaults?
  package internal(set) var trainingJobs: TrainingJobs?
  var podGroups: PodGroups
  var teams: TeamResourceManager?
  var fabric: Fabric?
  var downloads: Downloads
  package internal(set) var nodeHealth: NodeHealth?
  package internal(set) var gpuTests: GPUTests?
  var nodeIPAM: NodeIPAM?
  var prometheus: Prometheus?

  /// Sets every part's clocks going.
  mutating func start(_ agenda: inout WorldAgenda) {
    if isWithoutControlPlane {
      operations.start(&context, &agenda)
      hardware?.start(&context, &agenda)
    } else {
      startControlPlane(&agenda)
    }
    trainingJobs?.start(&context, &agenda)
  }

  private mutating func startControlPlane(_ agenda: inout WorldAgenda) {
    for index in stores.indices { stores[index].start(&context, &agenda) }
    apiServers.start(&context, &agenda)
    scheduler.start(&context, &agenda)
    heartbeats.start(&context, &agenda)
    nodeLifecycle.start(&context, &agenda)
    autoscaler?.start(&context, &agenda)
    clusterAutoscaler?.start(&context, &agenda)
    agents.start(&context, &agenda)
    requestLoads.start(&context, &agenda)
    jobs.start(&context, &agenda)
    replicas.start(&context, &agenda)
    cronJobs.start(&context, &agenda)
    podCollector.start(&context, &agenda)
    leaderElections.start(&context, &agenda)
    diskWriters.start(&context, &agenda)
    storeClients.start(&context, &agenda)
    operations.start(&context, &agenda)
    podNetwork.start(&context, &agenda)
    hardware?.start(&context, &agenda)
    teams?.start(&context, &agenda)
    nodeIPAM?.start(&context, &agenda)
    prometheus?.start(&context, &agenda)
  }

  mutating func handle(_ event: ClusterEvent, _ agenda: inout WorldAgenda) {
    switch event {
    case .store(let id, let event): stores[id.index].handle(event, &context, &agenda)
    case .allStores(let event):
      for index in stores.indices { stores[index].handle(event, &context, &agenda) }
    case .apiServer(let event): apiServers.handle(event, &context, &agenda)
    case .client(let event): clients.handle(event, &context, &agenda)
    case .informers(let event): informers.handle(event, &context, &agenda)
    case .completed(let id, let outcome): complete(id, outcome, &agenda)
    case .observed(let watcher, let resource, let change, let object):
      observe(watcher, resource, change, object, &agenda)
    case .heartbeats(let event): heartbeats.handle(event, &context, &agenda)
    case .nodes(let event): nodes.handle(event, &context, &agenda)
    case .kubelet(let event): kubelets.handle(event, &context, &agenda)
    case .scheduler(let event): scheduler.handle(event, &context, &agenda)
    case .nodeLifecycle(let event): nodeLifecycle.handle(event, &context, &agenda)
    case .podCollector(let event): podCollector.handle(event, &context, &agenda)
    case .eventRecorder(let event): eventRecorder.handle(event, &context, &agenda)
    case .leaderElections(let event): leaderElections.handle(event, &context, &agenda)
    case .autoscaler(let event): autoscaler?.handle(event, &context, &agenda)
    case .clusterAutoscaler(let event): clusterAutoscaler?.handle(event, &context, &agenda)
    case .agents(let event): agents.handle(event, &context, &agenda)
    case .requestLoads(let event): requestLoads.handle(event, &context, &agenda)
    case .jobs(let event): jobs.handle(event, &context, &agenda)
    case .replicas(let event): replicas.handle(event, &context, &agenda)
    case .endpoints(let event): endpoints.handle(event, &context, &agenda)
    case .cronJobs(let event): cronJobs.handle(event, &context, &agenda)
    case .finishedJobs(let event): finishedJobs.handle(event, &context, &agenda)
    case .diskWriters(let event): diskWriters.handle(event, &context, &agenda)
    case .storeClients(let event): storeClients.handle(event, &context, &agenda)
    case .operations(let event): operations.handle(event, &context, &agenda)
    case .podNetwork(let event): podNetwork.handle(event, &context, &agenda)
    case .transfers(let event): transfers.handle(event, &context, &agenda)
    case .hardware(let event): hardware?.handle(event, &context, &agenda)
    case .trainingJobs(let event): trainingJobs?.handle(event, &context, &agenda)
    case .podGroups(let event): podGroups.handle(event, &context, &agenda)
    case .teams(let event): teams?.handle(event, &context, &agenda)
    case .fabric(let event): fabric?.handle(event, &context, &agenda)
    case .downloads(let event): downloads.handle(event, &context, &agenda)
    case .nodeHealth(let event): nodeHealth?.handle(event, &context, &agenda)
    case .gpuTests(let event): gpuTests?.handle(event, &context, &agenda)
    case .nodeIPAM(let event): nodeIPAM?.handle(event, &context, &agenda)
    case .prometheus(let event): prometheus?.handle(event, &context, &agenda)
    case .setWorkload(let workload, let isRunning):
      agents.setRunning(workload, isRunning)
      requestLoads.setRunning(workload, isRunning)
      agenda.send(.replicas(.setRunning(workload, isRunning)), in: context.cluster)
      agenda.send(.cronJobs(.setRunning(workload, isRunning)), in: context.cluster)
    case .setWorking(let component, let works): setWorking(component, works, &agenda)
    }
  }

  /// A component's process has begun or ceased to work.
  private mutating func setWorking(
    _ component: ControlPlaneComponent, _ works: Bool, _ agenda: inout WorldAgenda
  ) {
    if !works { eventRecorder.forgetEvents(of: component) }
    switch component {
    case .scheduler: scheduler.setWorking(works, &context, &agenda)
    case .controllerManager:
      nodeLifecycle.setWorking(works, &context, &agenda)
      podCollector.setWorking(works, &context, &agenda)
      jobs.setWorking(works, &context, &agenda)
      replicas.setWorking(works, &context, &agenda)
      endpoints.setWorking(works, &context, &agenda)
      cronJobs.setWorking(works, &context, &agenda)
      finishedJobs.setWorking(works, &context, &agenda)
      trainingJobs?.setWorking(works, &context, &agenda)
      nodeIPAM?.setWorking(works, &context, &agenda)
    }
  }

  /// A request has ended: tells the part that wanted it, then gives the row back.
  private mutating func complete(
    _ id: RequestID, _ outcome: RequestOutcome, _ agenda: inout WorldAgenda
  ) {
    let requester = context.classes[context.requests[id].classID.index].requester
    switch requester {
    case .heartbeats: heartbeats.completed(id, outcome, &context, &agenda)
    case .nodes: nodes.completed(id, outcome, &context, &agenda)
    case .kubelet: kubelets.completed(id, outcome, &context, &agenda)
    case .scheduler: scheduler.completed(id, outcome, &context, &agenda)
    case .jobs: jobs.completed(id, outcome, &context, &agenda)
    case .replicas: replicas.completed(id, outcome, &context, &agenda)
    case .nodeLifecycle: nodeLifecycle.completed(id, outcome, &context, &agenda)
    case .podCollector: podCollector.completed(id, outcome, &context, &agenda)
    case .autoscaler: autoscaler?.completed(id, outcome, &context, &agenda)
    case .clusterAutoscaler: clusterAutoscaler?.completed(id, outcome, &context, &agenda)
    case .agents: agents.completed(id, outcome, &context, &agenda)
    case .requestLoads: requestLoads.completed(id, outcome, &context, &agenda)
    case .operations: operations.completed(id, outcome, &context, &agenda)
    case .eventRecorder: eventRecorder.completed(id, outcome, &context, &agenda)
    case .informers: informers.completed(id, outcome, &context, &agenda)
    case .leaderElections: leaderElections.completed(id, outcome, &context, &agenda)
    case .endpoints: endpoints.completed(id, outcome, &context, &agenda)
    case .cronJobs: cronJobs.completed(id, outcome, &context, &agenda)
    case .finishedJobs: finishedJobs.completed(id, outcome, &context, &agenda)
    case .trainingJobs: trainingJobs?.completed(id, outcome, &context, &agenda)
    case .teams: teams?.completed(id, outcome, &context, &agenda)
    case .nodeHealth: nodeHealth?.completed(id, outcome, &context, &agenda)
    case .gpuTests: gpuTests?.completed(id, outcome, &context, &agenda)
    case .nodeIPAM: nodeIPAM?.completed(id, outcome, &context, &agenda)
    case .podNetwork: podNetwork.completed(id, outcome, &context, &agenda)
    case .storeClients, .watchCache: break
    }
    context.requests.endClientSide(id)
  }

  /// A watch event has reached a part that reacts.
  private mutating func observe(
    _ watcher: Watcher, _ resource: ResourceID, _ change: ObjectChange, _ object: UInt32,
    _ agenda: inout WorldAgenda
  ) {
    guard isKnown(object, resource) else { return }
    switch watcher {
    case .scheduler:
      scheduler.observed(
        resource, change, object, isPod: resource == context.builtin.pods, &context, &agenda)
    case .kubelet: kubelets.observed(change, PodID(rawValue: object), &context, &agenda)
    case .jobs:
      jobs.observed(change, PodID(rawValue: object), &context, &agenda)
      trainingJobs?.observed(change, PodID(rawValue: object), &context, &agenda)
      replicas.observed(change, PodID(rawValue: object), &context, &agenda)
      endpoints.observed(PodID(rawValue: object), &context, &agenda)
    case .daemonSets:
      replicas.observed(change, NodeID(rawValue: object), &context, &agenda)
      endpoints.observed(change, NodeID(rawValue: object), &context, &agenda)
    case .nodeIPAM:
      nodeIPAM?.observed(change, NodeID(rawValue: object), &context, &agenda)
    case .podCollector:
      podCollector.observed(change, NodeID(rawValue: object), &context, &agenda)
    }
  }

  /// Whether the model itself has the node or pod: an open load may write others, which only cost.
  private func isKnown(_ object: UInt32, _ resource: ResourceID) -> Bool {
    if resource == context.builtin.nodes { return Int(object) < context.nodes.count }
    if resource == context.builtin.pods { return Int(object) < context.pods.count }
    return true
  }

  /// Whether a workload reads a trace that is not used up.
  var hasTraces: Bool { requestLoads.hasTraces || jobs.hasTraces }

  // MARK: Measuring

  /// The warm-up is over: all statistics start again.
  mutating func openWindow(at now: SimTime) {
    trainingJobs?.openWindow(at: now, &context)
    prometheus?.sumUp(at: now, &context.instruments)
    context.instruments.openWindow(at: now)
    context.accounts.openWindow(at: now)
    context.podStarts.openWindow(at: now)
    for index in stores.indices {
      stores[index].metrics.openWindow(at: now)
      diskUsages[index].openWindow(context.disks[stores[index].members[0].disk])
    }
    apiServers.metrics.openWindow(at: now)
    for index in context.classes.indices {
      context.classes[index].metrics.occupancy.openWindow(at: now)
    }
    diskWriters.openWindow(context.disks)
    podNetwork.openWindow()
  }

  /// Brings what is computed only now and then up to date.
  mutating func sumUp(since start: SimTime, at now: SimTime) {
    for index in stores.indices {
      diskUsages[index].sumUp(
        context.disks[stores[index].members[0].disk], over: now - start, at: now,
        &context.instruments)
    }
    scheduler.sumUp(since: start, at: now, &context.instruments)
    diskWriters.sumUp(over: now - start, at: now, &context)
    podNetwork.sumUp(over: now - start, at: now, &context.instruments)
    trainingJobs?.sumUp(at: now, &context)
    prometheus?.sumUp(at: now, &context.instruments)
  }
}
