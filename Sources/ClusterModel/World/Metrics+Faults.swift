// SPDX-License-Identifier: Apache-2.0
import Measurement

/// Metrics of the hardware's faults; our own.
extension MetricDeclaration {
  static let faults: [MetricDeclaration] = [
    hardwareFaults, hardwareFaultsOpen, hardwareFailedPods, hardwareFaultInterval,
  ]

  static let hardwareFaults = MetricDeclaration(
    "hardware_faults_total", .counter, in: .count("faults"),
    help: "Faults of the hardware; one of a domain counts once.", labels: ["component"])
  static let hardwareFaultsOpen = MetricDeclaration(
    "hardware_open_faults", .gauge, in: .count("faults"),
    help: "Faults that are not repaired, on each machine that they hit.", labels: ["component"])
  static let hardwareFailedPods = MetricDeclaration(
    "hardware_failed_pods_total", .counter, in: .count("pods"),
    help: "Containers that a fault ended or will end.", labels: ["component"])
  static let hardwareFaultInterval = MetricDeclaration(
    "hardware_fault_interval_seconds", .histogram, in: .seconds,
    help: "Time between a fault and the one before it, of any component.", span: .month)
}
