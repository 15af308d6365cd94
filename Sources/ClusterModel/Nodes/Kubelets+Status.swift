// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// How the API hears of pods: the kubelet's status manager (pkg/kubelet/status/status_manager.go).
///
/// One request at a time: it reads the pod, then writes its status, each with a token of the kubelet's
/// client. What fails waits for the next round, every 10 s. The first update, Pending with
/// ContainerCreating, goes out before the sandbox is made.
extension Kubelets {
  /// A pod's phase is to be told.
  func report(
    _ pod: PodID, _ phase: PodPhase, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    if writesEveryStatus {
      context.pods[pod].unsentStatus.insert(.update(phase))
      context.pods[pod].unsentStatus.remove(.held)
    } else {
      context.pods[pod].unsentStatus = .update(phase)
    }
    writeNextStatus(of: context.pods[pod].storedNode, &context, &agenda)
  }

  /// Reads the pod whose turn it is. Updates go in the order in which pods come to them: those of an
  /// earlier phase first, then the pod that has been on the node for longest.
  private func writeNextStatus(
    of node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard !context.nodes[node].statusInFlight, context.nodes[node].machineIsUp else { return }
    var best = PodID.none
    var bestPhase = PodPhase.failed
    // The list begins with the newest pod.
    var pod = context.nodes[node].firstPod
    while pod != .none {
      let row = context.pods[pod]
      if let phase = row.unsentStatus.next, !row.unsentStatus.contains(.held),
        best == .none || phase <= bestPhase
      {
        best = pod
        bestPhase = phase
      }
      pod = row.nextOnNode
    }
    guard best != .none else { return }
    context.nodes[node].statusInFlight = true
    context.request(
      classes.getPod, subject: best.rawValue, object: best.rawValue, origin: node, &agenda)
  }

  /// A request of the status manager has ended.
  mutating func statusRequestEnded(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    let node = row.origin
    let pod = PodID(rawValue: row.subject)
    guard context.nodes[node].machineIsUp, context.nodes[node].statusInFlight else { return }
    if row.classID == classes.getPod, outcome == .ok,
      let phase = context.pods[pod].unsentStatus.next
    {
      context.request(
        classes.patchPodStatus, subject: row.subject, object: row.object,
        payload: UInt64(phase.rawValue), origin: node, &agenda)
      return
    }
    context.nodes[node].statusInFlight = false
    switch outcome {
    case .ok:
      if row.classID == classes.patchPodStatus {
        statusStored(pod, PodPhase(rawValue: UInt8(truncatingIfNeeded: row.payload)), &context)
      }
    case .notFound: context.pods[pod].unsentStatus = []
    default:
      context.instruments.add(1, to: statusFailures, at: agenda.now)
      context.pods[pod].unsentStatus.insert(.held)
      agenda.schedule(
        .kubelet(.statusRound(node)), in: context.cluster,
        at: clock.statusRound(after: agenda.now, on: node))
    }
    writeNextStatus(of: node, &context, &agenda)
  }

  private func statusStored(
    _ pod: PodID, _ phase: PodPhase?, _ context: inout ClusterContext
  ) {
    guard let phase else { return }
    context.pods[pod].unsentStatus.remove(.update(phase))
    let row = context.pods[pod]
    if phase >= .succeeded, row.isOnKubelet, row.localPhase == phase {
      leave(pod, row.storedNode, &context)
    }
  }

  /// Every 10 s: what has failed is tried again.
  mutating func beginStatusRound(
    of node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    var pod = context.nodes[node].firstPod
    while pod != .none {
      context.pods[pod].unsentStatus.remove(.held)
      pod = context.pods[pod].nextOnNode
    }
    writeNextStatus(of: node, &context, &agenda)
  }

  /// The watch has shown the pod running, as its owner sees it too.
  func noteSeenRunning(
    _ pod: PodID, _ context: inout ClusterContext, at now: SimTime
  ) {
    let row = context.pods[pod]
    guard row.storedPhase == .running, !row.isSeenRunning else { return }
    context.pods[pod].isSeenRunning = true
    context.instruments.record(
      now - row.created, in: startTotal[row.workload.index], at: now)
    context.podStarts.finish(pod, at: now)
  }

  // MARK: Looks at the runtime

  /// Has the kubelet find, at its next look, what has become of a pod's container.
  func scheduleLook(
    _ event: KubeletEvent, at pod: PodID, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let node = context.pods[pod].storedNode
    agenda.schedule(
      .kubelet(event), in: context.cluster,
      at: clock.seen(agenda.now, on: node, pods: Int(context.nodes[node].podCount)))
  }
}
