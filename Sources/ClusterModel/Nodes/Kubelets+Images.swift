// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// How pods get their images and sandboxes their own; pulls that fail are made again after a while.
extension Kubelets {
  /// pkg/kubelet/kubelet.go: `imageBackOff`, from 10 s doubling up to `MaxContainerBackOff` of 300 s.
  static func backOff(after failures: Int) -> SimDuration {
    SimDuration.seconds(10).doubled(failures - 1, atMost: .seconds(300))
  }

  // MARK: Asking

  mutating func ensureSandboxImage(
    for pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let node = context.pods[pod].storedNode
    guard let infraImage, !context.nodes[node].has(infraImage) else {
      makeSandbox(pod, &context, &agenda)
      return
    }
    request(infraImage, for: pod, isForSandbox: true, &context, &agenda)
  }

  mutating func ensureImage(
    of pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    if context.nodes[row.storedNode].has(row.image) {
      record(.pulled, pod, context, &agenda)
      startContainer(pod, &context, &agenda)
      return
    }
    record(.pulling, pod, context, &agenda)
    request(row.image, for: pod, isForSandbox: false, &context, &agenda)
  }

  private mutating func request(
    _ image: ImageID, for pod: PodID, isForSandbox: Bool, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    context.podStarts.enter(.waitingForPull, pod, at: agenda.now)
    let waiter = PullWaiter(pod: pod, incarnation: row.incarnation, isForSandbox: isForSandbox)
    pulls.request(image, for: waiter, on: row.storedNode, at: agenda.now, &context.nodes)
    serveNotices(row.storedNode, &context, &agenda)
  }

  // MARK: Going on

  mutating func advancePulls(
    _ node: NodeID, _ number: UInt32, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard pulls.advance(number, on: node, at: agenda.now, context.nodes) else { return }
    serveNotices(node, &context, &agenda)
  }

  mutating func answerPull(
    _ number: UInt32, isGranted: Bool, on node: NodeID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    pulls.registryAnswered(
      number, isGranted: isGranted, on: node, at: agenda.now, context.nodes)
    serveNotices(node, &context, &agenda)
  }

  /// Takes notice of what has happened to the pulls of a node.
  mutating func serveNotices(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    while let notice = pulls.nextNotice(on: node, at: agenda.now, &context.nodes) {
      switch notice {
      case .begun(let number, let image):
        if let registry = pulls.images[image.index].registry {
          let gateway = gateways[context.nodes[node].pool.index]
          agenda.send(
            .pull(node, RegistryPull(number, at: registry), gateway), from: context.cluster)
        } else {
          pulls.registryAnswered(
            number, isGranted: true, on: node, at: agenda.now, context.nodes)
        }
      case .pulled(let image, let took, let extraction):
        context.instruments.record(took, in: imageMetrics.pullDuration, at: agenda.now)
        context.instruments.record(
          extraction, in: imageMetrics.extraction[image.index], at: agenda.now)
      case .kept: break
      case .write(let number, let bytes):
        beginLayer(number, bytes: bytes, on: node, &context, &agenda)
      case .stopWriting(let number): layerWrites.stop(number, on: node)
      case .entered(let waiter, let stage):
        guard isCurrent(waiter.pod, waiter.incarnation, context) else { break }
        context.podStarts.enter(stage, waiter.pod, at: agenda.now)
      case .ready(let waiter): goOn(waiter, &context, &agenda)
      case .failed(let waiter, let failure): backOff(waiter, failure, &context, &agenda)
      }
    }
    if let next = pulls.settle(node, at: agenda.now, &context.nodes) {
      agenda.schedule(
        .kubelet(.pullsDue(node, next.number)), in: context.cluster, at: next.time)
    }
  }

  private func goOn(
    _ waiter: PullWaiter, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard isCurrent(waiter.pod, waiter.incarnation, context) else { return }
    if waiter.isForSandbox {
      makeSandbox(waiter.pod, &context, &agenda)
      return
    }
    context.pods[waiter.pod].failedPulls = 0
    record(.pulled, waiter.pod, context, &agenda)
    startContainer(waiter.pod, &context, &agenda)
  }

  /// A failed pull (`ErrImagePull`) is made again after a back-off that doubles (`ImagePullBackOff`);
  /// a sandbox that could not be made when the pod worker comes round again: 10 s, with up to half
  /// as much again at random (pkg/kubelet/pod_workers.go: `backOffPeriod`, jitter 0.5).
  private func backOff(
    _ waiter: PullWaiter, _ failure: PullFailure, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let pod = waiter.pod
    guard isCurrent(pod, waiter.incarnation, context) else { return }
    let row = context.pods[pod]
    context.podStarts.enter(.pullBackOff, pod, at: agenda.now)
    context.instruments.add(
      1, to: imageMetrics.errors[row.workload.index][Int(failure.rawValue)], at: agenda.now)
    if waiter.isForSandbox {
      context.instruments.add(1, to: imageMetrics.sandboxErrors, at: agenda.now)
      record(.failedCreatePodSandbox, pod, context, &agenda)
      let share = 1 + context.streams[stream].nextUnit() / 2
      schedule(
        .sandboxAgain(pod, row.incarnation), after: SimDuration.seconds(10).scaled(by: share),
        context, &agenda)
      return
    }
    context.pods[pod].failedPulls += 1
    record(.failed, pod, context, &agenda)
    record(.backOff, pod, context, &agenda)
    schedule(
      .pullAgain(pod, row.incarnation), after: Self.backOff(after: row.failedPulls + 1), context,
      &agenda)
  }

  func hasPulled(_ context: borrowing ClusterContext) -> Bool {
    context.instruments.distribution(of: imageMetrics.pullDuration).count > 0
  }

  func addIdleImageKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = ImageManagerConfiguration
    let pulled = context.instruments.distribution(of: imageMetrics.pullDuration).count > 0
    func hasFailed(_ failure: PullFailure) -> Bool {
      imageMetrics.errors.contains {
        context.instruments.hasCounted($0[Int(failure.rawValue)])
      }
    }
    let tried = pulled || PullFailure.allCases.contains(where: hasFailed)
    idle.add(
      [
        Knobs.serializeImagePulls.name, Knobs.dataRoot.name,
        Knobs.downloadRate.name, Knobs.decompressionRate.name, Knobs.extractionWriteBytes.name,
        Knobs.maxConcurrentDownloads.name, Knobs.progressDeadline.name, Knobs.registryQPS.name,
        Knobs.registryBurst.name,
      ], in: path, unless: tried)
    idle.add([Knobs.maxParallelImagePulls.name], in: path, unless: tried && !isSerial)
    idle.add([Knobs.infraImage.name], in: path, unless: tried && infraImage != nil)
  }
}

/// The instruments of the image manager.
package struct ImageMetrics: Codable, Sendable {
  let pullDuration: HistogramID
  /// By image.
  let extraction: [HistogramID]
  /// By workload and failure.
  let errors: [[CounterID]]
  let sandboxErrors: CounterID

  init(workloads: [String], images: [String], _ instruments: inout Instruments) {
    pullDuration = instruments.histogram(
      .kubeletRuntimeOperations, [MetricLabel("operation_type", "pull_image")])
    extraction = images.map { instruments.histogram(.imageExtraction, [MetricLabel("image", $0)]) }
    errors = workloads.map { workload in
      PullFailure.allCases.map {
        instruments.counter(
          .imagePullErrors, [MetricLabel("workload", workload), MetricLabel("reason", $0.reason)])
      }
    }
    sandboxErrors = instruments.counter(.sandboxErrors)
  }
}
