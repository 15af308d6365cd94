// SPDX-License-Identifier: Apache-2.0
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
