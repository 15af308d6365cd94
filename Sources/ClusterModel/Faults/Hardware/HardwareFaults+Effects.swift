// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Stochastics

/// What a fault does to the machine and to who runs on it.
extension HardwareFaults {
  /// Counts a fault and draws how long its repair takes; `nil`: it is not repaired.
  mutating func count(
    _ index: Int, _ now: SimTime, _ context: inout ClusterContext
  ) -> SimDuration? {
    processes[index].faults += 1
    context.instruments.add(1, to: processes[index].metrics.faults, at: now)
    if let lastFault { context.instruments.record(now - lastFault, in: interval, at: now) }
    lastFault = now
    return processes[index].repairTime.map {
      SimDuration(roundingSeconds: $0.sample(&context.streams[processes[index].stream]))
    }
  }

  /// A fault hits a machine that runs.
  func strike(
    _ index: Int, _ node: NodeID, gpu: UInt8?, repair: SimDuration?,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let process = processes[index]
    guard process.effect != .application else {
      failPods(of: index, node, gpu, &context, &agenda)
      agenda.send(.trainingJobs(.applicationFailed(node)), in: context.cluster)
      return
    }
    let fault = context.hardware.add(
      UInt16(index), process, on: node, gpu: gpu, at: agenda.now)
    context.instruments.adjust(process.metrics.open, by: 1, at: agenda.now)
    switch process.effect {
    case .light, .application, .maintenance: break
    case .slow: agenda.send(.trainingJobs(.speedChanged(node)), in: context.cluster)
    case .serious:
      failPods(of: index, node, gpu, &context, &agenda)
      agenda.send(.trainingJobs(.nodeFaulted(node)), in: context.cluster)
    case .silent:
      failPods(of: index, node, gpu, &context, &agenda)
      showError(of: index, node, &context, &agenda)
    case .nodeDown: agenda.send(.nodes(.machineStopped(node)), in: context.cluster)
    }
    var end = agenda.now
    if process.effect == .maintenance {
      end =
        end
        + SimDuration(
          roundingSeconds: process.notice.sample(&context.streams[process.stream]))
      agenda.schedule(.hardware(.maintenanceDue(fault)), in: context.cluster, at: end)
    }
    if let repair {
      agenda.schedule(.hardware(.repaired(fault)), in: context.cluster, at: end + repair)
    }
    if context.hardware.isChecked {
      agenda.send(.nodeHealth(.faultOpened(fault)), in: context.cluster)
    }
  }

  /// A gang on the machine hears of a silent fault when the error shows, if it still works there.
  private func showError(
    of index: Int, _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let process = processes[index]
    let delay = SimDuration(
      roundingSeconds: process.timeToError.sample(&context.streams[process.stream]))
    agenda.schedule(
      .trainingJobs(.errorShown(node)), in: context.cluster, at: agenda.now + delay)
  }

  /// A gang begins to work on a machine: errors of its silent faults show after a while.
  func workStarted(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    for fault in context.hardware.faults(of: node) where fault.effect == .silent {
      showError(of: Int(fault.process), node, &context, &agenda)
    }
  }

  private func failPods(
    of index: Int, _ node: NodeID, _ gpu: UInt8?, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    for pod in Self.pods(on: node, using: gpu, context)
    where context.pods[pod].localPhase == .running {
      fail(pod, index, &context, &agenda)
    }
  }

  /// A container has started where something is broken: what uses the part fails.
  func containerStarted(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let node = context.pods[pod].storedNode
    for fault in context.hardware.faults(of: node)
    where (fault.effect == .serious || fault.effect == .silent)
      && Self.pods(on: node, using: fault.gpu, context).contains(pod)
    {
      fail(pod, Int(fault.process), &context, &agenda)
    }
  }

  /// The fault is over. A machine that it had stopped starts again.
  mutating func repair(
    _ id: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let fault = close(id, &context, agenda.now) else { return }
    processes[Int(fault.process)].repairs += 1
    if fault.effect == .slow {
      agenda.send(.trainingJobs(.speedChanged(fault.node)), in: context.cluster)
    } else if !context.hardware.isFailing(fault.node) {
      agenda.send(.trainingJobs(.nodeRepaired(fault.node)), in: context.cluster)
    }
    if context.hardware.isChecked {
      agenda.send(.nodeHealth(.faultRepaired(fault.node)), in: context.cluster)
    }
    guard fault.effect == .nodeDown || fault.effect == .maintenance,
      !context.hardware.faults(of: fault.node).contains(where: { $0.effect == .nodeDown })
    else { return }
    agenda.send(.nodes(.machineRestarted(fault.node)), in: context.cluster)
  }

  /// The machine stops, if it is still there.
  func maintain(
    _ id: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let fault = context.hardware[id], context.nodes[fault.node].machineIsUp else { return }
    agenda.send(.nodes(.machineStopped(fault.node)), in: context.cluster)
  }

  @discardableResult
  func close(_ id: UInt32, _ context: inout ClusterContext, _ now: SimTime) -> OpenFault? {
    guard let fault = context.hardware.remove(id) else { return nil }
    context.instruments.adjust(processes[Int(fault.process)].metrics.open, by: -1, at: now)
    return fault
  }

  /// A pod's container ends with an error, at once or when the error shows. One that its kubelet starts
  /// again (`restartPolicy: Always`) fails again if the fault is still there.
  private func fail(
    _ pod: PodID, _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let process = processes[index]
    var delay = SimDuration.zero
    if process.effect == .silent {
      delay = SimDuration(
        roundingSeconds: process.timeToError.sample(&context.streams[process.stream]))
    }
    let row = context.pods[pod]
    context.instruments.add(1, to: process.metrics.failedPods, at: agenda.now)
    let restarts = context.podTemplates[row.workload.index].isRestarted
    let event: KubeletEvent =
      restarts ? .containerExited(pod, row.incarnation) : .workFailed(pod, row.incarnation)
    agenda.schedule(.kubelet(event), in: context.cluster, at: agenda.now + delay)
  }

  /// The pods that use a GPU of a machine, or any part of it but for DaemonSets' pods. GPUs go to pods in
  /// the order of their numbers, the lowest first. Tests are left out unless asked for: they find faults and
  /// do not fall to them.
  static func pods(
    on node: NodeID, using gpu: UInt8?, _ context: borrowing ClusterContext,
    includesTests: Bool = false
  ) -> [PodID] {
    func isMeant(_ pod: PodID) -> Bool {
      includesTests || context.podTemplates[context.pods[pod].workload.index].gpuTest == nil
    }
    var found: [PodID] = []
    var pod = context.nodes[node].firstPod
    while pod != .none {
      let row = context.pods[pod]
      let template = context.podTemplates[row.workload.index]
      let isUser = !template.isPerNode || template.gpuTest != nil
      if row.localPhase <= .running, gpu == nil ? isUser : row.gpus > 0 { found.append(pod) }
      pod = row.nextOnNode
    }
    found.sort()
    guard let gpu else { return found.filter(isMeant) }
    var first = 0
    for pod in found {
      let next = first + Int(context.pods[pod].gpus)
      if first <= Int(gpu), Int(gpu) < next { return isMeant(pod) ? [pod] : [] }
      first = next
    }
    return []
  }
}
