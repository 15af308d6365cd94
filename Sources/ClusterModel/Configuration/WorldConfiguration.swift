// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// Everything a scenario says about the world, expectations and experiment settings apart: the root
/// of the model's part of the language.
package struct WorldConfiguration: Configurable {
  package var clusters: [Named<ClusterConfiguration>]
  package var workloads: [Named<WorkloadConfiguration>]
  package var cycles: [Named<CycleConfiguration>]
  package var timeline: [TimelineConfiguration]
  package var faults: [Named<FaultConfiguration>]
  package var machines: [Named<MachineConfiguration>]
  package var gpus: [Named<GPUConfiguration>]
  package var links: [Named<LinkConfiguration>]
  package var disks: [Named<DiskConfiguration>]
  package var images: [Named<ImageConfiguration>]
  package var registries: [Named<RegistryConfiguration>]
  package var cloud: CloudConfiguration
  package var clusterRoundTrip: SimDuration

  package static let cluster = Subsection<ClusterConfiguration>("cluster")
  package static let clusters = NamedMap<ClusterConfiguration>("clusters")
  package static let workloads = NamedList<WorkloadConfiguration>("workload")
  package static let cycles = NamedMap<CycleConfiguration>("cycles")
  package static let timeline = SectionList<TimelineConfiguration>("timeline")
  package static let faults = NamedList<FaultConfiguration>("faults")
  package static let machines = NamedMap<MachineConfiguration>("machines")
  package static let gpus = NamedMap<GPUConfiguration>("gpus")
  package static let links = NamedMap<LinkConfiguration>("links")
  package static let disks = NamedMap<DiskConfiguration>("disks")
  package static let images = NamedMap<ImageConfiguration>("images")
  package static let registries = NamedMap<RegistryConfiguration>("registries")
  package static let cloud = Subsection<CloudConfiguration>("cloud")
  package static let clusterRoundTrip = Knob<SimDuration>(
    "cluster-round-trip-time", default: .milliseconds(1), in: .zero ... .seconds(10),
    help: "Network round trip between two clusters.",
    source: "within a region about 1 ms between zones; state the real one")

  package static let declaration = SectionDeclaration("world", help: "What is simulated.") {
    cluster
    clusters
    workloads
    cycles
    timeline
    faults
    machines
    gpus
    links
    disks
    images
    registries
    cloud
    clusterRoundTrip
  }

  package init(_ reader: inout SectionReader) {
    // `cluster` is the first of the world and is called `main`.
    clusters = [Named(name: "main", value: reader.section(Self.cluster))]
    clusters += reader.map(Self.clusters)
    workloads = reader.list(Self.workloads).flatMap(\.expanded)
    cycles = reader.map(Self.cycles)
    timeline = reader.list(Self.timeline)
    faults = reader.list(Self.faults)
    machines = reader.map(Self.machines)
    gpus = reader.map(Self.gpus)
    links = reader.map(Self.links)
    disks = reader.map(Self.disks)
    images = reader.map(Self.images)
    registries = reader.map(Self.registries)
    cloud = reader.section(Self.cloud)
    clusterRoundTrip = reader[Self.clusterRoundTrip]
    checkNames(&reader)
    checkHostDisks(&reader)
    checkLinks(&reader)
  }

  /// Names that are not references of the language: stores, workloads and clusters used elsewhere.
  private func checkNames(_ reader: inout SectionReader) {
    if images.count > 64 {
      reader.fail(
        "images", "at most 64 images are modelled, \(images.count) are given")
    }
    if clusters.count > 250 {
      reader.fail("clusters", "at most 250 clusters are modelled, \(clusters.count) are given")
    }
    if Set(clusters.map(\.name)).count < clusters.count {
      reader.fail("clusters", "'main' is the name of 'cluster'; call the others something else")
    }
    let clusterNames = clusters.map(\.name)
    for workload in workloads {
      var target: String?
      if case .requests(let load) = workload.value.kind { target = load.cluster }
      for name in [workload.value.cluster, target].compactMap({ $0 })
      where !clusterNames.contains(name) {
        reader.fail(
          "workload", "'\(workload.name)' names the cluster '\(name)', which does not exist",
          hint: "clusters: " + clusterNames.joined(separator: ", "))
      }
      if let store = workload.value.storeOfClients,
        let cluster = clusters.first(where: { $0.name == workload.value.cluster ?? "main" }),
        !cluster.value.stores.contains(where: { $0.name == store })
      {
        reader.fail(
          "workload", "'\(workload.name)' names the store '\(store)', which does not exist",
          hint: "stores: " + cluster.value.stores.map(\.name).joined(separator: ", "))
      }
    }
    for workload in workloads {
      guard let team = workload.value.podTemplate?.scheduling.team,
        let cluster = clusters.first(where: { $0.name == workload.value.cluster ?? "main" }),
        let teams = cluster.value.teams?.teams.map(\.name), !teams.contains(team)
      else { continue }
      reader.fail(
        "workload", "'\(workload.name)' names the team '\(team)', which does not exist",
        hint: "teams: " + teams.joined(separator: ", "))
    }
    let prefixes = workloads.compactMap { workload -> String? in
      guard case .storeClients(let clients) = workload.value.kind else { return nil }
      return clients.prefix ?? workload.name
    }
    for workload in workloads {
      guard case .storeWatchers(let watchers) = workload.value.kind,
        !prefixes.contains(watchers.prefix)
      else { continue }
      reader.fail(
        "workload", "'\(workload.name)' watches '\(watchers.prefix)', which no etcd-clients use",
        hint: "prefixes: " + prefixes.joined(separator: ", "))
    }
    checkTrainingPools(&reader)
    checkTaints(&reader)
    let workloadNames = workloads.map(\.name)
    let podWorkloads = workloads.filter { $0.value.podTemplate != nil }.map(\.name)
    let targets =
      workloads.compactMap { workload in workload.value.podsOf.map { (workload.name, $0) } }
      + clusters.compactMap { cluster in cluster.value.dns.map { ("dns", $0.servers) } }
    for (user, name) in targets where !podWorkloads.contains(name) {
      reader.fail(
        "workload", "'\(user)' names the workload '\(name)', which makes no pods",
        hint: "workloads with pods: " + podWorkloads.joined(separator: ", "))
    }
    for fault in faults {
      guard let name = fault.value.cluster, !clusterNames.contains(name) else { continue }
      reader.fail(
        "faults", "'\(fault.name)' names the cluster '\(name)', which does not exist",
        hint: "clusters: " + clusterNames.joined(separator: ", "))
    }
    checkDownloads(&reader)
    for entry in timeline {
      if let name = entry.cluster, !clusterNames.contains(name) {
        reader.fail(
          "timeline", "no cluster is called '\(name)'",
          hint: "clusters: " + clusterNames.joined(separator: ", "))
      }
      if case .setServer(let replica, _) = entry.action,
        let cluster = clusters.first(where: { $0.name == entry.cluster ?? "main" }),
        replica >= cluster.value.apiServer.replicas
      {
        reader.fail(
          "timeline", "the cluster has \(cluster.value.apiServer.replicas) API servers",
          hint: "replicas are numbered from 0")
      }
      checkStore(of: entry, &reader)
      if let name = entry.action?.workload, !workloadNames.contains(name) {
        reader.fail(
          "timeline", "no workload is called '\(name)'",
          hint: "workloads: " + workloadNames.joined(separator: ", "))
      }
    }
  }
}

