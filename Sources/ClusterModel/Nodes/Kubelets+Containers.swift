// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// A pod whose volumes are not there yet.
struct VolumeWait: Codable, Sendable {
  var pod: PodID
  var incarnation: UInt32
  var missing: Int
}

/// Containers that exit and are started again, and volumes that are there before the first.
extension Kubelets {
  // MARK: Volumes

  /// Gets a pod's ConfigMaps, each with a token of the kubelet's client, before its sandbox is made
  /// (pkg/kubelet/volumemanager: `WaitForAttachAndMount`).
  mutating func mountVolumes(
    of pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    let volumes = context.podTemplates[row.workload.index].configMapVolumes
    guard volumes > 0 else {
      ensureSandboxImage(for: pod, &context, &agenda)
      return
    }
    volumeWaits.append(VolumeWait(pod: pod, incarnation: row.incarnation, missing: volumes))
    context.podStarts.enter(.mounting, pod, at: agenda.now)
    for _ in 0..<volumes {
      context.request(
        classes.getConfigMap, subject: pod.rawValue, payload: UInt64(row.incarnation),
        origin: row.storedNode, &agenda)
    }
  }

  /// A GET of a ConfigMap has ended; one that failed is made again.
  mutating func configMapCame(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    let pod = PodID(rawValue: row.subject)
    let incarnation = UInt32(truncatingIfNeeded: row.payload)
    guard
      let index = volumeWaits.firstIndex(where: {
        $0.pod == pod && $0.incarnation == incarnation
      })
    else { return }
    guard isCurrent(pod, incarnation, context) else {
      volumeWaits.remove(at: index)
      return
    }
    guard outcome == .ok else {
      context.request(
        classes.getConfigMap, subject: row.subject, payload: row.payload, origin: row.origin,
        &agenda)
      return
    }
    volumeWaits[index].missing -= 1
    guard volumeWaits[index].missing == 0 else { return }
    volumeWaits.remove(at: index)
    ensureSandboxImage(for: pod, &context, &agenda)
  }

  // MARK: Exits

  func scheduleExit(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    guard let time = context.podTemplates[row.workload.index].exitsAfter else { return }
    schedule(.containerExited(pod, row.incarnation), after: time, context, &agenda)
  }

  /// The kubelet sees the exit at its next look at the runtime (PLEG).
  func exited(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    scheduleLook(
      .exitSeen(pod, context.pods[pod].incarnation), at: pod, context, &agenda)
  }

  /// Starts the container again: at once the first time, then after 10 s, doubling up to
  /// 300 s; a container that ran for twice as long as that is forgiven
  /// (kuberuntime_manager.go `doBackOff`, client-go `flowcontrol.Backoff`).
  func restart(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    let ran = context.podTemplates[row.workload.index].exitsAfter ?? .zero
    let crashes = ran > Self.forgivenAfter ? 0 : row.crashes
    context.pods[pod].crashes = crashes + 1
    let wait = crashes == 0 ? .zero : Self.backOff(after: crashes)
    if wait > .zero { record(.backOff, pod, context, &agenda) }
    schedule(.containerStarted(pod, row.incarnation), after: wait, context, &agenda)
  }

  private static var forgivenAfter: SimDuration { .minutes(10) }

  func restarted(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let workload = context.pods[pod].workload
    context.instruments.add(1, to: restarts[workload.index], at: agenda.now)
    record(.started, pod, context, &agenda)
    scheduleExit(pod, &context, &agenda)
  }
}
