// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Resident memory of the API servers: what is there without load, the watch caches with the older
/// versions in their windows, the watches, and the answers of LISTs under way. Past the memory of
/// the machine the kernel kills the process. Seats limit requests, not watches and not bytes.
///
/// An answer that has left is garbage. What is resident without LISTs was measured on servers that had
/// just taken in their objects, so it holds a heap at its goal; the Go scavenger gives back to the
/// kernel only what exceeds the goal by more than `retain-extra-percent`. Garbage of answers below that
/// stays resident, and later answers are made in it.
extension APIServers {
  /// Brings the part that changes slowly up to date, every tick.
  mutating func measureMemory(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    let knobs = configuration.memory
    var cached: Int64 = 0
    for index in watches.windows.indices where !uncached[index] {
      let resource = ResourceID(index)
      let objects = context.objects.count(resource)
      let bytes = context.objects.totalBytes(resource)
      let old = Int64(watches.windows[index].supersededCount)
      cached += knobs.cached(objects: objects, bytes: bytes)
      if old > 0 {
        cached += knobs.cached(objects: old, bytes: bytes / max(1, objects) * old)
      }
    }
    for server in servers.indices {
      var resident: Int64 = 0
      if servers[server].phase == .serving {
        resident =
          Int64(knobs.base.bytes) + cached
          + Int64(watches.watches(on: server)) * Int64(knobs.perWatch.bytes)
      }
      servers[server].restingMemory = resident
      servers[server].retainedGarbage = min(
        servers[server].retainedGarbage, garbageLimit(of: resident))
      checkMemory(server, &context, &agenda)
    }
  }

  private mutating func checkMemory(
    _ server: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let resident =
      servers[server].restingMemory
      + max(servers[server].answerMemory, servers[server].retainedGarbage)
    if resident != servers[server].shownMemory {
      servers[server].shownMemory = resident
      context.instruments.set(Int(resident), metrics.resident[server], at: agenda.now)
    }
    guard servers[server].phase == .serving, resident > servers[server].memoryLimit else { return }
    context.instruments.add(1, to: metrics.memoryKills[server], at: agenda.now)
    stop(server, &context, &agenda)
    schedule(
      .start(UInt8(server)), after: configuration.memory.restartDelay, context, &agenda)
  }

  /// The answer of a LIST takes memory from here on; returns whether its server survives that.
  mutating func holdAnswer(
    _ id: RequestID, _ requestClass: RequestClass, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) -> Bool {
    guard requestClass.verb == .list, !context.requests[id].holdsAnswer else { return true }
    let server = context.requests[id].server.index
    context.requests[id].holdsAnswer = true
    servers[server].answerMemory += answerMemory(context.requests[id], requestClass)
    checkMemory(server, &context, &agenda)
    return !context.requests[id].serverGaveUp
  }

  mutating func releaseAnswer(_ id: RequestID, _ context: inout ClusterContext) {
    guard context.requests[id].holdsAnswer else { return }
    context.requests[id].holdsAnswer = false
    let row = context.requests[id]
    servers[row.server.index].answerMemory -= answerMemory(
      row, context.classes[row.classID.index])
    retainGarbage(of: row)
  }

  /// A streamed answer is never whole in memory, but all of it was allocated.
  private mutating func retainGarbage(of row: RequestRow) {
    let server = row.server.index
    servers[server].retainedGarbage = min(
      garbageLimit(of: servers[server].restingMemory),
      servers[server].retainedGarbage + wholeAnswer(row))
  }

  private func garbageLimit(of restingMemory: Int64) -> Int64 {
    let heap = max(0, restingMemory - Int64(configuration.memory.nonHeap.bytes))
    return Int64((Double(heap) * configuration.memory.retainExtra / 100).rounded())
  }

  private func answerMemory(_ row: RequestRow, _ requestClass: RequestClass) -> Int64 {
    let knobs = configuration.memory
    if knobs.streamingEncoders || (knobs.watchList && requestClass.requester == .informers) {
      return min(Int64(knobs.streamBytes.bytes), wholeAnswer(row))
    }
    return wholeAnswer(row)
  }

  private func wholeAnswer(_ row: RequestRow) -> Int64 {
    Int64((Double(row.answerBytes) * configuration.memory.listFactor).rounded())
  }
}

extension WatchRegistry {
  /// Watches that are connected to a replica.
  func watches(on server: Int) -> Int {
    kinds.indices.reduce(0) {
      $0 + cohorts[cohort(WatchKindID($1), on: server)].clients * kinds[$1].count
    }
  }
}
