// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Everything that can happen to the controllers of Endpoints and EndpointSlices.
package enum EndpointEvent: BitwiseCopyable, Codable, Sendable {
  /// A service goes (back) to the queue of the Endpoints or the EndpointSlice controller.
  case enqueue(ServiceObject, UInt16)
}

extension EndpointEvent: PartEvent {
  static var part: String { "endpoint" }

  static let kindNames = ["enqueue"]

  var signature: EventSignature {
    switch self {
    case .enqueue(let a, let b):
      EventSignature(kind: 0, payload: (UInt64(a.rawValue), UInt64(b)))
    }
  }
}

/// What a service's addresses are written into.
package enum ServiceObject: UInt8, Codable, Sendable, BitwiseCopyable {
  case endpoints, slices
}

/// Keeps the addresses of services: the pods of a workload with `service: true` that run, or all nodes.
///
/// The Endpoints controller (pkg/controller/endpoint) writes all addresses of a service into one object,
/// and writes the whole object whenever one of them changes; the EndpointSlice controller
/// (pkg/controller/endpointslice) writes the slices that the change is in. Who watches gets what was
/// written. Changes that come during a write go together into the next one.
package struct EndpointControllers: Codable, Sendable {
  struct Service: Codable {
    /// Whose pods are its members; `nil` for a service of nodes.
    var workload: WorkloadID?
    /// Its list of members: 0 for pods.
    var list: UInt16 = 0
    /// Whoever selects by the label does not watch it.
    var isHeadless = false
    /// Addresses, as the informer shows them.
    var ready = 0
    /// Changes of them so far, and those that the stored Endpoints object holds.
    var changes: UInt32 = 0
    var stored: UInt32 = 0
    var hasObject = false
    /// Members that have come or gone since the last sync of the slices.
    var changed: [ServiceMember] = []
    /// The write of the slices' sync that is under way.
    var slice: UInt32 = .max
    var write = SliceTable.Write.update
    let addresses: GaugeID
  }

  let settings: EndpointsConfiguration
  let classes: EndpointClasses?
  var services: [Service] = []
  var slices: SliceTable
  private var endpointsQueue: WorkQueue
  private var slicesQueue: WorkQueue
  /// Pods whose address a service has; by pod.
  private var isListed: [Bool] = []
  /// Nodes that are members of the services of nodes; by node.
  var isMember: [Bool] = []
  let sliceCount: GaugeID
  private let sliceChanges: [CounterID]

  package init(
    _ settings: EndpointsConfiguration, classes: EndpointClasses?, _ context: inout ClusterContext
  ) {
    self.settings = settings
    self.classes = classes
    slices = SliceTable(capacity: settings.maxEndpointsPerSlice)
    endpointsQueue = WorkQueue(workers: settings.endpointSyncs)
    slicesQueue = WorkQueue(workers: settings.sliceSyncs)
    sliceCount = context.instruments.gauge(.endpointSlices)
    context.instruments.set(0, sliceCount, at: .zero)
    sliceChanges = ["create", "update", "delete"].map {
      context.instruments.counter(.endpointSliceChanges, [MetricLabel("operation", $0)])
    }
  }

  /// A service that selects the pods of a workload.
  package mutating func add(
    _ workload: WorkloadID, name: String, _ context: inout ClusterContext
  ) {
    let addresses = context.instruments.gauge(.endpointAddresses, [MetricLabel("endpoint", name)])
    context.instruments.set(0, addresses, at: .zero)
    appendService(Service(workload: workload, addresses: addresses))
  }

  mutating func appendService(_ service: Service) {
    services.append(service)
    slices.appendService()
    endpointsQueue.append()
    slicesQueue.append()
  }

  package mutating func handle(
    _ event: EndpointEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .enqueue(.endpoints, let service):
      endpointsQueue.addDelayed(UInt32(service))
      workOnEndpoints(&context, &agenda)
    case .enqueue(.slices, let service):
      slicesQueue.addDelayed(UInt32(service))
      workOnSlices(&context, &agenda)
    }
  }

  /// The controllers' process has ended, or another one begins.
  package mutating func setWorking(
    _ works: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    endpointsQueue.setWorking(works)
    slicesQueue.setWorking(works)
    guard works else { return }
    workOnEndpoints(&context, &agenda)
    workOnSlices(&context, &agenda)
  }

  /// A pod has changed in the API; its own controller has taken that in already.
  package mutating func observed(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard !services.isEmpty else { return }
    let row = context.pods[pod]
    guard context.podTemplates[row.workload.index].hasService,
      let index = services.firstIndex(where: { $0.workload == row.workload })
    else { return }
    while isListed.count <= pod.index { isListed.append(false) }
    guard isListed[pod.index] != row.isCountedReady else { return }
    isListed[pod.index] = row.isCountedReady
    change(index, ServiceMember(pod), isIn: row.isCountedReady, &context, &agenda)
  }

  /// A service has a member more or less.
  mutating func change(
    _ index: Int, _ member: ServiceMember, isIn: Bool, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    services[index].ready += isIn ? 1 : -1
    services[index].changes &+= 1
    context.instruments.set(services[index].ready, services[index].addresses, at: agenda.now)
    enqueue(.endpoints, index, after: settings.endpointsBatchPeriod, &context, &agenda)
    guard settings.writesSlices else { return }
    services[index].changed.append(member)
    enqueue(.slices, index, after: settings.slicesBatchPeriod, &context, &agenda)
  }

  private func isIn(_ member: ServiceMember) -> Bool {
    member.list == 0 ? isListed[Int(member.index)] : isMember[Int(member.index)]
  }

  private mutating func enqueue(
    _ object: ServiceObject, _ index: Int, after period: SimDuration,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let item = UInt32(index)
    guard period > .zero else {
      if object == .endpoints {
        endpointsQueue.add(item)
        workOnEndpoints(&context, &agenda)
      } else {
        slicesQueue.add(item)
        workOnSlices(&context, &agenda)
      }
      return
    }
    let begins = object == .endpoints ? endpointsQueue.delay(item) : slicesQueue.delay(item)
    if begins { schedule(object, index, after: period, context, &agenda) }
  }

  private func schedule(
    _ object: ServiceObject, _ index: Int, after period: SimDuration,
    _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    agenda.schedule(
      .endpoints(.enqueue(object, UInt16(index))), in: context.cluster, at: agenda.now + period)
  }

  func bytes(of addresses: Int) -> Int {
    max(1, addresses) * Int(settings.endpointBytes.bytes)
  }
}

