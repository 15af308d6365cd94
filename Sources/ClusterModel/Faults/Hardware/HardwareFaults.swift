// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// Everything that can happen to the hardware.
package enum HardwareFaultEvent: BitwiseCopyable, Codable, Sendable {
  /// The first of a component's units fails (component, ticket of its clock).
  case due(UInt16, UInt32)
  /// A scripted moment of a component.
  case scripted(UInt16)
  /// A fault is repaired.
  case repaired(UInt32)
  /// The maintenance that was announced begins.
  case maintenanceDue(UInt32)
  /// A machine has started, new or again.
  case machineStarted(NodeID)
  /// A machine is gone for good, and what was broken in it.
  case machineGone(NodeID)
  /// A container has started on a machine with faults that make pods fail.
  case containerStarted(PodID)
  /// A gang has begun to work on a machine with faults.
  case workStarted(NodeID)
}

/// Hardware that fails: each component of the scenario's `faults` in its GPUs, machines or domains.
///
/// A fault goes through what there is: the machine stops, the container ends, work takes longer. Nothing
/// here knows who runs on the machine or what they do about it.
///
/// The cost is one event for each fault (and repair), not one for each GPU and moment. Time during which
/// a machine does not run is no exposure: its faults in that time do not happen.
package struct HardwareFaults: Codable, Sendable {
  var processes: [FaultProcess] = []
  var slots: MachineSlots
  /// GPUs of a machine, by pool.
  let gpus: [Int]
  private var seed: UInt64
  private let scope: String
  let interval: HistogramID
  var lastFault: SimTime?

  package init(seed: UInt64, scope: String, gpus: [Int], _ context: inout ClusterContext) {
    self.seed = seed
    self.scope = scope
    self.gpus = gpus
    slots = MachineSlots(pools: gpus.count)
    interval = context.instruments.histogram(.hardwareFaultInterval)
    context.hardware.isWatched = true
  }

  package mutating func add(
    _ configuration: FaultConfiguration, component: String, pools: [Bool],
    _ context: inout ClusterContext
  ) {
    processes.append(
      FaultProcess(
        configuration, component: component, pools: Array(zip(pools, gpus)), &context))
  }

  package mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    for node in context.nodes.ids where context.nodes[node].machineIsUp {
      begin(node, &context, &agenda)
    }
    for index in processes.indices {
      for time in processes[index].times {
        agenda.schedule(.hardware(.scripted(UInt16(index))), in: context.cluster, at: time)
      }
      wake(index, context, &agenda)
    }
  }

  package mutating func handle(
    _ event: HardwareFaultEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .due(let index, let ticket):
      guard processes[Int(index)].clock.ticket == ticket else { return }
      processes[Int(index)].clock.woke()
      while let entry = processes[Int(index)].clock.next(at: agenda.now) {
        fail(entry, Int(index), &context, &agenda)
      }
      wake(Int(index), context, &agenda)
    case .scripted(let index): failAsScripted(Int(index), &context, &agenda)
    case .repaired(let fault): repair(fault, &context, &agenda)
    case .maintenanceDue(let fault): maintain(fault, &context, &agenda)
    case .machineStarted(let node):
      guard slots.slot(of: node) == nil else { return }
      begin(node, &context, &agenda)
      for index in processes.indices { wake(index, context, &agenda) }
    case .machineGone(let node):
      for fault in context.hardware.faults(of: node) { close(fault.id, &context, agenda.now) }
      slots.remove(node)
    case .containerStarted(let pod): containerStarted(pod, &context, &agenda)
    case .workStarted(let node): workStarted(node, &context, &agenda)
    }
  }

  /// Replaces the luck from here on; times that have been drawn stay.
  package mutating func reseed(_ seed: UInt64) { self.seed = seed }

  // MARK: Clocks

  /// Has the first failure of a component come as an event.
  private mutating func wake(
    _ index: Int, _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let (time, ticket) = processes[index].clock.wakeUp() else { return }
    agenda.schedule(.hardware(.due(UInt16(index), ticket)), in: context.cluster, at: time)
  }

  /// A new machine: its units get their clocks, and it may be broken already.
  private mutating func begin(
    _ node: NodeID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let pool = context.nodes[node].pool
    let slot = slots.place(node, in: pool)
    for index in processes.indices where processes[index].pools[pool.index] {
      beginWithDefect(index, node, pool, &context, &agenda)
      guard processes[index].intervals != nil else { continue }
      switch processes[index].unit {
      case .machine: draw(slot, index, from: agenda.now)
      case .gpu:
        for gpu in 0..<UInt32(gpus[pool.index]) {
          draw(slot * Self.gpusPerSlot + gpu, index, from: agenda.now)
        }
      case .domain:
        let number = Int(slots.slots[Int(slot)].ordinal) / processes[index].nodesPerDomain
        let domain = FaultProcess.Domain(pool: pool, number: number)
        guard !processes[index].domains.contains(domain) else { continue }
        processes[index].domains.append(domain)
        draw(UInt32(processes[index].domains.count - 1), index, from: agenda.now)
      }
    }
  }

  private mutating func beginWithDefect(
    _ index: Int, _ node: NodeID, _ pool: NodePoolID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let process = processes[index]
    guard process.probability > 0 else { return }
    var luck = RandomStream(
      seed: seed, name: "\(scope)/faults/\(process.component)/new", index: UInt64(node.rawValue))
    guard luck.nextUnit() < process.probability else { return }
    let gpu = process.scope == .gpu ? UInt8(luck.below(UInt64(gpus[pool.index]))) : nil
    let repair = count(index, agenda.now, &context)
    strike(index, node, gpu: gpu, repair: repair, &context, &agenda)
  }

  /// Units of a slot where each GPU is one.
  private static var gpusPerSlot: UInt32 { 64 }

  /// Draws when a unit fails next.
  private mutating func draw(_ unit: UInt32, _ index: Int, from time: SimTime) {
    let (place, pool) = place(of: unit, index)
    guard let interval = processes[index].intervals?[pool.index] else { return }
    let draw = processes[index].clock.nextDraw(of: unit)
    var luck = luck(index, pool, place, draw)
    var seconds = interval.sample(&luck)
    if let lemons = processes[index].lemons {
      let slot = processes[index].unit == .gpu ? unit / Self.gpusPerSlot : unit
      seconds /= factor(of: slots.slots[Int(slot)].node, lemons, index)
    }
    let due = time + SimDuration(roundingSeconds: seconds)
    // A time that is never reached needs no entry.
    if due < .end { processes[index].clock.set(unit, due: due) }
  }

  /// The number of a unit within its pool, which is that of its luck.
  private func place(of unit: UInt32, _ index: Int) -> (place: UInt64, pool: NodePoolID) {
    switch processes[index].unit {
    case .machine:
      let slot = slots.slots[Int(unit)]
      return (UInt64(slot.ordinal) * UInt64(Self.gpusPerSlot), slot.pool)
    case .gpu:
      let slot = slots.slots[Int(unit / Self.gpusPerSlot)]
      let gpu = unit % Self.gpusPerSlot
      return (UInt64(slot.ordinal) * UInt64(Self.gpusPerSlot) + UInt64(gpu), slot.pool)
    case .domain:
      let domain = processes[index].domains[Int(unit)]
      return (UInt64(domain.number), domain.pool)
    }
  }

  /// The luck of one draw: 8 bits for the pool, 34 for the unit, 22 for the draw.
  private func luck(
    _ index: Int, _ pool: NodePoolID, _ place: UInt64, _ draw: UInt32
  ) -> RandomStream {
    RandomStream(
      seed: seed, name: "\(scope)/faults/\(processes[index].component)",
      index: UInt64(pool.rawValue) << 56 | place << 22 | UInt64(draw & 0x3F_FFFF))
  }

  /// How many times as often a machine fails as one that is no lemon.
  private func factor(of node: NodeID, _ lemons: LemonConfiguration, _ index: Int) -> Double {
    var luck = RandomStream(
      seed: seed, name: "\(scope)/faults/\(processes[index].component)/lemons",
      index: UInt64(node.rawValue))
    return luck.nextUnit() < lemons.share.value ? lemons.factor : 1
  }

  // MARK: Failures

  /// A unit's time has come. What does not run does not fail; its clock goes on.
  private mutating func fail(
    _ entry: FaultClock.Entry, _ index: Int, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let process = processes[index]
    var repair: SimDuration?
    switch process.unit {
    case .machine, .gpu:
      let isGPU = process.unit == .gpu
      let slot = slots.slots[Int(isGPU ? entry.unit / Self.gpusPerSlot : entry.unit)]
      guard slot.node != .none else { return }
      if context.nodes[slot.node].machineIsUp {
        repair = count(index, agenda.now, &context)
        strike(
          index, slot.node, gpu: gpu(of: entry, index, slot), repair: repair, &context, &agenda)
      }
    case .domain:
      let domain = process.domains[Int(entry.unit)]
      repair = failDomain(domain, index, &context, &agenda)
    }
    draw(entry.unit, index, from: agenda.now + (repair ?? .zero))
  }

  /// The GPU that fails: the unit's own, or any of the machine's.
  private func gpu(
    of entry: FaultClock.Entry, _ index: Int, _ slot: MachineSlots.Slot
  ) -> UInt8? {
    if processes[index].unit == .gpu { return UInt8(entry.unit % Self.gpusPerSlot) }
    guard processes[index].scope == .gpu else { return nil }
    var luck = luck(
      index, slot.pool, UInt64(slot.ordinal) * UInt64(Self.gpusPerSlot), entry.draw)
    _ = luck.next()
    return UInt8(luck.below(UInt64(gpus[slot.pool.index])))
  }

  /// All machines of a domain that run are hit; one fault.
  private mutating func failDomain(
    _ domain: FaultProcess.Domain, _ index: Int, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) -> SimDuration? {
    let size = processes[index].nodesPerDomain
    var repair: SimDuration?
    var isCounted = false
    for ordinal in domain.number * size..<(domain.number + 1) * size {
      guard let node = slots.node(in: domain.pool, at: ordinal), context.nodes[node].machineIsUp
      else { continue }
      if !isCounted {
        isCounted = true
        repair = count(index, agenda.now, &context)
      }
      strike(index, node, gpu: nil, repair: repair, &context, &agenda)
    }
    return repair
  }

  private mutating func failAsScripted(
    _ index: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let process = processes[index]
    let size = process.scope == .domain ? process.nodesPerDomain : 1
    for unit in process.units {
      // Pool by pool, in the order of the scenario.
      var number = unit
      for pool in process.pools.indices where process.pools[pool] {
        let id = NodePoolID(pool)
        let count = (slots.count(of: id) + size - 1) / size
        guard number >= count else {
          if process.scope == .domain {
            let domain = FaultProcess.Domain(pool: id, number: number)
            _ = failDomain(domain, index, &context, &agenda)
          } else if let node = slots.node(in: id, at: number), context.nodes[node].machineIsUp {
            let repair = self.count(index, agenda.now, &context)
            let gpu = process.scope == .gpu ? min(process.gpu, UInt8(gpus[pool] - 1)) : nil
            strike(index, node, gpu: gpu, repair: repair, &context, &agenda)
          }
          break
        }
        number -= count
      }
    }
  }
}
