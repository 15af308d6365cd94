// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// Everything that can happen to the kubelets' pod workers.
package enum KubeletEvent: BitwiseCopyable, Codable, Sendable {
  /// The sandbox of a pod is made.
  case sandboxReady(PodID, UInt32)
  /// Something may have happened to the pulls of the node.
  case pullsDue(NodeID, UInt32)
  /// The registry has let a pull of the node in, or not.
  case pullGranted(NodeID, UInt32)
  case pullRefused(NodeID, UInt32)
  /// A pod whose pull had failed asks for its image again.
  case pullAgain(PodID, UInt32)
  /// A pod's container has exited with an error; its kubelet has seen that.
  case containerExited(PodID, UInt32)
  case exitSeen(PodID, UInt32)
  /// The kubelet has seen that a pod's container runs, or has ended for good.
  case startSeen(PodID, UInt32)
  case endSeen(PodID, UInt32)
  /// The status manager tries again what has failed.
  case statusRound(NodeID)
  /// A pod whose sandbox could not be made tries again.
  case sandboxAgain(PodID, UInt32)
  /// A pod's container has started.
  case containerStarted(PodID, UInt32)
  /// A pod's work is done.
  case workDone(PodID, UInt32)
  /// A pod's container has ended with an error (`restartPolicy: Never`).
  case workFailed(PodID, UInt32)
  /// The machine is gone and everything on it.
  case machineStopped(NodeID)
  /// The kubelet has joined (again) and lists the pods that are bound to it.
  case joined(NodeID)
  /// A piece of a layer is on a shared disk, or decompressed.
  case layerDue(UInt32)
}