extension WorldConfiguration {
  /// A gang of machines needs a standalone pool that has as many.
  private func checkTrainingPools(_ reader: inout SectionReader) {
    for workload in workloads {
      guard case .trainingJobs(let jobs) = workload.value.kind, let machines = jobs.machines,
        let cluster = clusters.first(where: { $0.name == workload.value.cluster ?? "main" }),
        let pool = cluster.value.nodePools.first(where: { $0.name == machines.pool.name })
      else { continue }
      if !pool.value.isStandalone {
        reader.fail(
          "workload", "'\(workload.name)' takes machines of '\(pool.name)', which runs pods",
          hint: "set 'standalone: true' for the pool, or give the job 'pods'")
      }
      let most = pool.value.maxCount ?? pool.value.count
      if machines.count > most {
        reader.fail(
          "workload",
          "'\(workload.name)' needs \(machines.count) machines, '\(pool.name)' has \(most)")
      }
    }
  }

  /// Those who share a disk agree on its type, and an image disk has one.
  private func checkHostDisks(_ reader: inout SectionReader) {
    for cluster in clusters {
      var types: [String: String] = [:]
      var sharers: [(hostDisk: String, type: String?, who: String)] = []
      for store in cluster.value.stores {
        guard let name = store.value.hostDisk else { continue }
        sharers.append((name, store.value.disk.name, "store '\(store.name)'"))
      }
      for workload in workloads where (workload.value.cluster ?? "main") == cluster.name {
        guard case .diskWriter(let writer) = workload.value.kind, let name = writer.hostDisk
        else { continue }
        sharers.append((name, writer.disk.name, "workload '\(workload.name)'"))
      }
      for pool in cluster.value.nodePools {
        guard let name = pool.value.hostDisk else { continue }
        let machine = machines.first { $0.name == pool.value.machine.name }
        let type = cluster.value.kubelet.images.dataRoot ?? machine?.value.disk
        sharers.append((name, type?.name, "node pool '\(pool.name)'"))
      }
      for sharer in sharers {
        guard let type = sharer.type else {
          reader.fail(
            "nodePools", "\(sharer.who) extracts images to '\(sharer.hostDisk)' of no disk type",
            hint: "state 'kubelet.data-root', or 'disk' of its machine")
          continue
        }
        let known = types[sharer.hostDisk] ?? type
        types[sharer.hostDisk] = known
        if known != type {
          reader.fail(
            "etcd", "'\(sharer.hostDisk)' is of type '\(known)' and, for \(sharer.who), '\(type)'")
        }
      }
    }
  }

