// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Scenario
import Stochastics

/// The requests that the parts of a cluster make, and the parts that are little more than them.
extension ClusterBuilder {
  mutating func declareHeartbeats() -> HeartbeatClasses {
    let kubelet = configuration.kubelet
    let nodes = context.builtin.nodes
    let bytes = Int(kubelet.nodeStatusBytes.bytes)
    let isHeartbeat = !kubelet.usesNodeLease
    func heartbeat(_ requestClass: inout RequestClass) {
      requestClass.clientTimeout = kubelet.heartbeatTimeout
      requestClass.location = .node
    }
    return HeartbeatClasses(
      readFromCache: declare("kubelet-heartbeat", .heartbeats, .get, nodes, bytes: bytes) {
        heartbeat(&$0)
        $0.readSource = .cache
      },
      readFromStore: declare("kubelet-heartbeat-retry", .heartbeats, .get, nodes, bytes: bytes) {
        heartbeat(&$0)
      },
      patchStatus: declare("kubelet-heartbeat", .heartbeats, .patch, nodes, bytes: bytes) {
        heartbeat(&$0)
        $0.effect = isHeartbeat ? .heartbeat : .none
      },
      renewLease: declare(
        "kubelet-heartbeat", .heartbeats, .update, context.builtin.leases,
        bytes: Int(kubelet.leaseBytes.bytes)
      ) {
        heartbeat(&$0)
        $0.effect = .heartbeat
      })
  }

  mutating func declareJoins() -> NodeClasses {
    let bytes = Int(configuration.kubelet.nodeStatusBytes.bytes)
    var reads: [(resource: String, id: RequestClassID)] = []
    let joinReads = configuration.nodePools.map { pool -> RequestClassID in
      let name = pool.value.joinResource
      if let known = reads.first(where: { $0.resource == name }) { return known.id }
      let resource = resource(name)
      let id = declare(
        "kubelet-join", .nodes, .list, resource, bytes: objectBytes(of: resource)
      ) {
        $0.readSource = .cache
        $0.location = .node
        $0.clientTimeout = .seconds(60)
      }
      reads.append((name, id))
      return id
    }
    return NodeClasses(
      joinReads: joinReads,
      register: declare("kubelet-join", .nodes, .create, context.builtin.nodes, bytes: bytes) {
        $0.location = .node
        $0.clientTimeout = .seconds(60)
        $0.effect = .registration
      })
  }

  mutating func makeKubelets() -> Kubelets {
    let kubelet = configuration.kubelet
    let getPod = declare(
      "kubelet", .kubelet, .get, context.builtin.pods, bytes: Int(kubelet.podBytes.bytes)
    ) {
      $0.location = .node
      $0.clientTimeout = .seconds(60)
      $0.rateLimit = ClientRateLimit(qps: kubelet.apiQPS.perSecond, burst: kubelet.apiBurst)
      $0.rateLimitPerNode = true
    }
    let patch = declare(
      "kubelet", .kubelet, .patch, context.builtin.pods, bytes: Int(kubelet.podBytes.bytes)
    ) {
      $0.location = .node
      $0.clientTimeout = .seconds(60)
      $0.rateLimit = ClientRateLimit(qps: kubelet.apiQPS.perSecond, burst: kubelet.apiBurst)
      $0.rateLimitPerNode = true
      $0.effect = .podPhase
    }
    let configMap = declare(
      "kubelet", .kubelet, .get, resource("configmaps"), bytes: 1_000
    ) {
      $0.location = .node
      $0.clientTimeout = .seconds(60)
      $0.rateLimit = ClientRateLimit(qps: kubelet.apiQPS.perSecond, burst: kubelet.apiBurst)
      $0.rateLimitPerNode = true
    }
    return Kubelets(
      kubelet,
      classes: KubeletClasses(getPod: getPod, patchPodStatus: patch, getConfigMap: configMap),
      pulls: makePulls(), layerWrites: makeLayerWrites(),
      infraImage: kubelet.images.infraImage.flatMap { imageNumbers[$0.name] },
      gateways: makeGateways(), workloads: world.workloads.map(\.name), &context)
  }

  private func makePulls() -> ImagePulls {
    let manager = configuration.kubelet.images
    let images = world.images.map { image in
      let registry = world.registries.firstIndex { $0.name == image.value.registry?.name }
      let layers = image.value.layers.isEmpty ? [image.value.size] : image.value.layers
      return Image(
        name: image.name, layers: layers.map(\.bytes), registry: registry.map { RegistryID($0) })
    }
    let speeds = pools.map { pool in
      let disk = self.disk(manager.dataRoot ?? pool.machine.disk)
      return PullSpeeds(
        manager, card: pool.machine.networkBandwidth.bytesPerSecond,
        writeLatency: disk?.writeLatency.seconds.mean, disk: disk?.bandwidth?.bytesPerSecond,
        sharesDisk: hostDisk(of: pool.name) != nil && disk != nil)
    }
    return ImagePulls(PullLimits(manager), speeds: speeds, images: images)
  }

  private mutating func makeLayerWrites() -> LayerWrites {
    let manager = configuration.kubelet.images
    let targets = pools.map { pool -> LayerWrites.Target? in
      guard let name = hostDisk(of: pool.name),
        let disk = disk(manager.dataRoot ?? pool.machine.disk)
      else { return nil }
      return LayerWrites.Target(name: name, unused: Disk(disk))
    }
    return LayerWrites(manager, targets: targets, &context)
  }

  private func hostDisk(of pool: String) -> String? {
    configuration.nodePools.first { $0.name == pool }?.value.hostDisk
  }

