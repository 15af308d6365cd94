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
  let compactionPerKibibyte: SimDuration
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
    compactionPerKibibyte = machine.cpuTime(store.compactionCPUPerKibibyte)
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

  /// Of reading so many revisions from the backend.
  func rangeWork(keys: Int64, bytes: Int64) -> SimDuration {
    readPerKey * Int(keys)
      + SimDuration(nanoseconds: readPerMegabyte.nanoseconds * bytes / 1_000_000)
  }

  /// CPU of an event for API servers, each with a stream of its own for the resource.
  func watchedByAPIServers(_ servers: Int) -> SimDuration {
    process.watch(watchers: servers, streams: servers, events: 1)
  }

  /// Time under the lock of a compaction step. What it looks at costs what a range read costs.
  func compaction(_ step: KeySpace.CompactionStep) -> SimDuration {
    readPerKey * Int(step.scanned) + compactionPerRevision * Int(step.removed)
      + SimDuration(nanoseconds: compactionPerKibibyte.nanoseconds * step.bytes / 1024)
  }

  /// CPU that the process uses for it.
  func rangeProcess(keys: Int64, bytes: Int64) -> SimDuration {
    process.perRead + readPerKey * Int(keys)
      + SimDuration(nanoseconds: readPerMegabyte.nanoseconds * bytes / 1_000_000)
  }
}