  /// Who downloads needs a way to the Internet.
  private func checkDownloads(_ reader: inout SectionReader) {
    for workload in workloads {
      guard case .downloads = workload.value.kind,
        let cluster = clusters.first(where: { $0.name == workload.value.cluster ?? "main" }),
        cluster.value.fabric?.internet == nil
      else { continue }
      reader.fail(
        "workload", "'\(workload.name)' downloads, but its cluster has no link to the Internet",
        hint: "add 'fabric: { internet: { bandwidth: ... } }' to the cluster")
    }
  }

  /// A taint that a workload waits for or takes away is one of the pools'.
  private func checkTaints(_ reader: inout SectionReader) {
    let known = clusters.flatMap(\.value.nodePools).flatMap(\.value.taints)
    let taints = known.compactMap { PoolTaint($0) }
    // A variant without taints is one without whoever waits for them.
    guard !taints.isEmpty else { return }
    for workload in workloads {
      var named = [workload.value.podTemplate?.gpuTest?.removesTaint]
      if case .daemonSet(let set) = workload.value.kind { named.append(set.whileTainted) }
      for name in named.compactMap({ $0 })
      where !taints.contains(where: { $0.isTolerated(by: name) }) {
        reader.fail(
          "workload", "'\(workload.name)' names the taint '\(name)', which no pool has",
          hint: "taints: " + known.joined(separator: ", "))
      }
    }
  }

  /// An action on an etcd cluster names one that exists, and one of its members.
  private func checkStore(of entry: TimelineConfiguration, _ reader: inout SectionReader) {
    guard case .store(let name, let action) = entry.action,
      let cluster = clusters.first(where: { $0.name == entry.cluster ?? clusters[0].name })
    else { return }
    guard let store = cluster.value.stores.first(where: { $0.name == name }) else {
      reader.fail(
        "timeline", "no store is called '\(name)'",
        hint: "stores: " + cluster.value.stores.map(\.name).joined(separator: ", "))
      return
    }
    if let member = action.member, member.index >= store.value.members {
      reader.fail(
        "timeline", "store '\(name)' has no member \(member.index)",
        hint: "its members are 0 to \(store.value.members - 1)")
    }
  }