  /// The NAT gateway of each pool.
  private func makeGateways() -> [NATGatewayID] {
    let names = world.natGateways
    return configuration.nodePools.map { pool in
      names.firstIndex { $0 == pool.value.natGateway }.map { NATGatewayID($0) } ?? .none
    }
  }

  mutating func makeScheduler() -> Scheduler {
    let scheduler = configuration.scheduler
    let bucket = context.clientBuckets.count
    let bind = declare(
      "kube-scheduler", .scheduler, .create, context.builtin.pods,
      bytes: Int(configuration.kubelet.podBytes.bytes)
    ) {
      $0.rateLimit = ClientRateLimit(qps: scheduler.apiQPS.perSecond, burst: scheduler.apiBurst)
      $0.sharedBucket = bucket
      $0.clientTimeout = .seconds(60)
      $0.effect = .binding
    }
    context.classNames[bind.index] = "kube-scheduler binding"
    context.clientBuckets.append(.zero)
    let evict = declare(
      "kube-scheduler", .scheduler, .delete, context.builtin.pods,
      bytes: Int(configuration.kubelet.podBytes.bytes)
    ) {
      $0.rateLimit = ClientRateLimit(qps: scheduler.apiQPS.perSecond, burst: scheduler.apiBurst)
      $0.sharedBucket = bucket
      $0.clientTimeout = .seconds(60)
    }
    let capacities = pools.map { NodeCapacity($0.machine) }
    return Scheduler(
      scheduler, machine: scheduler.machine.map { machine($0) },
      classes: SchedulerClasses(bind: bind, deletePod: evict), capacities: capacities,
      zones: pools.map(\.zone), taintEffects: TaintEffects(pools: poolTaints),
      imageBytes: world.images.map(\.value.size.bytes), &context)
  }

  /// The requests that write Events: a controller's share the bucket of its client, the scheduler and the
  /// kubelets have a second client for them (cmd/kube-scheduler/app, cmd/kubelet/app: `eventClient`).
  mutating func makeEventRecorder() -> EventRecorder {
    let recording = configuration.eventRecording
    let scheduler = configuration.scheduler
    let timeToLive = configuration.apiServer.eventTTL
    let controllerLimit = controllerLimit()
    let bytes = Int(recording.objectBytes.bytes)
    func event(_ requestClass: inout RequestClass) {
      requestClass.clientTimeout = .seconds(60)
      requestClass.timeToLive = timeToLive
    }
    let events = context.builtin.events
    let classes = EventRecorderClasses(
      scheduler: declare("kube-scheduler", .eventRecorder, .create, events, bytes: bytes) {
        event(&$0)
        $0.component = .scheduler
        $0.rateLimit = ClientRateLimit(
          qps: scheduler.apiQPS.perSecond, burst: scheduler.apiBurst)
      },
      controllers: ControllerKind.allCases.map { controller in
        declare(controller.clientName, .eventRecorder, .create, events, bytes: bytes) {
          event(&$0)
          $0.component = .controllerManager
          $0.rateLimit = controllerLimit
          $0.sharedBucket = Int(controller.rawValue)
        }
      },
      kubelet: declare("kubelet", .eventRecorder, .create, events, bytes: bytes) {
        event(&$0)
        $0.location = .node
      })
    return EventRecorder(recording, classes: classes, &context)
  }

  mutating func makeClusterAutoscaler() -> ClusterAutoscaler? {
    guard let autoscaler = configuration.clusterAutoscaler else { return nil }
    let nodeBytes = Int(configuration.kubelet.nodeStatusBytes.bytes)
    let bucket = context.clientBuckets.count
    context.clientBuckets.append(.zero)
    func client(_ requestClass: inout RequestClass) {
      requestClass.rateLimit = ClientRateLimit(
        qps: autoscaler.apiQPS.perSecond, burst: autoscaler.apiBurst)
      requestClass.sharedBucket = bucket
      requestClass.clientTimeout = .seconds(60)
    }
    let nodes = context.builtin.nodes
    let classes = ClusterAutoscalerClasses(
      taintNode: declare(
        "cluster-autoscaler", .clusterAutoscaler, .patch, nodes, bytes: nodeBytes, configure: client
      ),
      evictPod: declare(
        "cluster-autoscaler", .clusterAutoscaler, .delete, context.builtin.pods,
        bytes: Int(configuration.kubelet.podBytes.bytes), configure: client),
      deleteNode: declare(
        "cluster-autoscaler", .clusterAutoscaler, .delete, nodes, bytes: nodeBytes,
        configure: client))
    return ClusterAutoscaler(autoscaler, classes: classes, pools: pools, &context)
  }

  mutating func makeAutoscaler() -> Autoscaler? {
    guard let autoscaler = configuration.autoscaler else { return nil }
    let nodeBytes = Int(configuration.kubelet.nodeStatusBytes.bytes)
    let podBytes = Int(configuration.kubelet.podBytes.bytes)
    let classes = AutoscalerClasses(
      listNodes: declare(
        "autoscaler", .autoscaler, .list, context.builtin.nodes, bytes: nodeBytes
      ) { $0.clientTimeout = .seconds(60) },
      listPods: declare(
        "autoscaler", .autoscaler, .list, context.builtin.pods, bytes: podBytes
      ) { $0.clientTimeout = .seconds(60) },
      deleteNode: declare(
        "autoscaler", .autoscaler, .delete, context.builtin.nodes, bytes: nodeBytes
      ) { $0.clientTimeout = .seconds(60) })
    return Autoscaler(autoscaler, classes: classes, pools: pools, &context)
  }
}
