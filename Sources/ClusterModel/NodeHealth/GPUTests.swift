// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// Everything that can happen to tests of GPUs.
package enum GPUTestEvent: BitwiseCopyable, Codable, Sendable {
  /// The container of a test has started.
  case started(PodID)
  /// A test is over.
  case finished(PodID, UInt32)
  /// The write that takes a node's taint away is made again.
  case untaintAgain(PodID)
}

/// Active tests: pods that have GPUs for themselves, and find what no passive check sees.
///
/// A test looks at the parts that its pod was given: whatever is broken for good is found, a silent or
/// slow fault with the test's probability. Nothing found: a Job's pod succeeds; a DaemonSet's pod takes
/// its node's taint away, and goes. Something found: a Job's pod fails, a DaemonSet's pod stays and the
/// taint with it; the guard of the nodes' health hears of it where there is one.
package struct GPUTests: Codable, Sendable {
  private struct Workload: Codable {
    let stream: StreamID
    let passed: CounterID
    let failed: CounterID
    let gpuTime: CounterID
    let testedNodes: GaugeID
    /// By node.
    var isTested: [Bool] = []
    var tests = 0
  }

  private let removeTaint: RequestClassID
  /// By workload; `nil` where its pods test nothing.
  private var workloads: [Workload?]

  package init(
    names: [String], removeTaint: RequestClassID, _ context: inout ClusterContext
  ) {
    self.removeTaint = removeTaint
    workloads = []
    for (index, name) in names.enumerated() {
      guard context.podTemplates[index].gpuTest != nil else {
        workloads.append(nil)
        continue
      }
      let label = MetricLabel("workload", name)
      let workload = Workload(
        stream: context.streams.stream("gpu-tests/\(name)"),
        passed: context.instruments.counter(.gpuTests, [label, MetricLabel("result", "passed")]),
        failed: context.instruments.counter(.gpuTests, [label, MetricLabel("result", "failed")]),
        gpuTime: context.instruments.counter(.gpuTestTime, [label]),
        testedNodes: context.instruments.gauge(.gpuTestedNodes, [label]))
      context.instruments.set(0, workload.testedNodes, at: .zero)
      context.instruments.trace(workload.testedNodes)
      workloads.append(workload)
    }
  }

  package mutating func handle(
    _ event: GPUTestEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .started(let pod):
      let row = context.pods[pod]
      guard let test = context.podTemplates[row.workload.index].gpuTest,
        let workload = workloads[row.workload.index]
      else { return }
      let time = SimDuration(
        roundingSeconds: test.duration.sample(&context.streams[workload.stream]))
      agenda.schedule(
        .gpuTests(.finished(pod, row.incarnation)), in: context.cluster, at: agenda.now + time)
    case .finished(let pod, let incarnation):
      let row = context.pods[pod]
      guard row.isOnKubelet, row.incarnation == incarnation, row.localPhase == .running else {
        return
      }
      finish(pod, &context, &agenda)
    case .untaintAgain(let pod):
      guard context.pods[pod].isOnKubelet else { return }
      untaint(pod, &context, &agenda)
    }
  }

  private mutating func finish(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    let index = row.workload.index
    guard let test = context.podTemplates[index].gpuTest else { return }
    workloads[index]?.tests += 1
    let node = row.storedNode
    let hasFailed = finds(test, pod, node, &context)
    note(node, hasFailed: hasFailed, row, &context, agenda.now)
    if hasFailed { agenda.send(.nodeHealth(.testFailed(node)), in: context.cluster) }
    guard context.podTemplates[index].isPerNode else {
      agenda.send(
        .kubelet(hasFailed ? .workFailed(pod, row.incarnation) : .workDone(pod, row.incarnation)),
        in: context.cluster)
      return
    }
    if !hasFailed, !test.removedTaints.isEmpty { untaint(pod, &context, &agenda) }
  }

  /// Whether the test finds something in the parts that its pod has.
  private func finds(
    _ test: GPUTest, _ pod: PodID, _ node: NodeID, _ context: inout ClusterContext
  ) -> Bool {
    guard let workload = workloads[context.pods[pod].workload.index] else { return false }
    var hasFound = false
    for fault in context.hardware.faults(of: node)
    where HardwareFaults.pods(on: node, using: fault.gpu, context, includesTests: true)
      .contains(pod)
    {
      switch fault.effect {
      case .light, .maintenance, .application: break
      case .serious, .nodeDown: hasFound = true
      case .silent, .slow:
        if context.streams[workload.stream].nextUnit() < test.detects { hasFound = true }
      }
    }
    return hasFound
  }

  private mutating func note(
    _ node: NodeID, hasFailed: Bool, _ row: PodRow, _ context: inout ClusterContext,
    _ now: SimTime
  ) {
    guard var workload = workloads[row.workload.index] else { return }
    // The counters' copy is a few words; the list of nodes is moved, not copied.
    workloads[row.workload.index] = nil
    context.instruments.add(1, to: hasFailed ? workload.failed : workload.passed, at: now)
    context.instruments.add(
      (now - row.started) * Int(row.gpus), to: workload.gpuTime, at: now)
    while workload.isTested.count <= node.index { workload.isTested.append(false) }
    if !workload.isTested[node.index] {
      workload.isTested[node.index] = true
      context.instruments.adjust(workload.testedNodes, by: 1, at: now)
    }
    workloads[row.workload.index] = workload
  }

  private func untaint(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let node = context.pods[pod].storedNode
    context.request(
      removeTaint, subject: pod.rawValue, object: node.rawValue, origin: node, &agenda)
  }

  /// The write has ended: the node takes pods, and the DaemonSet's selector no longer has it.
  package func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.requests[id]
    let pod = PodID(rawValue: row.subject)
    let node = NodeID(rawValue: row.object)
    guard outcome == .ok else {
      // client-go's back-off manager begins with 1 s.
      if outcome != .notFound {
        agenda.schedule(
          .gpuTests(.untaintAgain(pod)), in: context.cluster, at: agenda.now + .seconds(1))
      }
      return
    }
    guard let test = context.podTemplates[context.pods[pod].workload.index].gpuTest else { return }
    context.nodes[node].taints.subtract(test.removedTaints)
    agenda.send(.scheduler(.nodeUpdated(node)), in: context.cluster)
    agenda.send(.podCollector(.ownerDeleted(pod)), in: context.cluster)
  }

  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = GPUTestConfiguration
    for (index, workload) in workloads.enumerated() {
      guard let workload, let test = context.podTemplates[index].gpuTest else { continue }
      idle.add(section: test.path, unless: workload.tests > 0)
      idle.add(
        [Knobs.detects.name], in: test.path,
        unless: context.instruments.hasCounted(workload.failed) || test.detects < 1)
      idle.add(
        [Knobs.removesTaint.name], in: test.path, unless: context.podTemplates[index].isPerNode)
    }
  }
}

extension MetricDeclaration {
  static let gpuTesting: [MetricDeclaration] = [gpuTests, gpuTestTime, gpuTestedNodes]

  static let gpuTests = MetricDeclaration(
    "gpu_tests_total", .counter, in: .count("tests"), help: "Tests of GPUs that are over.",
    labels: ["workload", "result"])
  static let gpuTestTime = MetricDeclaration(
    "gpu_test_gpu_seconds_total", .counter, in: .seconds,
    help: "Time for which tests had GPUs for themselves, summed over the GPUs.",
    labels: ["workload"])
  static let gpuTestedNodes = MetricDeclaration(
    "gpu_tested_nodes", .gauge, in: .count("nodes"),
    help: "Nodes that have been tested at least once.", labels: ["workload"])
}
