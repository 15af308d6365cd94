// SPDX-License-Identifier: Apache-2.0
import Measurement
import Scenario

extension APIServers {
  /// Knobs of watches and memory whose mechanism never came into play.
  func addIdleWatchKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    func counted(_ counters: [CounterID]) -> Bool {
      counters.contains { context.instruments.hasCounted($0) }
    }
    typealias Knobs = WatchCacheConfiguration
    let path = watches.configuration.path
    idle.add(
      [
        Knobs.defaultSize.name, Knobs.sizes.name, Knobs.hasDynamicSize.name, Knobs.bookmarks.name,
        Knobs.cacheUpdate.name,
      ], in: path, unless: counted(watches.metrics.received))
    idle.add(
      [
        Knobs.serializesOnce.name, Knobs.channelSize.name, Knobs.connectionBuffer.name,
        Knobs.encodeCPUPerKilobyte.name, Knobs.decodeCPUPerKilobyte.name, Knobs.eventCPU.name,
      ], in: path, unless: counted(watches.metrics.dispatched))
    idle.add(
      [Knobs.budgetRefill.name, Knobs.budgetLimit.name], in: path,
      unless: watches.hasFilledChannel)
    idle.add([Knobs.storeHistory.name], in: path, unless: watches.hasFilledChannel)
    idle.add(
      [Knobs.relistsFromStore.name], in: path, unless: counted(watches.metrics.expired))
    idle.add(
      [Knobs.watchTimeout.name], in: path, unless: counted(watches.metrics.requests))
    idle.add(
      [Knobs.filterCPU.name], in: path,
      unless: watches.kinds.contains { $0.selection == .filtered || $0.skipsHeadless }
        && counted(watches.metrics.received))
    idle.add(
      [Knobs.proxySkipsHeadless.name], in: path,
      unless: context.objects.hasLabels && counted(watches.metrics.received))
    typealias Memory = MemoryConfiguration
    let memory = configuration.memory.path
    let lists = context.hasServed([.list])
    idle.add(
      [
        Memory.listFactor.name, Memory.streamingEncoders.name, Memory.streamBytes.name,
        Memory.nonHeap.name, Memory.retainExtra.name,
      ], in: memory, unless: lists)
    idle.add(
      [Memory.watchList.name], in: memory,
      unless: context.classes.contains {
        $0.requester == .informers
          && $0.metrics.serverOutcomes.contains(where: context.instruments.hasCounted)
      })
    idle.add([Memory.restartDelay.name], in: memory, unless: counted(metrics.memoryKills))
  }
}