  /// Knobs that no mechanism reads: where the clients of an open load run is known and costs nothing so
  /// far.
  var knobsWithoutMechanism: [KnobPath] {
    let locations = workloads.compactMap { workload -> KnobPath? in
      guard case .requests(let load) = workload.value.kind else { return nil }
      return load.path.appending(RequestLoadConfiguration.location.name)
    }
    // Pods' traffic is shaped where it leads over a fabric.
    let shaping = workloads.filter { workload in
      clusters.first { $0.name == workload.value.cluster ?? "main" }?.value.fabric == nil
    }.flatMap { workload in
      workload.value.podsPath.map { path in
        [
          path.appending(PodTemplateConfiguration.ingressBandwidth.name),
          path.appending(PodTemplateConfiguration.egressBandwidth.name),
        ]
      } ?? []
    }
    return locations + shaping + acceleratorKnobsWithoutMechanism
  }

  /// What the cloud knows of the pools, by cluster.
  var cloudPools: [[Cloud.Pool]] {
    clusters.map { cluster in
      cluster.value.nodePools.map { pool in
        let machine = machines.first { $0.name == pool.value.machine.name }?.value ?? .unnamed
        return Cloud.Pool(
          bootTime: pool.value.bootTime.seconds, cores: machine.cpu, quota: pool.value.quotaCores,
          used: machine.cpu * pool.value.count, path: pool.value.path)
      }
    }
  }

  /// Names of the NAT gateways, in the order in which the pools name them.
  var natGateways: [String] {
    var names: [String] = []
    for pool in clusters.flatMap(\.value.nodePools) {
      if let name = pool.value.natGateway, !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// Machine, disk, image and registry types that nothing refers to: their knobs cannot have an influence.
  var unreferencedTypes: [KnobPath] {
    var machineNames: Set<String> = []
    var diskNames: Set<String> = []
    var imageNames: Set<String> = []
    for cluster in clusters.map(\.value) {
      machineNames.formUnion(cluster.nodePools.map(\.value.machine.name))
      machineNames.formUnion(cluster.stores.compactMap(\.value.machine?.name))
      if let machine = cluster.scheduler.machine { machineNames.insert(machine.name) }
      if let machine = cluster.apiServer.machine { machineNames.insert(machine.name) }
      if let machine = cluster.prometheus?.machine { machineNames.insert(machine.name) }
      diskNames.formUnion(cluster.stores.map(\.value.disk.name))
      if let disk = cluster.kubelet.images.dataRoot { diskNames.insert(disk.name) }
      imageNames.formUnion(cluster.nodePools.flatMap(\.value.preloadedImages).map(\.name))
      if let image = cluster.kubelet.images.infraImage { imageNames.insert(image.name) }
    }
    for workload in workloads {
      if let template = workload.value.podTemplate { imageNames.insert(template.image.name) }
      if case .diskWriter(let writer) = workload.value.kind { diskNames.insert(writer.disk.name) }
    }
    diskNames.formUnion(
      machines.filter { machineNames.contains($0.name) }.compactMap(\.value.disk?.name))
    let cycleNames = Set(
      workloads.compactMap { workload -> String? in
        guard case .jobs(let jobs) = workload.value.kind else { return nil }
        return jobs.cycle?.name
      })
    let registryNames = Set(
      images.filter { imageNames.contains($0.name) }.compactMap(\.value.registry?.name))
    return machines.filter { !machineNames.contains($0.name) }.map(\.value.path)
      + cycles.filter { !cycleNames.contains($0.name) }.map(\.value.path)
      + disks.filter { !diskNames.contains($0.name) }.map(\.value.path)
      + images.filter { !imageNames.contains($0.name) }.map(\.value.path)
      + registries.filter { !registryNames.contains($0.name) }.map(\.value.path)
  }
}
