// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// Everything that can happen to the kubelets' pod workers.
package enum KubeletEvent: BitwiseCopyable, Codable, Sendable {
  /// The sandbox of a pod is made.
  case sandboxReady(PodID, UInt32)
  /// A pull on the node may have ended.
  case pullEnds(NodeID, UInt32)
  /// A pod's container has started.
  case containerStarted(PodID, UInt32)
  /// A pod's work is done.
  case workDone(PodID, UInt32)
  /// The machine is gone and everything on it.
  case machineStopped(NodeID)
  /// The kubelet has joined (again) and lists the pods that are bound to it.
  case joined(NodeID)
}

/// The pod workers of all kubelets: sandbox, image, container, status.
///
/// A pod: seen as bound → sandbox → image (in the cache, or pulled after those before it) → container
/// started → status Running written → work done → status Succeeded written.
package struct Kubelets: Codable, Sendable {
  private let path: KnobPath
  private let usesNodeLease: Bool
  private let classes: KubeletClasses
  /// Bytes per second of one image's download and of one core's decompression.
  private let downloadRate: Double
  private let decompressionRate: Double
  /// Bytes that extraction writes before it waits for the disk.
  private let extractionWriteBytes: Double
  private var pulls: ImagePulls
  private let images: [Image]
  /// Time to extract a byte, by pool: the image disk binds, or decompression.
  private let extraction: [ImageDisk]
  private let sandbox: Distribution
  private let container: Distribution
  private let stream: StreamID
  private let pullDuration: HistogramID
  private let startDuration: [HistogramID]
  private let phaseCounts: [GaugeID]

  /// - Parameters:
  ///   - workloads: names of the workloads, for the label of the start latency.
  package init(
    _ configuration: KubeletConfiguration, classes: KubeletClasses, images: [Image],
    imageDisks: [ImageDisk], workloads: [String], _ context: inout ClusterContext
  ) {
    path = configuration.path
    usesNodeLease = configuration.usesNodeLease
    self.classes = classes
    downloadRate = configuration.downloadRate.bytesPerSecond
    decompressionRate = configuration.decompressionRate.bytesPerSecond
    extractionWriteBytes = Double(configuration.extractionWriteBytes.bytes)
    self.images = images
    extraction = imageDisks
    pulls = ImagePulls(
      parallel: configuration.serializeImagePulls ? 1 : configuration.maxParallelImagePulls)
    sandbox = configuration.sandboxStart.seconds
    container = configuration.containerStart.seconds
    stream = context.streams.stream("kubelet/containers")
    pullDuration = context.instruments.histogram(
      .kubeletRuntimeOperations, [MetricLabel("operation_type", "pull_image")])
    startDuration = workloads.map {
      context.instruments.histogram(.podStart, [MetricLabel("workload", $0)])
    }
    phaseCounts = PodPhase.allCases.map {
      context.instruments.gauge(.podPhase, [MetricLabel("phase", $0.name)])
    }
    for gauge in phaseCounts { context.instruments.set(0, gauge, at: .zero) }
  }

  package mutating func handle(
    _ event: KubeletEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .sandboxReady(let pod, let incarnation):
      guard isCurrent(pod, incarnation, context) else { return }
      ensureImage(of: pod, &context, &agenda)
    case .pullEnds(let node, let number): finishPulls(node, number, &context, &agenda)
    case .containerStarted(let pod, let incarnation):
      guard isCurrent(pod, incarnation, context) else { return }
      run(pod, &context, &agenda)
    case .workDone(let pod, let incarnation):
      guard isCurrent(pod, incarnation, context) else { return }
      report(pod, .succeeded, &context, &agenda)
      leave(pod, context.pods[pod].storedNode, &context)
    case .machineStopped(let node): stop(node, &context, &agenda)
    case .joined(let node): takeOver(node, &context, &agenda)
    }
  }

  /// A pod has changed in the API.
  package mutating func observed(
    _ change: ObjectChange, _ pod: PodID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    let node = row.storedNode
    guard node != .none, context.nodes[node].machineIsUp else { return }
    if change == .deleted {
      guard row.isOnKubelet else { return }
      record(.killing, pod, context, &agenda)
      kill(pod, on: node, &context, &agenda)
    } else if !row.isOnKubelet, row.localPhase == .pending, row.storedPhase == .pending {
      begin(pod, on: node, &context, &agenda)
    }
  }

  /// Starts to work for a pod.
  private func begin(
    _ pod: PodID, on node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    context.pods[pod].isOnKubelet = true
    context.pods[pod].nextOnNode = context.nodes[node].firstPod
    context.nodes[node].firstPod = pod
    let delay = SimDuration(roundingSeconds: sandbox.sample(&context.streams[stream]))
    schedule(
      .sandboxReady(pod, context.pods[pod].incarnation), after: delay, context, &agenda)
  }

  /// A kubelet that comes back finds the pods that are still bound to its node and starts their
  /// containers anew (pod spec `restartPolicy: OnFailure`); what they had computed is lost.
  private func takeOver(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard context.nodes[node].podCount > 0 else { return }
    for pod in context.pods.ids {
      let row = context.pods[pod]
      guard row.storedNode == node, row.exists, !row.isOnKubelet, !row.isBeingDeleted,
        row.storedPhase < .succeeded, row.localPhase != .succeeded
      else { continue }
      context.pods[pod].localPhase = .pending
      begin(pod, on: node, &context, &agenda)
    }
  }

  /// A status write has ended; the status manager tries again until it is stored.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    let pod = PodID(rawValue: row.subject)
    guard outcome != .ok, context.nodes[row.origin].machineIsUp, context.pods[pod].exists
    else { return }
    context.request(
      classes.patchPodStatus, subject: row.subject, object: row.object, payload: row.payload,
      origin: row.origin, &agenda)
  }

  private func isCurrent(
    _ pod: PodID, _ incarnation: UInt32, _ context: borrowing ClusterContext
  ) -> Bool {
    context.pods[pod].isOnKubelet && context.pods[pod].incarnation == incarnation
  }

  // MARK: Images

  private mutating func ensureImage(
    of pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    let node = row.storedNode
    if context.nodes[node].has(row.image) {
      record(.pulled, pod, context, &agenda)
      startContainer(pod, &context, &agenda)
      return
    }
    record(.pulling, pod, context, &agenda)
    let disk = extraction[context.nodes[node].pool.index]
    let rate = extractionRate(disk)
    let sharing = disk.bytesPerSecond.map { max(1, $0 / rate) } ?? 65_535
    let next = pulls.request(
      row.image, for: pod, on: node, work: pullTime(of: pod, context),
      sharing: min(sharing, 65_535), at: agenda.now, &context.nodes)
    announce(next, on: node, context, &agenda)
  }

  /// Bytes per second at which one image is extracted: layers come one after the other, each write
  /// waits for the disk.
  private func extractionRate(_ disk: ImageDisk) -> Double {
    var rate = decompressionRate
    if let latency = disk.writeLatency {
      rate = min(rate, extractionWriteBytes / latency)
    }
    if let limit = disk.bytesPerSecond { rate = min(rate, limit) }
    return rate
  }

  /// Download and extraction of a pod's image when nothing else runs on the node.
  private func pullTime(
    of pod: PodID, _ context: borrowing ClusterContext
  ) -> SimDuration {
    let bytes = Double(images[context.pods[pod].image.index].bytes)
    let disk = extraction[context.nodes[context.pods[pod].storedNode].pool.index]
    return SimDuration(
      roundingSeconds: bytes / downloadRate
        + bytes / extractionRate(disk))
  }

  private func announce(
    _ next: ImagePulls.Announcement?, on node: NodeID, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard let next else { return }
    agenda.schedule(
      .kubelet(.pullEnds(node, next.number)), in: context.cluster, at: next.time)
  }

  private mutating func finishPulls(
    _ node: NodeID, _ number: UInt32, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard pulls.isCurrent(number, on: node, context.nodes) else { return }
    while let pod = pulls.finished(on: node, at: agenda.now, context.nodes) {
      // Whoever waited behind a pull of the same image has pulled nothing.
      if !context.nodes[node].has(context.pods[pod].image) {
        context.nodes[node].keep(context.pods[pod].image)
        context.instruments.record(
          pullTime(of: pod, context), in: pullDuration, at: agenda.now)
      }
      if context.pods[pod].isOnKubelet {
        record(.pulled, pod, context, &agenda)
        startContainer(pod, &context, &agenda)
      }
    }
    let next = pulls.proceed(on: node, at: agenda.now, &context.nodes)
    announce(next, on: node, context, &agenda)
  }

  // MARK: Containers

  private func startContainer(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let delay = SimDuration(roundingSeconds: container.sample(&context.streams[stream]))
    schedule(
      .containerStarted(pod, context.pods[pod].incarnation), after: delay, context, &agenda)
  }

  private func run(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    context.pods[pod].started = now
    record(.created, pod, context, &agenda)
    record(.started, pod, context, &agenda)
    let row = context.pods[pod]
    context.instruments.record(
      now - row.created, in: startDuration[row.workload.index], at: now)
    report(pod, .running, &context, &agenda)
    agenda.send(.jobs(.podStarted(pod)), in: context.cluster)
  }

  /// Has the kubelet record an Event about one of its pods.
  private func record(
    _ reason: EventReason, _ pod: PodID, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.send(.eventRecorder(.recordForPod(reason, pod)), in: context.cluster)
  }

  /// Tells the API of the pod's phase.
  private func report(
    _ pod: PodID, _ phase: PodPhase, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    setLocalPhase(pod, phase, &context, agenda.now)
    context.request(
      classes.patchPodStatus, subject: pod.rawValue, object: pod.rawValue,
      payload: UInt64(phase.rawValue), origin: context.pods[pod].storedNode, &agenda)
  }

  private func setLocalPhase(
    _ pod: PodID, _ phase: PodPhase, _ context: inout ClusterContext, _ now: SimTime
  ) {
    let old = context.pods[pod].localPhase
    context.pods[pod].localPhase = phase
    if old == .running {
      context.instruments.adjust(phaseCounts[Int(old.rawValue)], by: -1, at: now)
    }
    if phase == .running {
      context.instruments.adjust(phaseCounts[Int(phase.rawValue)], by: 1, at: now)
    }
  }

  private func kill(
    _ pod: PodID, on node: NodeID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    lose(pod, &context, &agenda)
    leave(pod, node, &context)
  }

  /// A pod ends before its work is done: what it has computed is lost.
  private func lose(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    if context.pods[pod].localPhase == .running {
      setLocalPhase(pod, .failed, &context, agenda.now)
      agenda.send(.jobs(.podLost(pod)), in: context.cluster)
    }
    context.pods[pod].isOnKubelet = false
    context.pods[pod].incarnation &+= 1
  }

  /// Takes a pod off its node's list.
  private func leave(_ pod: PodID, _ node: NodeID, _ context: inout ClusterContext) {
    context.pods[pod].isOnKubelet = false
    let next = context.pods[pod].nextOnNode
    context.pods[pod].nextOnNode = .none
    if context.nodes[node].firstPod == pod {
      context.nodes[node].firstPod = next
      return
    }
    var current = context.nodes[node].firstPod
    while current != .none {
      if context.pods[current].nextOnNode == pod {
        context.pods[current].nextOnNode = next
        return
      }
      current = context.pods[current].nextOnNode
    }
  }

  private mutating func stop(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    pulls.close(node, &context.nodes)
    var pod = context.nodes[node].firstPod
    context.nodes[node].firstPod = .none
    while pod != .none {
      let next = context.pods[pod].nextOnNode
      context.pods[pod].nextOnNode = .none
      lose(pod, &context, &agenda)
      pod = next
    }
  }

  private func schedule(
    _ event: KubeletEvent, after delay: SimDuration, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(.kubelet(event), in: context.cluster, at: agenda.now + delay)
  }
}