/// Syncs: what is written, and what becomes of it.
extension EndpointControllers {
  private mutating func workOnEndpoints(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let classes, endpointsQueue.beginDealing() else { return }
    while let item = endpointsQueue.next() {
      let index = Int(item)
      guard !services[index].hasObject || services[index].stored != services[index].changes else {
        _ = endpointsQueue.finish(item, hasFailed: false, at: agenda.now)
        continue
      }
      services[index].stored = services[index].changes
      let addresses = min(services[index].ready, settings.endpointsCapacity ?? .max)
      context.request(
        services[index].hasObject ? classes.updateEndpoints : classes.createEndpoints,
        subject: item, object: item, objectBytes: bytes(of: addresses), &agenda)
    }
    endpointsQueue.endDealing()
  }

  private mutating func workOnSlices(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard slicesQueue.beginDealing() else { return }
    while let item = slicesQueue.next() {
      let index = Int(item)
      let changed = services[index].changed
      services[index].changed.removeAll()
      slices.reconcile(
        index, adding: changed.filter(isIn), removing: changed.filter { !isIn($0) })
      if !writeSlice(index, &context, &agenda) {
        _ = slicesQueue.finish(item, hasFailed: false, at: agenda.now)
      }
    }
    slicesQueue.endDealing()
  }

  /// Sends the next write of a service's slices, one after the other; false: there is none.
  private mutating func writeSlice(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) -> Bool {
    guard let classes, slicesQueue.isWorking, let next = slices.nextWrite(of: index) else {
      return false
    }
    slices.begin(next.slice)
    services[index].slice = next.slice
    services[index].write = next.write
    if next.write == .create { labelSlice(next.slice, of: index, &context) }
    context.request(
      classes.slice(next.write), subject: UInt32(index), object: next.slice,
      objectBytes: bytes(of: slices.endpoints(in: next.slice)), &agenda)
    return true
  }

  /// A write has ended.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let request = context.requests[id]
    let index = Int(request.subject)
    guard let classes else { return }
    if request.classID == classes.createEndpoints || request.classID == classes.updateEndpoints {
      endpointsWritten(index, outcome == .ok, &context, &agenda)
    } else {
      sliceWritten(index, outcome == .ok, &context, &agenda)
    }
  }

  private mutating func endpointsWritten(
    _ index: Int, _ succeeded: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    if succeeded {
      services[index].hasObject = true
    } else {
      // Whatever was stored, it is not known to be this.
      services[index].stored = services[index].changes &- 1
    }
    if let pause = endpointsQueue.finish(UInt32(index), hasFailed: !succeeded, at: agenda.now) {
      schedule(.endpoints, index, after: pause, context, &agenda)
    }
    workOnEndpoints(&context, &agenda)
  }

  private mutating func sliceWritten(
    _ index: Int, _ succeeded: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let write = services[index].write
    slices.end(services[index].slice, write, succeeded: succeeded, in: index)
    if succeeded {
      context.instruments.add(1, to: sliceChanges[Int(write.rawValue)], at: agenda.now)
      if write != .update {
        context.instruments.adjust(sliceCount, by: write == .create ? 1 : -1, at: agenda.now)
      }
      if writeSlice(index, &context, &agenda) { return }
    }
    if let pause = slicesQueue.finish(UInt32(index), hasFailed: !succeeded, at: agenda.now) {
      schedule(.slices, index, after: pause, context, &agenda)
    }
    workOnSlices(&context, &agenda)
  }
}

extension EndpointControllers {
  func addIdleKnobs(to idle: inout IdleKnobs, in path: KnobPath) {
    typealias Knobs = EndpointsConfiguration
    let hasWritten = services.contains { $0.changes > 0 }
    idle.add(
      [
        Knobs.endpointSyncs.name, Knobs.endpointsBatchPeriod.name, Knobs.endpointBytes.name,
        Knobs.writesSlices.name,
      ], in: path, unless: hasWritten)
    idle.add(
      [
        Knobs.sliceSyncs.name, Knobs.slicesBatchPeriod.name, Knobs.maxEndpointsPerSlice.name,
      ], in: path, unless: hasWritten && settings.writesSlices)
    let capacity = settings.endpointsCapacity ?? .max
    idle.add(
      [Knobs.endpointsCapacity.name], in: path,
      unless: services.contains { $0.changes > capacity })
  }
}

/// The requests of the two controllers.
package struct EndpointClasses: Codable, Sendable {
  package var createEndpoints: RequestClassID
  package var updateEndpoints: RequestClassID
  package var createSlice: RequestClassID
  package var updateSlice: RequestClassID
  package var deleteSlice: RequestClassID

  func slice(_ write: SliceTable.Write) -> RequestClassID {
    switch write {
    case .create: createSlice
    case .update: updateSlice
    case .delete: deleteSlice
    }
  }
}
