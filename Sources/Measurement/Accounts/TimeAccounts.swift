// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// The time accounts of one path: those in flight in a slab, the closed ones as one profile a class.
///
/// Whoever travels the path (a request, a pod) opens an account, every resource on the way charges
/// what the traveller spent there, and the account is closed on arrival. Parts must not overlap in
/// time: their sum is at most the latency, and the rest is reported as unaccounted. Opening,
/// charging and closing are O(1), O(1) and O(resources); nothing is allocated once the slab has
/// its largest size and the latency buckets in use have been met.
package struct TimeAccounts: Sendable, Codable, Equatable {
  private struct Slot: Sendable, Codable, Equatable {
    var opened: SimTime
    var subject: UInt64
    var generation: UInt32
    var classIndex: UInt32
    var isOpen: Bool
  }

  /// The columns of all accounts.
  package let layout: AccountLayout
  /// The profiles of all classes, in the order of declaration.
  package private(set) var profiles: [AccountProfile] = []
  /// Accounts count in the profile if they are closed within this window.
  package private(set) var window = MeasuringWindow(start: .zero, end: nil)
  private var slots: [Slot] = []
  /// Vectors of the slots, one row of `layout.width` after the other, in nanoseconds.
  private var charges: [Int64] = []
  /// Slots not in use; the latest freed is used next.
  private var free: [UInt32] = []

  /// No classes and no accounts.
  /// - Parameter reserved: how many accounts may be in flight before memory is asked for.
  package init(layout: AccountLayout, reserving reserved: Int = 0) {
    self.layout = layout
    slots.reserveCapacity(reserved)
    charges.reserveCapacity(reserved * layout.width)
    free.reserveCapacity(reserved)
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    layout = try container.decode(AccountLayout.self, forKey: .layout)
    profiles = try container.decode([AccountProfile].self, forKey: .profiles)
    window = try container.decode(MeasuringWindow.self, forKey: .window)
    slots = try container.decode([Slot].self, forKey: .slots)
    charges = try container.decode([Int64].self, forKey: .charges)
    free = try container.decode([UInt32].self, forKey: .free)
    guard charges.count == slots.count * layout.width,
      profiles.allSatisfy({ $0.layout == layout }),
      slots.allSatisfy({ profiles.indices.contains(Int($0.classIndex)) }),
      free.allSatisfy({ slots.indices.contains(Int($0)) && !slots[Int($0)].isOpen }),
      free.count == slots.count(where: { !$0.isOpen })
    else { throw DecodingError.inconsistent("time accounts", decoder) }
  }

  /// Declares a class; the same name gives the same id.
  /// - Parameter slowest: how many of the slowest accounts are kept whole.
  package mutating func declare(_ name: String, keeping slowest: Int = 100) -> AccountClassID {
    if let known = profiles.firstIndex(where: { $0.name == name }) {
      return AccountClassID(index: UInt32(known))
    }
    profiles.append(AccountProfile(name: name, layout: layout, keeping: slowest))
    return AccountClassID(index: UInt32(profiles.count - 1))
  }

  /// Accounts in flight.
  package var inFlight: Int { slots.count - free.count }

  /// The closed accounts of a class.
  package func profile(of id: AccountClassID) -> AccountProfile { profiles[Int(id.index)] }

  // MARK: The life of an account

  /// Opens an account.
  /// - Parameter subject: what the account belongs to (number of the pod, of the request), kept with
  ///   the slowest.
  package mutating func open(
    _ class: AccountClassID, at time: SimTime, subject: UInt64 = 0
  ) -> AccountID {
    precondition(profiles.indices.contains(Int(`class`.index)), "no such class of accounts")
    if let slot = free.popLast() {
      let index = Int(slot)
      slots[index].opened = time
      slots[index].subject = subject
      slots[index].classIndex = `class`.index
      slots[index].isOpen = true
      let row = index * layout.width..<(index + 1) * layout.width
      var parts = charges.mutableSpan  // one check for uniqueness instead of one a column
      for column in row { parts[column] = 0 }
      return AccountID(slot: slot, generation: slots[index].generation)
    }
    slots.append(
      Slot(
        opened: time, subject: subject, generation: 0, classIndex: `class`.index, isOpen: true))
    charges.append(contentsOf: repeatElement(0, count: layout.width))
    return AccountID(slot: UInt32(slots.count - 1), generation: 0)
  }

  /// Adds time spent at a resource of the layout; neither part is negative.
  package mutating func charge(
    _ id: AccountID, resource: Int, waiting: SimDuration = .zero,
    service: SimDuration = .zero
  ) {
    precondition(
      waiting.nanoseconds >= 0 && service.nanoseconds >= 0, "time spent is not negative")
    let base = index(of: id) * layout.width
    charges[base + layout.column(resource, .waiting)] += waiting.nanoseconds
    charges[base + layout.column(resource, .service)] += service.nanoseconds
  }

  /// Ends an account and adds it to the profile of its class.
  /// - Returns: the time since it was opened.
  @discardableResult
  package mutating func close(_ id: AccountID, at time: SimTime) -> SimDuration {
    let index = index(of: id)
    let slot = slots[index]
    let latency = time - slot.opened
    precondition(latency.nanoseconds >= 0, "an account cannot be closed before it was opened")
    if window.isOpen {
      profiles[Int(slot.classIndex)].add(
        charges[index * layout.width..<(index + 1) * layout.width],
        latency: latency.nanoseconds, subject: slot.subject, opened: slot.opened)
    }
    release(id)
    return latency
  }

  /// Ends an account of which nothing is to be learned (its traveller gave up); only their number is
  /// kept.
  package mutating func abandon(_ id: AccountID) {
    let index = index(of: id)
    if window.isOpen { profiles[Int(slots[index].classIndex)].noteAbandoned() }
    release(id)
  }

  /// When an account in flight was opened.
  package func opened(_ id: AccountID) -> SimTime { slots[index(of: id)].opened }

  /// What has been charged so far to an account in flight, over all resources.
  package func charged(_ id: AccountID) -> SimDuration {
    let base = index(of: id) * layout.width
    return SimDuration(nanoseconds: charges[base..<base + layout.width].reduce(0, +))
  }

  // MARK: Following one account

  /// Whether an account is in flight.
  package func isOpen(_ id: AccountID) -> Bool {
    slots[Int(id.slot)].isOpen && slots[Int(id.slot)].generation == id.generation
  }

  /// What an account in flight belongs to.
  package func subject(of id: AccountID) -> UInt64 { slots[index(of: id)].subject }

  /// The class of an account in flight.
  package func className(of id: AccountID) -> String {
    profiles[Int(slots[index(of: id)].classIndex)].name
  }

  /// What has been charged to an account, in the columns of the layout; also after it was closed, as
  /// long as its slot is not used again. Nil from then on.
  package func parts(of id: AccountID) -> [SimDuration]? {
    let slot = slots[Int(id.slot)]
    guard
      slot.isOpen
        ? slot.generation == id.generation : slot.generation == id.generation &+ 1
    else { return nil }
    let base = Int(id.slot) * layout.width
    return charges[base..<base + layout.width].map { SimDuration(nanoseconds: $0) }
  }

  private func index(of id: AccountID) -> Int {
    let index = Int(id.slot)
    precondition(
      slots.indices.contains(index) && slots[index].isOpen
        && slots[index].generation == id.generation, "the account is no longer open")
    return index
  }

  private mutating func release(_ id: AccountID) {
    let index = Int(id.slot)
    slots[index].isOpen = false
    slots[index].generation &+= 1
    free.append(id.slot)
  }

  // MARK: The measuring window

  /// Ends the warm-up: the profiles start again; accounts in flight go on.
  package mutating func openWindow(at time: SimTime) {
    precondition(time >= window.end ?? window.start, "a window cannot open in the past")
    window = MeasuringWindow(start: time, end: nil)
    for index in profiles.indices { profiles[index].reset() }
  }

  /// Ends measuring: the profiles stay what they are; accounts in flight go on.
  package mutating func closeWindow(at time: SimTime) {
    precondition(window.isOpen && time >= window.start, "no window is open at this time")
    window.end = time
  }

  /// Size in memory, in bytes; texts are left out.
  package var memoryFootprint: Int {
    MemoryLayout<Self>.size + slots.capacity * MemoryLayout<Slot>.stride
      + charges.capacity * MemoryLayout<Int64>.stride
      + free.capacity * MemoryLayout<UInt32>.stride
      + profiles.reduce(0) { $0 + $1.memoryFootprint }
  }
}
