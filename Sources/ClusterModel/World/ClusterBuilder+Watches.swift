// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Scenario

/// Who watches what.
extension ClusterBuilder {
  /// The kinds of watch: those of every node, and the informers that the parts have asked for with
  /// `ObjectTable.setInformers`.
  mutating func makeWatchKinds() -> [WatchKind] {
    let knobs = configuration.apiServer.watchCache
    // A stream of first objects comes from the watch cache (KEP-3157).
    let isStream = configuration.apiServer.memory.watchList
    var kinds: [WatchKind] = []
    for entry in knobs.nodeWatches {
      let isAgent = entry.hasSuffix("/all")
      let name = isAgent ? String(entry.dropLast(4)) : entry
      let client = isAgent ? "agent" : "kubelet"
      let resource = resource(name)
      if let known = kinds.firstIndex(where: { $0.resource == resource && $0.client == client }) {
        kinds[known].count += 1
      } else {
        kinds.append(
          WatchKind(
            client: client, resource: resource,
            selection: isAgent ? .everything : selection(of: name),
            skipsHeadless: !isAgent && knobs.proxySkipsHeadless
              && (name == "endpoints" || name == "endpointslices"), isPerNode: true,
            watchers: !isAgent && resource == context.builtin.pods ? [.kubelet] : []))
      }
    }
    for entry in knobs.furtherWatches {
      guard let watch = WatchCacheConfiguration.size(entry) else { continue }
      kinds.append(
        WatchKind(client: "watcher", resource: resource(watch.resource), count: watch.events))
    }
    // Kubelets hear of their pods even if the scenario's list leaves that watch out.
    if !kinds.contains(where: { $0.watchers.contains(.kubelet) }) {
      kinds.append(
        WatchKind(
          client: "kubelet", resource: context.builtin.pods, selection: .indexed, isPerNode: true,
          watchers: [.kubelet]))
    }
    for index in 0..<context.objects.resourceCount {
      kinds += informers(on: ResourceID(index))
    }
    kinds += standbyWatches
    for index in kinds.indices {
      kinds[index].eventCPU = knobs.eventCPU
      kinds[index].cpuPerKilobyte = knobs.decodeCPUPerKilobyte
      let kind = kinds[index]
      kinds[index].list = declare(
        kind.client + " informer", .informers, .list, kind.resource,
        bytes: objectBytes(of: kind.resource)
      ) {
        $0.readSource = isStream || !knobs.relistsFromStore ? .cache : .store
        $0.location = kind.isPerNode ? .node : .controlPlane
        $0.identity = Self.identity(of: kind.client)
        $0.selectsOwn = kind.selection != .everything
        $0.selector = $0.selectsOwn ? .indexedField : .none
        $0.component = kind.component
      }
    }
    return kinds
  }

  /// With Priority and Fairness a request for a watch has a level, a queue and a seat.
  mutating func declareWatchRequests(_ kinds: inout [WatchKind]) {
    guard configuration.apiServer.flowControl == .priorityAndFairness else { return }
    for index in kinds.indices {
      let kind = kinds[index]
      let identity = context.classes[kind.list.index].identity
      kinds[index].watch = declare(
        kind.client + " informer", .informers, .watch, kind.resource, bytes: 0
      ) {
        $0.location = kind.isPerNode ? .node : .controlPlane
        $0.identity = identity
      }
    }
  }

  /// What a starting API server asks etcd for.
  mutating func makeCacheFills() -> [RequestClassID] {
    (0..<context.objects.resourceCount).map { index in
      declare("kube-apiserver", .watchCache, .list, ResourceID(index), bytes: 0)
    }
  }

  /// The single informers on a resource: the scheduler's first where it is one, then
  /// kube-controller-manager's, then others.
  private func informers(on resource: ResourceID) -> [WatchKind] {
    let isScheduled = resource == context.builtin.pods || resource == context.builtin.nodes
    let clients = (isScheduled ? ["kube-scheduler"] : []) + ["kube-controller-manager"]
    return (0..<context.objects.informers(resource)).map { index in
      let client = index < clients.count ? clients[index] : "informer-\(index - clients.count + 1)"
      var watchers: WatcherSet = []
      if client == "kube-scheduler" { watchers = [.scheduler] }
      if client == "kube-controller-manager" {
        watchers = .all.subtracting([.kubelet])
        if isScheduled { watchers = watchers.subtracting([.scheduler]) }
      }
      var kind = WatchKind(client: client, resource: resource, watchers: watchers)
      let component = ControlPlaneComponent(rawValue: client)
      if let component, canLoseLeader(component) { kind.component = component }
      return kind
    }
  }

  /// Candidates of the scheduler watch what its leader watches, unless they wait to lead.
  private var standbyWatches: [WatchKind] {
    let candidates = configuration.scheduler.leaderElection.replicas - 1
    guard candidates > 0, !configuration.scheduler.delaysCache else { return [] }
    return [context.builtin.nodes, context.builtin.pods].map {
      WatchKind(client: "kube-scheduler/standby", resource: $0, count: candidates)
    }
  }

  /// Whose informer it is, for Priority and Fairness.
  private static func identity(of client: String) -> ClientIdentity {
    switch client {
    case "kubelet": .node
    case "agent": .serviceAccount
    case "kube-scheduler": .scheduler
    default: .controllerManager
    }
  }

  private func selection(of resource: String) -> WatchSelection {
    switch resource {
    case "pods", "secrets", "configmaps": .indexed
    case "nodes": .filtered
    default: .everything
    }
  }
}
