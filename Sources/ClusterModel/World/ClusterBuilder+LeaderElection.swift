// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Scenario

/// Replicas of the control plane's components and their locks.
extension ClusterBuilder {
  mutating func makeLeaderElections() -> LeaderElections {
    var elections = LeaderElections()
    for component in ControlPlaneComponent.allCases {
      let settings = leaderElection(of: component)
      elections.add(
        component, settings,
        standbyIsWarm: component == .scheduler && !configuration.scheduler.delaysCache,
        locks: settings.elects
          ? lockResources(settings).enumerated().map { index, resource in
            declareLock(component, resource, decides: index == 0, settings)
          } : [], &context)
      let first = ReplicaProcess(component: component, replica: 0, life: 0)
      context.leaderRecords.append(LeaderRecord(holder: first.packed))
    }
    return elections
  }

  func leaderElection(of component: ControlPlaneComponent) -> LeaderElectionConfiguration {
    switch component {
    case .controllerManager: configuration.controllerManager.leaderElection
    case .scheduler: configuration.scheduler.leaderElection
    }
  }

  /// Whether the component's working process can end and another one begin.
  func canLoseLeader(_ component: ControlPlaneComponent) -> Bool {
    leaderElection(of: component).elects
      || world.timeline.contains { entry in
        (entry.cluster ?? world.clusters[0].name) == name
          && entry.action?.component == component
      }
  }

  private mutating func lockResources(_ settings: LeaderElectionConfiguration) -> [ResourceID] {
    switch settings.lock {
    case .leases: [context.builtin.leases]
    case .endpoints: [resource("endpoints")]
    case .endpointsLeases: [resource("endpoints"), context.builtin.leases]
    }
  }

  private func lockBytes(_ resource: ResourceID) -> Int {
    // An Endpoints object without addresses, its record in an annotation: assumed, no measurement
    // found.
    resource == context.builtin.leases ? Int(configuration.kubelet.leaseBytes.bytes) : 500
  }

  private mutating func declareLock(
    _ component: ControlPlaneComponent, _ resource: ResourceID, decides: Bool,
    _ settings: LeaderElectionConfiguration
  ) -> LeaderLockClasses {
    let bytes = lockBytes(resource)
    // A client of its own; its bucket (as large as the component's) is never near empty.
    func client(_ requestClass: inout RequestClass) {
      requestClass.identity = component == .scheduler ? .scheduler : .controllerManager
      requestClass.clientTimeout = settings.requestTimeout
    }
    let name = component.name + "/leader-election"
    return LeaderLockClasses(
      read: declare(name, .leaderElections, .get, resource, bytes: bytes, configure: client),
      write: declare(name, .leaderElections, .update, resource, bytes: bytes) {
        client(&$0)
        if decides { $0.effect = .leaderRecord(component) }
      })
  }

  /// The locks are there when the run starts.
  mutating func placeLocks(_ stores: inout [Store]) {
    for component in ControlPlaneComponent.allCases {
      let settings = leaderElection(of: component)
      guard settings.elects else { continue }
      for resource in lockResources(settings) {
        let bytes = lockBytes(resource)
        _ = context.objects.put(resource, component.lockObject, bytes: bytes)
        stores[context.objects.store(of: resource).index].populate(
          resource, objects: 1, valueBytes: bytes, timeToLive: nil)
      }
    }
  }
}
