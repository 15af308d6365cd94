// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// Events of a world by kind: 32 numbers for each part, so that the number of a kind is a shift and an
/// addition.
extension WorldEvent: SimulationEvent {
  private static let kindsPerPart = 32

  private static let parts: [any PartEvent.Type] = [
    StoreEvent.self, APIServerEvent.self, ClientEvent.self, HeartbeatEvent.self, NodeEvent.self,
    KubeletEvent.self, SchedulerEvent.self, NodeLifecycleEvent.self, PodCollectorEvent.self,
    AutoscalerEvent.self, AgentEvent.self, RequestLoadEvent.self, JobEvent.self,
    DiskWriterEvent.self, StoreClientEvent.self, OperationEvent.self, SwitchboardEvent.self,
    CloudEvent.self, EventRecorderEvent.self, RegistryEvent.self, ClusterAutoscalerEvent.self,
    PodNetworkEvent.self, TransferEvent.self, ReplicaEvent.self, InformerEvent.self,
    LeaderElectionEvent.self, EndpointEvent.self, CronJobEvent.self, FinishedJobEvent.self,
    HardwareFaultEvent.self, TrainingJobEvent.self, PodGroupEvent.self, TeamEvent.self,
    FabricEvent.self, DownloadEvent.self,
    NodeHealthEvent.self, GPUTestEvent.self,
    NodeIPAMEvent.self, PrometheusEvent.self,
  ]

  package static var kindCount: Int { parts.count * kindsPerPart }

  /// `part.kind`, or an empty text for a number without an event.
  package static func name(ofKind kind: Int) -> String {
    let part = parts[kind / kindsPerPart]
    let index = kind % kindsPerPart
    return index < part.kindNames.count ? "\(part.part).\(part.kindNames[index])" : ""
  }

  package var kind: Int {
    let (part, signature) = signature
    return part * Self.kindsPerPart + signature.kind
  }

  package var digest: UInt64 {
    let payload = signature.1.payload
    // The second word is at most 48 bits in use; the multiplication keeps the two apart.
    return payload.0 &+ payload.1 &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(cluster.rawValue) << 56
  }

  private var signature: (part: Int, EventSignature) {
    switch body {
    case .cloud(let event): (17, event.signature)
    case .registry(let event): (19, event.signature)
    case .cluster(let event): event.signature
    }
  }
}

extension ClusterEvent {
  fileprivate var signature: (part: Int, EventSignature) {
    switch self {
    case .store(let store, let event):
      var signature = event.signature
      signature.payload.1 = UInt64(store.rawValue)
      return (0, signature)
    case .apiServer(let event): return (1, event.signature)
    case .client(let event): return (2, event.signature)
    case .heartbeats(let event): return (3, event.signature)
    case .nodes(let event): return (4, event.signature)
    case .kubelet(let event): return (5, event.signature)
    case .scheduler(let event): return (6, event.signature)
    case .nodeLifecycle(let event): return (7, event.signature)
    case .podCollector(let event): return (8, event.signature)
    case .autoscaler(let event): return (9, event.signature)
    case .agents(let event): return (10, event.signature)
    case .requestLoads(let event): return (11, event.signature)
    case .jobs(let event): return (12, event.signature)
    case .diskWriters(let event): return (13, event.signature)
    case .storeClients(let event): return (14, event.signature)
    case .operations(let event): return (15, event.signature)
    case .eventRecorder(let event): return (18, event.signature)
    case .clusterAutoscaler(let event): return (20, event.signature)
    case .podNetwork(let event): return (21, event.signature)
    case .transfers(let event): return (22, event.signature)
    case .replicas(let event): return (23, event.signature)
    case .informers(let event): return (24, event.signature)
    case .leaderElections(let event): return (25, event.signature)
    case .endpoints(let event): return (26, event.signature)
    case .cronJobs(let event): return (27, event.signature)
    case .finishedJobs(let event): return (28, event.signature)
    case .hardware(let event): return (29, event.signature)
    case .trainingJobs(let event): return (30, event.signature)
    case .podGroups(let event): return (31, event.signature)
    case .teams(let event): return (32, event.signature)
    case .fabric(let event): return (33, event.signature)
    case .downloads(let event): return (34, event.signature)
    case .nodeHealth(let event): return (35, event.signature)
    case .gpuTests(let event): return (36, event.signature)
    case .nodeIPAM(let event): return (37, event.signature)
    case .prometheus(let event): return (38, event.signature)
    case .allStores(let event):
      return (16, EventSignature(kind: 0, payload: (UInt64(event.signature.kind), 0)))
    case .completed(let id, let outcome):
      return (
        16,
        EventSignature(kind: 1, payload: (UInt64(id.rawValue), UInt64(outcome.rawValue)))
      )
    case .observed(let watcher, let resource, let change, let object):
      let which = UInt64(watcher.rawValue) << 16 | UInt64(resource.rawValue) << 8
      return (
        16,
        EventSignature(
          kind: 2, payload: (UInt64(object), which | UInt64(change.rawValue)))
      )
    case .setWorkload(let workload, let isRunning):
      return (
        16,
        EventSignature(kind: 3, payload: (UInt64(workload.rawValue), isRunning ? 1 : 0))
      )
    case .setWorking(let component, let works):
      return (16, EventSignature(kind: 4, payload: (UInt64(component.index), works ? 1 : 0)))
    }
  }
}

/// Names for the kinds of event that belong to no single part.
private enum SwitchboardEvent: PartEvent {
  static var part: String { "cluster" }
  static let kindNames = ["all-stores", "completed", "observed", "set-workload", "set-working"]
  var signature: EventSignature { switch self {} }
}
