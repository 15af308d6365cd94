// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Measurement
package import Stochastics

/// What every part of a cluster gets besides its event: the travellers under way, the tables that
/// many read and few change, random streams and instruments.
package struct ClusterContext: Codable, Sendable {
  package let cluster: ClusterID
  /// Network round trip between an API server and etcd.
  package var storeRoundTrip: SimDuration = .zero
  /// Network round trip between a client and an API server.
  package var clientRoundTrip: SimDuration = .zero
  package var streams: RandomStreams
  package var instruments = Instruments()
  package var accounts: TimeAccounts
  package var requests = RequestTable()
  /// Owned by `APIServers`.
  package var connections = ServerConnections(servers: 1)
  package var classes: [RequestClass] = []
  /// Names of the classes in metrics and reports, such as `kubelet PATCH nodes`.
  package var classNames: [String] = []
  /// Token buckets that several request classes of one client share: when each would be full.
  package var clientBuckets: [SimTime] = []
  package var nameResolution = NameResolution()
  /// What the locks of the control plane's components say, by `ControlPlaneComponent.index`; written to
  /// by `Store`.
  package var leaderRecords: [LeaderRecord] = []
  /// Resources that the parts of the model use themselves.
  package var builtin = BuiltinResources()
  /// Written to by `Store` and `DiskWriters`.
  package var disks = DiskTable()
  /// Owned by `Store`.
  package var objects = ObjectTable()
  /// Owned by `Nodes`; the stored heartbeat of a node by `Store`.
  package var nodes = NodeTable()
  /// Owned by `HardwareFaults`.
  package var hardware = HardwareState()
  /// Owned by `Jobs`, `Scheduling` and `Nodes` in turn as the pod travels.
  package var pods = PodTable()
  /// Written to by whoever holds the pod.
  package var podStarts = PodStarts()
  /// Owned by `Kubelets`.
  package var runningPods = RunningPods()
  /// What workloads say of their pods, by `WorkloadID`; fixed when the run starts.
  package var podTemplates: [PodTemplate] = []
  /// Who runs on whose nodes is counted.
  package var teamsAreOn = false

  /// Data on its way between nodes; rows are written by those who send it.
  package var flows = FlowTable()

  package init(cluster: ClusterID, seed: UInt64, scope: String) {
    self.cluster = cluster
    streams = RandomStreams(seed: seed, scope: scope)
    accounts = TimeAccounts(
      layout: AccountLayout(resources: AccountedResource.allCases.map(\.name)))
  }

  /// Accounts the request's life since its last stamp as waiting for a resource.
  package mutating func charge(
    _ id: RequestID, _ resource: AccountedResource, waitingUntil time: SimTime
  ) {
    let row = requests[id]
    guard time > row.stamp else { return }
    if row.clientWaits {
      accounts.charge(
        row.account, resource: resource.rawValue, waiting: time - row.stamp, service: .zero)
    }
    requests[id].stamp = time
  }

  /// Accounts a visit to a station that ends now: waiting until its service began, then service.
  package mutating func chargeVisit(
    _ id: RequestID, _ resource: AccountedResource, until time: SimTime
  ) {
    charge(id, resource, waitingUntil: requests[id].serviceStart)
    charge(id, resource, serviceUntil: time)
  }

  /// Accounts the request's life since its last stamp as service by a resource.
  package mutating func charge(
    _ id: RequestID, _ resource: AccountedResource, serviceUntil time: SimTime
  ) {
    let row = requests[id]
    guard time > row.stamp else { return }
    if row.clientWaits {
      accounts.charge(
        row.account, resource: resource.rawValue, waiting: .zero, service: time - row.stamp)
    }
    requests[id].stamp = time
  }
}

/// The resources that every cluster has.
package struct BuiltinResources: Codable, Sendable {
  package var nodes = ResourceID(rawValue: 0)
  package var pods = ResourceID(rawValue: 0)
  package var events = ResourceID(rawValue: 0)
  package var leases = ResourceID(rawValue: 0)

  package init() {}

  package init(nodes: ResourceID, pods: ResourceID, events: ResourceID, leases: ResourceID) {
    self.nodes = nodes
    self.pods = pods
    self.events = events
    self.leases = leases
  }
}

/// The named random streams of a cluster.
///
/// A stream is derived from (seed, name) alone, so two configurations see the same luck wherever
/// they have the same component.
package struct RandomStreams: Codable, Sendable {
  private let seed: UInt64
  private let scope: String
  private var names: [String] = []
  private var streams: [RandomStream] = []

  package init(seed: UInt64, scope: String) {
    self.seed = seed
    self.scope = scope
  }

  /// Makes the stream of a component; a name may be used once.
  package mutating func stream(_ name: String) -> StreamID {
    let full = scope + "/" + name
    precondition(!names.contains(full), "random stream \(full) is declared twice")
    names.append(full)
    streams.append(RandomStream(seed: seed, name: full))
    return StreamID(streams.count - 1)
  }

  package subscript(id: StreamID) -> RandomStream {
    get { streams[id.index] }
    _modify { yield &streams[id.index] }
  }

  /// Replaces the luck from here on: what a replication that starts from a fork does.
  package mutating func reseed(_ seed: UInt64) {
    for index in streams.indices {
      streams[index] = RandomStream(seed: seed, name: names[index])
    }
  }
}
