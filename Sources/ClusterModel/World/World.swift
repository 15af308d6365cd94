// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// The world: its clusters and what they share.
package struct World: ForkableModel, Codable, Sendable {
  package internal(set) var clusters: [Cluster]
  package internal(set) var cloud: Cloud
  var registries: Registries

  package mutating func handle(_ event: WorldEvent, _ agenda: inout WorldAgenda) {
    switch event.body {
    case .cluster(let body): clusters[event.cluster.index].handle(body, &agenda)
    case .cloud(let body): cloud.handle(body, from: event.cluster, &agenda)
    case .registry(let body): registries.handle(body, from: event.cluster, &agenda)
    }
  }

  mutating func start(_ agenda: inout WorldAgenda) {
    for index in clusters.indices { clusters[index].start(&agenda) }
  }

  /// Replaces the luck of all components from here on; what a replication that starts from a fork
  /// does with its own seed.
  package mutating func reseed(_ seed: UInt64) {
    for index in clusters.indices {
      clusters[index].context.streams.reseed(seed)
      clusters[index].hardware?.reseed(seed)
    }
    cloud.reseed(seed)
  }

  mutating func openWindow(at now: SimTime) {
    for index in clusters.indices { clusters[index].openWindow(at: now) }
  }

  mutating func sumUp(since start: SimTime, at now: SimTime) {
    for index in clusters.indices { clusters[index].sumUp(since: start, at: now) }
  }

  // MARK: Traces

  /// Whether any workload reads a trace that is not used up.
  var hasTraces: Bool { clusters.contains { $0.hasTraces } }

  /// A workload that wants its next block now.
  var traceRequest: TraceRequest? {
    for (index, cluster) in clusters.enumerated() {
      if let workload = cluster.requestLoads.wantingRefill ?? cluster.jobs.wantingRefill {
        return TraceRequest(cluster: ClusterID(index), workload: workload)
      }
    }
    return nil
  }

  mutating func refill(_ request: TraceRequest, _ block: [SimTime]) {
    clusters[request.cluster.index].requestLoads.refill(request.workload, block)
    clusters[request.cluster.index].jobs.refill(request.workload, block)
  }
}
