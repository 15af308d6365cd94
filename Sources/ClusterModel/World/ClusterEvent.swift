// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// Everything that can happen in a cluster: the parts' own lists, nested.
package enum ClusterEvent: BitwiseCopyable, Codable, Sendable {
  case store(StoreID, StoreEvent)
  case allStores(StoreEvent)
  case apiServer(APIServerEvent)
  case client(ClientEvent)
  case informers(InformerEvent)
  /// A request has ended for the part that wanted it.
  case completed(RequestID, RequestOutcome)
  /// A watch event has reached a part that reacts to it.
  case observed(Watcher, ResourceID, ObjectChange, UInt32)
  case heartbeats(HeartbeatEvent)
  case nodes(NodeEvent)
  case kubelet(KubeletEvent)
  case scheduler(SchedulerEvent)
  case nodeLifecycle(NodeLifecycleEvent)
  case podCollector(PodCollectorEvent)
  case eventRecorder(EventRecorderEvent)
  case leaderElections(LeaderElectionEvent)
  case autoscaler(AutoscalerEvent)
  case clusterAutoscaler(ClusterAutoscalerEvent)
  case agents(AgentEvent)
  case requestLoads(RequestLoadEvent)
  case jobs(JobEvent)
  case replicas(ReplicaEvent)
  case endpoints(EndpointEvent)
  case cronJobs(CronJobEvent)
  case finishedJobs(FinishedJobEvent)
  case diskWriters(DiskWriterEvent)
  case storeClients(StoreClientEvent)
  case operations(OperationEvent)
  case podNetwork(PodNetworkEvent)
  case transfers(TransferEvent)
  case hardware(HardwareFaultEvent)
  case trainingJobs(TrainingJobEvent)
  case podGroups(PodGroupEvent)
  case teams(TeamEvent)
  case fabric(FabricEvent)
  case downloads(DownloadEvent)
  case nodeHealth(NodeHealthEvent)
  case gpuTests(GPUTestEvent)
  case nodeIPAM(NodeIPAMEvent)
  case prometheus(PrometheusEvent)
  /// A workload is switched on or off.
  case setWorkload(WorkloadID, Bool)
  /// A component has a working leader with full caches, or has none any more.
  case setWorking(ControlPlaneComponent, Bool)
}

/// An event of the world: which cluster it belongs to, and what happens there.
package struct WorldEvent: BitwiseCopyable, Codable, Sendable {
  /// What happens: in the cluster, or at the cloud or a registry on the cluster's behalf.
  package enum Body: BitwiseCopyable, Codable, Sendable {
    case cluster(ClusterEvent)
    case cloud(CloudEvent)
    case registry(RegistryEvent)
  }

  package var cluster: ClusterID
  package var body: Body

  package init(cluster: ClusterID, body: Body) {
    self.cluster = cluster
    self.body = body
  }
}

/// The agenda of a world.
package typealias WorldAgenda = Agenda<WorldEvent>

extension Agenda where Event == WorldEvent {
  /// Sends an event to a part of a cluster, at this instant.
  package mutating func send(_ event: ClusterEvent, in cluster: ClusterID) {
    send(WorldEvent(cluster: cluster, body: .cluster(event)))
  }

  /// Schedules an event of a part of a cluster.
  package mutating func schedule(
    _ event: ClusterEvent, in cluster: ClusterID, at time: SimTime
  ) {
    schedule(WorldEvent(cluster: cluster, body: .cluster(event)), at: time)
  }

  /// Asks the cloud for something, at this instant.
  package mutating func send(_ event: CloudEvent, from cluster: ClusterID) {
    send(WorldEvent(cluster: cluster, body: .cloud(event)))
  }

  /// Asks a registry for something, at this instant.
  package mutating func send(_ event: RegistryEvent, from cluster: ClusterID) {
    send(WorldEvent(cluster: cluster, body: .registry(event)))
  }
}
