// SPDX-License-Identifier: Apache-2.0
import Scenario

extension HardwareFaults {
  func addIdleKnobs(to idle: inout IdleKnobs) {
    typealias Knobs = FaultConfiguration
    for process in processes {
      idle.add(section: process.path, unless: process.faults > 0)
      idle.add(
        [Knobs.repairTime.name], in: process.path,
        unless: process.repairs > 0 || process.faults == 0)
    }
  }
}
