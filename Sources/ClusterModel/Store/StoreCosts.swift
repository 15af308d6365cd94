// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// The time that a member's work takes on its machine: the knobs' costs at the machine's core speed.
struct StoreCosts: Codable, Sendable {
  let request: SimDuration
  let requestPerKibibyte: SimDuration
  let logPerEntry: SimDuration
  let logPerKibibyte: SimDuration
  let applyPerEntry: SimDuration
  let applyPerKibibyte: SimDuration
  let read: SimDuration
  let readPerKey: SimDuration
  let readPerMegabyte: SimDuration
  let perKeyCounted: SimDuration
  let keepAlive: SimDuration
  let compactionPerRevision: SimDuration
  /// Longest wait of the log loop for a core.
  let coreWait: SimDuration
  let process: StoreProcessCPU

  init(_ store: StoreConfiguration, on machine: MachineConfiguration) {
    request = machine.cpuTime(store.requestCPU)
    requestPerKibibyte = machine.cpuTime(store.requestCPUPerKibibyte)
    logPerEntry = machine.cpuTime(store.logCPUPerEntry)
    logPerKibibyte = machine.cpuTime(store.logCPUPerKibibyte)
    applyPerEntry = machine.cpuTime(store.applyCPU)
    applyPerKibibyte = machine.cpuTime(store.applyCPUPerKibibyte)
    read = machine.cpuTime(store.readCPU)
    readPerKey = machine.cpuTime(store.readCPUPerKey)
    readPerMegabyte = machine.cpuTime(store.readCPUPerMegabyte)
    perKeyCounted = machine.cpuTime(store.countCPUPerKey)
    keepAlive = machine.cpuTime(store.keepAliveCPU)
    compactionPerRevision = machine.cpuTime(store.compactionCPUPerRevision)
    // Of n cores that look at turns of equal length and random phase, the first does so after the
    // (n + 1)-th part of the turns.
    coreWait = SimDuration(
      nanoseconds: machine.cpuTime(store.runQueueTurns).nanoseconds / Int64(machine.cpu + 1))
    process = store.processCPU.on(machine)
  }

  /// Time of a range read of so many keys and bytes on an idle core.
  func range(keys: Int64, bytes: Int64) -> SimDuration {
    read + readPerKey * Int(keys)
      + SimDuration(nanoseconds: readPerMegabyte.nanoseconds * bytes / 1_000_000)
  }

  /// CPU that the process uses for it.
  func rangeProcess(keys: Int64, bytes: Int64) -> SimDuration {
    process.perRead + readPerKey * Int(keys)
      + SimDuration(nanoseconds: readPerMegabyte.nanoseconds * bytes / 1_000_000)
  }
}
