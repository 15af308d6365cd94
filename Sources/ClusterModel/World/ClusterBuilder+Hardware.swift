// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Scenario

/// The hardware's faults.
extension ClusterBuilder {
  mutating func makeHardware() -> HardwareFaults? {
    let first = world.clusters[0].name
    let faults = world.faults.filter { ($0.value.cluster ?? first) == name }
    guard !faults.isEmpty else { return nil }
    var hardware = HardwareFaults(
      seed: seed, scope: name, gpus: pools.map(\.machine.gpus), &context)
    for fault in faults {
      let meant = fault.value.pools.map(\.name)
      hardware.add(
        fault.value, component: fault.name,
        pools: pools.map { meant.isEmpty || meant.contains($0.name) }, &context)
    }
    return hardware
  }
}

/// Checks and tests of the hardware.
extension ClusterBuilder {
  mutating func makeNodeHealth() -> NodeHealth? {
    for (index, template) in context.podTemplates.enumerated() where template.budget != nil {
      context.runningPods.watch(WorkloadID(index))
    }
    guard let health = configuration.nodeHealth else { return nil }
    let bucket = context.clientBuckets.count
    context.clientBuckets.append(.zero)
    func client(_ requestClass: inout RequestClass) {
      requestClass.rateLimit = ClientRateLimit(qps: health.apiQPS.perSecond, burst: health.apiBurst)
      requestClass.sharedBucket = bucket
      requestClass.clientTimeout = .seconds(60)
    }
    let nodeBytes = Int(configuration.kubelet.nodeStatusBytes.bytes)
    let classes = NodeHealthClasses(
      patchNode: declare(
        "node-health", .nodeHealth, .patch, context.builtin.nodes, bytes: nodeBytes,
        configure: client),
      checkBudget: declare(
        "node-health", .nodeHealth, .get, resource("poddisruptionbudgets"), bytes: 1_000,
        configure: client),
      deletePod: declare(
        "node-health", .nodeHealth, .delete, context.builtin.pods,
        bytes: Int(configuration.kubelet.podBytes.bytes), configure: client),
      deleteNode: declare(
        "node-health", .nodeHealth, .delete, context.builtin.nodes, bytes: nodeBytes,
        configure: client))
    return NodeHealth(health, classes: classes, &context)
  }

  mutating func makeGPUTests() -> GPUTests? {
    guard context.podTemplates.contains(where: { $0.gpuTest != nil }) else { return nil }
    let removeTaint = declare(
      "gpu-test", .gpuTests, .patch, context.builtin.nodes,
      bytes: Int(configuration.kubelet.nodeStatusBytes.bytes)
    ) {
      $0.location = .node
      $0.clientTimeout = .seconds(60)
    }
    return GPUTests(names: world.workloads.map(\.name), removeTaint: removeTaint, &context)
  }
}