/// An image as the kubelets see it.
package struct Image: Codable, Sendable {
  package var name: String
  package var bytes: Int64
}

/// The disk that images of a pool's nodes are extracted to.
package struct ImageDisk: Codable, Sendable {
  /// Mean write latency in seconds; `nil` without a disk.
  package var writeLatency: Double?
  package var bytesPerSecond: Double?
}

/// The requests of the pod workers.
package struct KubeletClasses: Codable, Sendable {
  package var patchPodStatus: RequestClassID
}

extension Kubelets {
  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = KubeletConfiguration
    let hasNodes = context.nodes.count > 0
    let pulled = context.instruments.distribution(of: pullDuration).count > 0
    let started = startDuration.contains { context.instruments.distribution(of: $0).count > 0 }
    idle.add(
      [
        Knobs.usesNodeLease.name, Knobs.nodeStatusBytes.name, Knobs.heartbeatTimeout.name,
        Knobs.statusUpdateRetry.name,
      ], in: path, unless: hasNodes)
    idle.add([Knobs.statusUpdateFrequency.name], in: path, unless: hasNodes && !usesNodeLease)
    idle.add(
      [
        Knobs.statusReportFrequency.name, Knobs.leaseRenewInterval.name, Knobs.leaseBytes.name,
      ], in: path, unless: hasNodes && usesNodeLease)
    idle.add(
      [
        Knobs.serializeImagePulls.name, Knobs.maxParallelImagePulls.name, Knobs.dataRoot.name,
        Knobs.downloadRate.name, Knobs.decompressionRate.name, Knobs.extractionWriteBytes.name,
      ], in: path, unless: pulled)
    idle.add(
      [
        Knobs.sandboxStart.name, Knobs.containerStart.name, Knobs.apiQPS.name,
        Knobs.apiBurst.name, Knobs.podBytes.name,
      ], in: path, unless: started)
  }
}
