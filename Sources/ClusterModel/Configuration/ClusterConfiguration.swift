// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
package import Scenario

/// One Kubernetes cluster: `cluster`, and each entry of `clusters`.
package struct ClusterConfiguration: Configurable {
  package var path: KnobPath
  package var nodePools: [Named<NodePoolConfiguration>]
  package var stores: [Named<StoreConfiguration>]
  package var apiServer: APIServerConfiguration
  package var kubelet: KubeletConfiguration
  package var scheduler: SchedulerConfiguration
  package var controllerManager: ControllerManagerConfiguration
  package var eventRecording: EventRecorderConfiguration
  package var autoscaler: AutoscalerConfiguration?
  package var clusterAutoscaler: ClusterAutoscalerConfiguration?
  package var nameResolution: NameResolutionConfiguration
  package var dns: DNSConfiguration?
  package var teams: TeamResourceManagerConfiguration?
  package var fabric: FabricConfiguration?
  package var nodeHealth: NodeHealthConfiguration?
  package var nodeIPAM: NodeIPAMConfiguration?
  package var prometheus: PrometheusConfiguration?

  package static let nodePools = NamedList<NodePoolConfiguration>("nodePools")
  package static let stores = NamedMap<StoreConfiguration>("etcd", inheriting: "main")
  package static let apiServer = Subsection<APIServerConfiguration>("kube-apiserver")
  package static let kubelet = Subsection<KubeletConfiguration>("kubelet")
  package static let scheduler = Subsection<SchedulerConfiguration>("kube-scheduler")
  package static let controllerManager = Subsection<ControllerManagerConfiguration>(
    "kube-controller-manager")
  package static let eventRecording = Subsection<EventRecorderConfiguration>("event-recording")
  package static let autoscaler = OptionalSubsection<AutoscalerConfiguration>(
    "kubernetes-ec2-autoscaler")
  package static let dns = OptionalSubsection<DNSConfiguration>("dns")
  package static let fabric = OptionalSubsection<FabricConfiguration>("fabric")
  package static let nodeHealth = OptionalSubsection<NodeHealthConfiguration>("node-health")
  package static let nodeIPAM = OptionalSubsection<NodeIPAMConfiguration>("node-ipam")
  package static let prometheus = OptionalSubsection<PrometheusConfiguration>("prometheus")
  package static let clusterAutoscaler = OptionalSubsection<ClusterAutoscalerConfiguration>(
    "cluster-autoscaler")
  package static let teams = OptionalSubsection<TeamResourceManagerConfiguration>(
    "team-resource-manager")
  package static let nameResolution = Subsection<NameResolutionConfiguration>("name-resolution")

  package static let declaration = SectionDeclaration("cluster", help: "A Kubernetes cluster.") {
    nodePools
    stores
    apiServer
    kubelet
    scheduler
    controllerManager
    eventRecording
    autoscaler
    clusterAutoscaler
    nameResolution
    dns
    teams
    fabric
    nodeHealth
    nodeIPAM
    prometheus
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    nodePools = reader.list(Self.nodePools)
    stores = reader.map(Self.stores)
    apiServer = reader.section(Self.apiServer)
    kubelet = reader.section(Self.kubelet)
    scheduler = reader.section(Self.scheduler)
    controllerManager = reader.section(Self.controllerManager)
    eventRecording = reader.section(Self.eventRecording)
    autoscaler = reader.optionalSection(Self.autoscaler)
    clusterAutoscaler = reader.optionalSection(Self.clusterAutoscaler)
    if autoscaler != nil, clusterAutoscaler != nil {
      reader.fail("cluster-autoscaler", "a cluster has one autoscaler, two are given")
    }
    nameResolution = reader.section(Self.nameResolution)
    dns = reader.optionalSection(Self.dns)
    teams = reader.optionalSection(Self.teams)
    fabric = reader.optionalSection(Self.fabric)
    nodeHealth = reader.optionalSection(Self.nodeHealth)
    nodeIPAM = reader.optionalSection(Self.nodeIPAM)
    prometheus = reader.optionalSection(Self.prometheus)
    if !stores.contains(where: { $0.name == "main" }) {
      reader.fail(
        "etcd", "a cluster needs the store 'main'",
        hint: "add 'etcd: { main: { disk: ... } }'")
    }
    let teamTaints = teams.map(\.teams.count) ?? 0
    let taints = Set(nodePools.flatMap(\.value.taints)).count + teamTaints
    if taints > NodeTaints.poolTaintLimit {
      reader.fail(
        "nodePools",
        "at most \(NodeTaints.poolTaintLimit) different taints are modelled, \(taints) are given")
    }
    // A store keeps its resources for itself; `main` has all others.
    var owners: [String: String] = [:]
    for store in stores where store.name != "main" {
      for resource in store.value.resources {
        if let owner = owners.updateValue(store.name, forKey: resource) {
          reader.fail("etcd", "'\(resource)' is kept by both '\(owner)' and '\(store.name)'")
        }
      }
    }
  }
}