/// The pod workers of all kubelets: sandbox, image, container, status.
///
/// A pod: seen as bound → sandbox → image (in the cache, or pulled after those before it) → container
/// started → seen at the next look at the runtime → status Running written → work done → seen →
/// status Succeeded written.
package struct Kubelets: Codable, Sendable {
  let path: KnobPath
  let usesNodeLease: Bool
  let classes: KubeletClasses
  var pulls: ImagePulls
  var layerWrites: LayerWrites
  /// Image of the sandbox that is pulled before a node's first, if it is not part of the machine.
  let infraImage: ImageID?
  /// NAT gateway of each pool.
  let gateways: [NATGatewayID]
  private let sandbox: Distribution
  private let container: Distribution
  let stream: StreamID
  let imageMetrics: ImageMetrics
  let clock: RelistClock
  let relistsOnDemand: Bool
  let isSerial: Bool
  let writesEveryStatus: Bool
  let statusFailures: CounterID
  /// By workload.
  let restarts: [CounterID]
  /// Pods whose volumes are not there yet, and how many are missing.
  var volumeWaits: [VolumeWait] = []
  private let startDuration: [HistogramID]
  let startTotal: [HistogramID]
  private let phaseCounts: [GaugeID]

  /// - Parameters:
  ///   - workloads: names of the workloads, for the label of the start latency.
  package init(
    _ configuration: KubeletConfiguration, classes: KubeletClasses, pulls: ImagePulls,
    layerWrites: LayerWrites,
    infraImage: ImageID?, gateways: [NATGatewayID], workloads: [String],
    _ context: inout ClusterContext
  ) {
    path = configuration.path
    usesNodeLease = configuration.usesNodeLease
    context.podStarts.declare(workloads: workloads)
    self.classes = classes
    self.pulls = pulls
    self.layerWrites = layerWrites
    self.infraImage = infraImage
    self.gateways = gateways
    sandbox = configuration.sandboxStart.seconds
    container = configuration.containerStart.seconds
    stream = context.streams.stream("kubelet/containers")
    let luck = context.streams.stream("kubelet/phase")
    clock = RelistClock(
      period: configuration.relistPeriod, timePerPod: configuration.relistTimePerPod,
      offset: context.streams[luck].next())
    relistsOnDemand = configuration.relistsOnDemand
    isSerial = configuration.images.serializeImagePulls
    writesEveryStatus = configuration.statusUpdates == .queued
    statusFailures = context.instruments.counter(.podStatusFailures)
    restarts = workloads.map {
      context.instruments.counter(.containerRestarts, [MetricLabel("workload", $0)])
    }
    imageMetrics = ImageMetrics(
      workloads: workloads, images: pulls.images.map(\.name), &context.instruments)
    startDuration = workloads.map {
      context.instruments.histogram(.podStart, [MetricLabel("workload", $0)])
    }
    startTotal = workloads.map {
      context.instruments.histogram(.podStartTotal, [MetricLabel("workload", $0)])
    }
    phaseCounts = PodPhase.allCases.map {
      context.instruments.gauge(.podPhase, [MetricLabel("phase", $0.name)])
    }
    for gauge in phaseCounts { context.instruments.set(0, gauge, at: .zero) }
    context.instruments.trace(phaseCounts[Int(PodPhase.running.rawValue)])
  }

  package mutating func handle(
    _ event: KubeletEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .sandboxReady(let pod, let incarnation):
      guard isCurrent(pod, incarnation, context) else { return }
      ensureImage(of: pod, &context, &agenda)
    case .pullsDue(let node, let number): advancePulls(node, number, &context, &agenda)
    case .pullGranted(let node, let number):
      answerPull(number, isGranted: true, on: node, &context, &agenda)
    case .pullRefused(let node, let number):
      answerPull(number, isGranted: false, on: node, &context, &agenda)
    case .pullAgain(let pod, let incarnation):
      guard isCurrent(pod, incarnation, context) else { return }
      ensureImage(of: pod, &context, &agenda)
    case .sandboxAgain(let pod, let incarnation):
      guard isCurrent(pod, incarnation, context) else { return }
      ensureSandboxImage(for: pod, &context, &agenda)
    case .containerStarted(let pod, let incarnation):
      guard isCurrent(pod, incarnation, context) else { return }
      if context.pods[pod].localPhase == .running {
        restarted(pod, &context, &agenda)
      } else {
        run(pod, &context, &agenda)
      }
      if context.hardware.isFailing(context.pods[pod].storedNode) {
        agenda.send(.hardware(.containerStarted(pod)), in: context.cluster)
      }
    case .containerExited(let pod, let incarnation):
      guard isCurrent(pod, incarnation, context) else { return }
      exited(pod, &context, &agenda)
    case .exitSeen(let pod, let incarnation):
      guard isCurrent(pod, incarnation, context) else { return }
      restart(pod, &context, &agenda)
    case .workDone(let pod, let incarnation):
      guard isCurrent(pod, incarnation, context) else { return }
      end(pod, .succeeded, &context, &agenda)
    case .workFailed(let pod, let incarnation):
      guard isCurrent(pod, incarnation, context) else { return }
      end(pod, .failed, &context, &agenda)
    case .startSeen(let pod, let incarnation):
      guard isCurrent(pod, incarnation, context) else { return }
      report(pod, .running, &context, &agenda)
    case .endSeen(let pod, let incarnation):
      guard isCurrent(pod, incarnation, context) else { return }
      report(pod, context.pods[pod].localPhase, &context, &agenda)
    case .statusRound(let node): beginStatusRound(of: node, &context, &agenda)
    case .machineStopped(let node): stop(node, &context, &agenda)
    case .joined(let node): takeOver(node, &context, &agenda)
    case .layerDue(let layer): goOnWithLayer(layer, &context, &agenda)
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
    if change == .modified { noteSeenRunning(pod, &context, at: agenda.now) }
    if change == .deleted {
      guard row.isOnKubelet else { return }
      if row.localPhase < .succeeded { record(.killing, pod, context, &agenda) }
      kill(pod, on: node, &context, &agenda)
    } else if !row.isOnKubelet, row.localPhase == .pending, row.storedPhase == .pending {
      begin(pod, on: node, &context, &agenda)
    }
  }

  /// Starts to work for a pod.
  private mutating func begin(
    _ pod: PodID, on node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    link(pod, to: node, &context)
    context.pods[pod].failedPulls = 0
    context.pods[pod].crashes = 0
    report(pod, .pending, &context, &agenda)
    mountVolumes(of: pod, &context, &agenda)
  }

  /// Puts a pod onto its node's list.
  private func link(_ pod: PodID, to node: NodeID, _ context: inout ClusterContext) {
    context.pods[pod].isOnKubelet = true
    context.pods[pod].nextOnNode = context.nodes[node].firstPod
    context.nodes[node].firstPod = pod
  }

  /// Makes the sandbox of a pod; its image is there.
  func makeSandbox(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    context.podStarts.enter(.makingSandbox, pod, at: agenda.now)
    let delay = SimDuration(roundingSeconds: sandbox.sample(&context.streams[stream]))
    schedule(
      .sandboxReady(pod, context.pods[pod].incarnation), after: delay, context, &agenda)
  }

  /// A kubelet that comes back finds the pods that are still bound to its node and starts their
  /// containers anew (pod spec `restartPolicy: OnFailure`); what they had computed is lost.
  private mutating func takeOver(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard context.nodes[node].podCount > 0 else { return }
    for pod in context.pods.ids {
      let row = context.pods[pod]
      guard row.storedNode == node, row.exists, !row.isOnKubelet, !row.isBeingDeleted,
        row.storedPhase < .succeeded
      else { continue }
      if row.localPhase == .succeeded {
        // It had ended; what is left to do is to say so.
        link(pod, to: node, &context)
        report(pod, .succeeded, &context, &agenda)
        continue
      }
      context.pods[pod].localPhase = .pending
      begin(pod, on: node, &context, &agenda)
    }
  }

  /// A request has ended.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    if context.requests[id].classID == classes.getConfigMap {
      configMapCame(id, outcome, &context, &agenda)
    } else {
      statusRequestEnded(id, outcome, &context, &agenda)
    }
  }

  func isCurrent(
    _ pod: PodID, _ incarnation: UInt32, _ context: borrowing ClusterContext
  ) -> Bool {
    context.pods[pod].isOnKubelet && context.pods[pod].incarnation == incarnation
  }

  // MARK: Containers

  func startContainer(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    context.podStarts.enter(.startingContainer, pod, at: agenda.now)
    let delay = SimDuration(roundingSeconds: container.sample(&context.streams[stream]))
    schedule(
      .containerStarted(pod, context.pods[pod].incarnation), after: delay, context, &agenda)
  }

  private func run(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    context.pods[pod].started = now
    context.podStarts.enter(.reporting, pod, at: now)
    record(.created, pod, context, &agenda)
    record(.started, pod, context, &agenda)
    let row = context.pods[pod]
    context.instruments.record(
      now - row.created, in: startDuration[row.workload.index], at: now)
    setLocalPhase(pod, .running, &context, &agenda)
    if relistsOnDemand {
      report(pod, .running, &context, &agenda)
    } else {
      scheduleLook(.startSeen(pod, row.incarnation), at: pod, context, &agenda)
    }
    if context.podTemplates[row.workload.index].gpuTest == nil {
      agenda.send(.jobs(.podStarted(pod)), in: context.cluster)
    } else {
      agenda.send(.gpuTests(.started(pod)), in: context.cluster)
    }
    scheduleExit(pod, &context, &agenda)
  }

  /// Has the kubelet record an Event about one of its pods.
  func record(
    _ reason: EventReason, _ pod: PodID, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.send(.eventRecorder(.recordForPod(reason, pod)), in: context.cluster)
  }

  /// A pod's container has ended for good; the kubelet sees it at its next look.
  private mutating func end(
    _ pod: PodID, _ phase: PodPhase, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    setLocalPhase(pod, phase, &context, &agenda)
    // Whatever else was to happen to the container does not happen any more.
    context.pods[pod].incarnation &+= 1
    scheduleLook(.endSeen(pod, context.pods[pod].incarnation), at: pod, context, &agenda)
  }

  private func setLocalPhase(
    _ pod: PodID, _ phase: PodPhase, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let old = context.pods[pod].localPhase
    context.pods[pod].localPhase = phase
    guard old != phase, old == .running || phase == .running else { return }
    let change = phase == .running ? 1 : -1
    context.instruments.adjust(
      phaseCounts[Int(PodPhase.running.rawValue)], by: change, at: agenda.now)
    let workload = context.pods[pod].workload
    if context.podTemplates[workload.index].isTraining {
      agenda.send(
        .trainingJobs(phase == .running ? .podStarted(pod) : .podStopped(pod)),
        in: context.cluster)
    }
    if context.podTemplates[workload.index].podGroup != nil {
      agenda.send(.podGroups(.running(pod, phase == .running)), in: context.cluster)
    }
    if context.teamsAreOn {
      agenda.send(.teams(.running(pod, phase == .running)), in: context.cluster)
    }
    guard context.runningPods.isWatched(workload) else { return }
    if phase == .running {
      context.runningPods.add(pod, of: workload)
    } else {
      context.runningPods.remove(pod, of: workload)
    }
    agenda.send(.podNetwork(.podsChanged(workload)), in: context.cluster)
    agenda.send(.transfers(.podsChanged(workload)), in: context.cluster)
    if context.flows.hasFabric {
      agenda.send(.downloads(.podsChanged(workload)), in: context.cluster)
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
      setLocalPhase(pod, .failed, &context, &agenda)
      agenda.send(.jobs(.podLost(pod)), in: context.cluster)
    }
    context.pods[pod].isOnKubelet = false
    context.pods[pod].unsentStatus = []
    context.pods[pod].incarnation &+= 1
  }

  /// Takes a pod off its node's list.
  func leave(_ pod: PodID, _ node: NodeID, _ context: inout ClusterContext) {
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
    layerWrites.stopAll(on: node)
    var pod = context.nodes[node].firstPod
    context.nodes[node].firstPod = .none
    while pod != .none {
      let next = context.pods[pod].nextOnNode
      context.pods[pod].nextOnNode = .none
      lose(pod, &context, &agenda)
      pod = next
    }
  }

  func schedule(
    _ event: KubeletEvent, after delay: SimDuration, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(.kubelet(event), in: context.cluster, at: agenda.now + delay)
  }
}

/// The requests of the pod workers.
package struct KubeletClasses: Codable, Sendable {
  package var getPod: RequestClassID
  package var patchPodStatus: RequestClassID
  package var getConfigMap: RequestClassID
}

extension Kubelets {
  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = KubeletConfiguration
    let hasNodes = context.nodes.count > 0
    addIdleImageKnobs(to: &idle, context)
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
        Knobs.sandboxStart.name, Knobs.containerStart.name, Knobs.apiQPS.name,
        Knobs.apiBurst.name, Knobs.podBytes.name, Knobs.relistPeriod.name,
        Knobs.relistTimePerPod.name, Knobs.relistsOnDemand.name, Knobs.statusUpdates.name,
      ], in: path, unless: started)
  }
}
