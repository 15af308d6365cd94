// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Everything that can happen to downloads.
package enum DownloadEvent: BitwiseCopyable, Codable, Sendable {
  /// A pod of a workload has begun to run or ended.
  case podsChanged(WorkloadID)
  /// A download is complete.
  case arrived(TransmissionID)
  /// A pod begins its next download: the pod and its load.
  case again(PodID, UInt16)
}

/// Pods that fetch data from the Internet, over the fabric.
///
/// Each running pod has one connection at a time. What it gets is bounded by its share of the links
/// on the way, by the server, and by the pod's own `kubernetes.io/ingress-bandwidth`.
package struct Downloads: Codable, Sendable {
  private struct Load: Codable, Sendable {
    let podsOf: WorkloadID
    let bytes: Double
    let serverRate: Double?
    let pause: SimDuration?
    let path: KnobPath
    let duration: HistogramID
    let rate: HistogramID
    let active: GaugeID
    /// Pods that run, as of the last look, and what each is downloading.
    var pods: [PodID] = []
    var rows: [Row?] = []
    var activeCount = 0
    var hasRepeated = false
  }

  private struct Row: BitwiseCopyable, Codable, Sendable {
    let id: TransmissionID
    let began: SimTime
  }

  private var loads: [Load] = []

  package init() {}

  package mutating func add(
    _ configuration: DownloadsConfiguration, name: String, podsOf: WorkloadID,
    _ context: inout ClusterContext
  ) {
    context.runningPods.watch(podsOf)
    let labels = [MetricLabel("workload", name)]
    loads.append(
      Load(
        podsOf: podsOf, bytes: Double(configuration.bytes.bytes),
        serverRate: configuration.serverRate?.bytesPerSecond,
        pause: configuration.pause, path: configuration.path,
        duration: context.instruments.histogram(.downloadDuration, labels),
        rate: context.instruments.histogram(.downloadRate, labels),
        active: context.instruments.gauge(.downloadsActive, labels)))
  }

  package mutating func handle(
    _ event: DownloadEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .podsChanged(let workload):
      for index in loads.indices where loads[index].podsOf == workload {
        compare(index, &context, &agenda)
      }
    case .arrived(let id): arrived(id, &context, &agenda)
    case .again(let pod, let load):
      guard let place = loads[Int(load)].pods.firstIndex(of: pod),
        loads[Int(load)].rows[place] == nil
      else { return }
      loads[Int(load)].hasRepeated = true
      begin(place, Int(load), &context, &agenda)
    }
  }

  /// Running pods are listed in the order of their start, so new ones stand at the end.
  private mutating func compare(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let running = context.runningPods[loads[index].podsOf]
    var kept = 0
    for (place, pod) in loads[index].pods.enumerated() {
      if kept < running.count, running[kept] == pod {
        loads[index].rows[kept] = loads[index].rows[place]
        kept += 1
      } else if let row = loads[index].rows[place] {
        loads[index].activeCount -= 1
        agenda.send(.fabric(.cancel(row.id)), in: context.cluster)
      }
    }
    loads[index].rows.removeSubrange(kept...)
    loads[index].pods = running
    for place in kept..<running.count {
      loads[index].rows.append(nil)
      begin(place, index, &context, &agenda)
    }
    context.instruments.set(loads[index].activeCount, loads[index].active, at: agenda.now)
  }

  private mutating func begin(
    _ place: Int, _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let load = loads[index]
    let pod = load.pods[place]
    let limit = context.podTemplates[load.podsOf.index].ingressLimit
    let id = context.flows.add(
      Transmission(
        source: .none, destination: context.pods[pod].storedNode, bytes: load.bytes,
        rateLimit: [load.serverRate, limit].compactMap(\.self).min(), owner: .downloads,
        load: UInt16(index),
        tag: pod.rawValue))
    loads[index].rows[place] = Row(id: id, began: agenda.now)
    loads[index].activeCount += 1
    agenda.send(.fabric(.begin(id)), in: context.cluster)
    context.instruments.set(loads[index].activeCount, load.active, at: agenda.now)
  }

  private mutating func arrived(
    _ id: TransmissionID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let transmission = context.flows[id]
    let index = Int(transmission.load)
    let pod = PodID(rawValue: transmission.tag)
    // One that was cancelled in the same instant is the fabric's to give back.
    guard let place = loads[index].pods.firstIndex(of: pod), let row = loads[index].rows[place],
      row.id == id
    else { return }
    loads[index].rows[place] = nil
    loads[index].activeCount -= 1
    context.flows.giveBack(id)
    let load = loads[index]
    let duration = agenda.now - row.began
    context.instruments.record(duration, in: load.duration, at: agenda.now)
    if duration > .zero {
      context.instruments.record(load.bytes / duration.seconds, in: load.rate, at: agenda.now)
    }
    context.instruments.set(load.activeCount, load.active, at: agenda.now)
    if let pause = load.pause {
      agenda.schedule(
        .downloads(.again(pod, UInt16(index))), in: context.cluster, at: agenda.now + pause)
    }
  }

  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    for load in loads {
      idle.add([DownloadsConfiguration.pause.name], in: load.path, unless: load.hasRepeated)
    }
  }
}
