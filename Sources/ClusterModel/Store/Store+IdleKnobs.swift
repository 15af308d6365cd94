// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

extension Store {
  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = StoreConfiguration
    let path = configuration.path
    let wrote = context.instruments.hasCounted(metrics.committed)
    let read = metrics.readOccupancy.departures > 0
    idle.add(
      [
        Knobs.quotaBackendBytes.name, Knobs.applyGapLimit.name,
        Knobs.maxRequestBytes.name, Knobs.requestCPU.name, Knobs.logCPUPerEntry.name,
        Knobs.applyCPU.name,
        Knobs.maxEntriesPerSync.name, Knobs.backendBatchInterval.name,
        Knobs.backendBatchLimit.name,
      ], in: path, unless: wrote)
    idle.add(
      [
        Knobs.readCPU.name, Knobs.readCPUPerKey.name, Knobs.readCPUPerMegabyte.name,
        Knobs.rangeBlocksApply.name, Knobs.countCPUPerKey.name,
      ], in: path, unless: read)
    idle.add(
      [Knobs.electionTimeout.name, Knobs.heartbeatInterval.name, Knobs.preVote.name], in: path,
      unless: epoch.rawValue > 0 || electionIsUnderWay)
    idle.add([Knobs.snapshotCount.name], in: path, unless: snapshotIndex > 0)
    idle.add(
      [Knobs.snapshotCatchUpEntries.name], in: path,
      unless: context.instruments.hasCounted(metrics.snapshotsSent))
    idle.add(
      [Knobs.restartDelay.name], in: path,
      unless: members.contains { $0.memory.wasKilled(context.instruments) })
    idle.add(
      [
        Knobs.defragmentationBase.name, Knobs.defragmentationPerMegabyte.name,
        Knobs.defragmentationPerThousandKeys.name,
      ], in: path, unless: defragmentations > 0)
    idle.add(
      [Knobs.leaseReuseDuration.name, Knobs.leaseMaxObjectCount.name], in: path,
      unless: leased.wasUsed)
    idle.add([Knobs.keepAliveCPU.name], in: path, unless: keepAlives > 0)
    idle.add(
      [Knobs.hostDisk.name], in: path, unless: context.disks.writers(members[0].disk) > 1)
    idle.add(
      [Knobs.memberRoundTrip.name], in: path, unless: members.count > 1 && (wrote || read))
    idle.add(
      [
        Knobs.compactionBatchLimit.name, Knobs.compactionSleepInterval.name,
        Knobs.compactionCPUPerRevision.name, Knobs.compactionCPUPerKibibyte.name,
      ], in: path, unless: keySpace.hasCompacted)
    idle.add(
      [Knobs.watchSendFactor.name], in: path,
      unless: context.instruments.hasCounted(metrics.watchEvents))
    idle.add([Knobs.watchChannelSize.name], in: path, unless: watches.hasFallenBehind)
    idle.add(
      [Knobs.deleteCommit.name, Knobs.serveDeletesOverQuota.name], in: path,
      unless: deletes > 0)
  }
}
