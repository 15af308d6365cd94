// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// What requests cost in CPU time.
extension APIServers {
  /// CPU before the store is asked: receiving, authorising, decoding and admitting.
  func arrivalCost(of row: RequestRow, _ requestClass: RequestClass) -> SimDuration {
    let bytes = row.objectBytes > 0 ? Int64(row.objectBytes) : Int64(requestClass.objectBytes)
    switch requestClass.verb {
    case .list, .watch: return costs.readCPU
    case .get:
      // With its answer: what comes from the cache is made in one go.
      let answer = requestClass.contentType.bytes(ofStored: bytes, objects: 1)
      // An object from the cache is encoded, as in a LIST; one from etcd is decoded before.
      let perKilobyte =
        storePlan(of: requestClass) == nil ? costs.listCPUPerKilobyte : costs.cpuPerKilobyte
      return costs.readCPU + self.perKilobyte(perKilobyte, bytes)
        + json(requestClass, bytes: answer)
    case .create:
      let isPod = requestClass.resource == podResource && requestClass.effect != .binding
      return costs.createCPU + (isPod ? costs.podCreateCPU : .zero)
        + perKilobyte(costs.writeCPUPerKilobyte, bytes) + json(requestClass, bytes: 0)
    case .update:
      return costs.writeCPU + perKilobyte(costs.writeCPUPerKilobyte, bytes)
        + json(requestClass, bytes: 0)
    case .patch:
      return costs.writeCPU + perKilobyte(costs.patchCPUPerKilobyte, bytes)
        + json(requestClass, bytes: 0)
    case .delete:
      return costs.writeCPU + perKilobyte(costs.cpuPerKilobyte, bytes)
        + json(requestClass, bytes: 0)
    }
  }

  /// CPU of a JSON body beyond that of a protobuf one.
  private func json(_ requestClass: RequestClass, bytes: Int64) -> SimDuration {
    guard requestClass.contentType == .json else { return .zero }
    return costs.jsonCPUPerMessage + perKilobyte(costs.jsonCPUPerKilobyte, bytes)
  }

  /// Bytes of an answer on the wire, and the CPU of making it from what was found.
  func response(
    to row: RequestRow, _ requestClass: RequestClass, fromStore: Bool,
    _ context: borrowing ClusterContext
  ) -> (bytes: Int64, cpu: SimDuration) {
    guard requestClass.verb == .list else {
      let bytes = requestClass.contentType.bytes(ofStored: row.responseBytes, objects: 1)
      return (bytes, requestClass.verb == .get ? .zero : json(requestClass, bytes: bytes))
    }
    var cpu = SimDuration.zero
    if row.plan == .revision {
      cpu += costs.consistentReadCPU
      cpu += costs.consistentReadCPUPerObject * Int(context.objects.count(requestClass.resource))
    }
    if fromStore {
      cpu += costs.listDecodeCPU * Int(row.keys)
      cpu += perKilobyte(costs.listDecodeCPUPerKilobyte, row.responseBytes)
    } else if requestClass.selector == .label {
      cpu += costs.listScanCPU * Int(row.keys)
    }
    var objects = row.keys
    var stored = row.responseBytes
    if requestClass.selector != .none, row.keys > 0 {
      objects = min(row.keys, selectedObjects(of: row, requestClass, context))
      stored = stored / row.keys * objects + stored % row.keys * objects / row.keys
    }
    cpu += costs.listCPUPerObject * Int(objects)
    var bytes = requestClass.contentType.bytes(ofStored: stored, objects: objects)
    switch requestClass.contentType {
    case .protobuf: cpu += perKilobyte(costs.listCPUPerKilobyte, bytes)
    case .json: cpu += perKilobyte(costs.listJSONCPUPerKilobyte, bytes)
    }
    if requestClass.acceptsGzip, bytes > configuration.compressionThreshold.bytes {
      cpu += perKilobyte(costs.gzipCPUPerKilobyte, bytes)
      bytes = max(1, bytes * requestClass.compressionPermille / 1_000)
    }
    return (bytes, cpu)
  }

  /// What a selector leaves: as stated, or the asking node's own objects.
  private func selectedObjects(
    of row: RequestRow, _ requestClass: RequestClass, _ context: borrowing ClusterContext
  ) -> Int64 {
    guard requestClass.selectsOwn, row.origin != .none else { return requestClass.selectedObjects }
    return requestClass.resource == context.builtin.pods
      ? Int64(context.nodes[row.origin].podCount) : 1
  }

  /// CPU of waking a core for a step of a request; none while all have work.
  func wakeUp(_ server: Int) -> SimDuration {
    servers[server].slices < servers[server].cpu.servers ? costs.wakeUpCPU : .zero
  }

  /// Puts work on a core of a replica and counts it as the process's CPU time.
  mutating func occupyCore(
    of server: Int, for service: SimDuration, _ context: inout ClusterContext, at now: SimTime
  ) -> FIFOStation.Visit {
    context.instruments.add(service, to: metrics.cpuSeconds, at: now)
    return servers[server].cpu.arrive(at: now, service: service)
  }

  func perKilobyte(_ cost: SimDuration, _ bytes: Int64) -> SimDuration {
    SimDuration(nanoseconds: cost.nanoseconds * bytes / 1_000)
  }
}

extension APIServers {
  /// Costs of what no request has done.
  func addIdleCosts(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = APIServerCostConfiguration
    let path = configuration.path
    func add(_ names: [String], unless wasUsed: Bool) {
      idle.add(names, in: path, unless: wasUsed)
    }
    let lists = context.hasServed([.list])
    let creates = context.hasServed([.create])
    let hasJSON = context.classes.contains { $0.contentType == .json }
    add([Knobs.readCPU.name], unless: lists || context.hasServed([.get]))
    add([Knobs.createCPU.name, Knobs.podCreateCPU.name], unless: creates)
    add([Knobs.writeCPU.name], unless: context.hasServed([.update, .patch, .delete]))
    add([Knobs.cpuPerKilobyte.name], unless: context.hasServed([.get, .delete]))
    add([Knobs.writeCPUPerKilobyte.name], unless: context.hasServed([.create, .update]))
    add([Knobs.patchCPUPerKilobyte.name], unless: context.hasServed([.patch]))
    add([Knobs.wakeUpCPU.name], unless: context.hasServed(RequestVerb.allCases))
    add([Knobs.jsonCPUPerMessage.name, Knobs.jsonCPUPerKilobyte.name], unless: hasJSON)
    add([Knobs.listCPUPerObject.name, Knobs.listCPUPerKilobyte.name], unless: lists)
    add([Knobs.listJSONCPUPerKilobyte.name], unless: lists && hasJSON)
    add(
      [Knobs.listScanCPU.name],
      unless: lists && context.classes.contains { $0.selector == .label })
    add(
      [Knobs.listDecodeCPU.name, Knobs.listDecodeCPUPerKilobyte.name],
      unless: context.classes.contains { $0.verb == .list && $0.readSource == .store })
    add(
      [Knobs.consistentReadCPU.name, Knobs.consistentReadCPUPerObject.name],
      unless: lists && configuration.consistentListFromCache)
    add(
      [Knobs.gzipCPUPerKilobyte.name], unless: context.classes.contains { $0.acceptsGzip })
  }
}
