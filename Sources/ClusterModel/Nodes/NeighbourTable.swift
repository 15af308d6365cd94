// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// A machine's neighbour table: `machines.NAME."net.ipv4.neigh.default"`.
package struct NeighbourConfiguration: Configurable, Codable {
  package var path: KnobPath
  package var threshold1: Int
  package var threshold2: Int
  package var threshold3: Int
  package var interval: SimDuration
  package var staleTime: SimDuration
  package var reachableTime: SimDuration

  package static let threshold1 = Knob<Int>(
    "gc_thresh1", default: 128, in: 0...100_000_000,
    help: "Below so many entries nothing is collected.",
    source: "Linux Documentation/networking/ip-sysctl: 128")
  package static let threshold2 = Knob<Int>(
    "gc_thresh2", default: 512, in: 1...100_000_000,
    help: "From so many entries on, unused ones are collected for a new one, every 5 s at most.",
    source: "Linux Documentation/networking/ip-sysctl: 512")
  package static let threshold3 = Knob<Int>(
    "gc_thresh3", default: 1_024, in: 1...100_000_000,
    help: "Most entries; when all are in use, a new neighbour cannot be talked to.",
    source: "Linux Documentation/networking/ip-sysctl: 1024")
  package static let interval = Knob<SimDuration>(
    "gc_interval", default: .seconds(30), in: .seconds(1) ... .hours(1),
    help: "Time between two collections of stale entries.", source: "arp(7): 30 s")
  package static let staleTime = Knob<SimDuration>(
    "gc_stale_time", default: .seconds(60), in: .seconds(1) ... .hours(1),
    help: "An entry that was not used for so long is stale.", source: "arp(7): 60 s")
  package static let reachableTime = Knob<SimDuration>(
    "base_reachable_time", default: .seconds(30), in: .seconds(1) ... .hours(1),
    help: "Time since its last use for which an entry is taken for reachable and not given up.",
    source: "arp(7): 30 s; net/core/neighbour.c: NUD_REACHABLE holds a reference")

  package static let declaration = SectionDeclaration(
    "net.ipv4.neigh.default", help: "The neighbour (ARP) table of a machine."
  ) {
    threshold1
    threshold2
    threshold3
    interval
    staleTime
    reachableTime
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    threshold1 = reader[Self.threshold1]
    threshold2 = reader[Self.threshold2]
    threshold3 = reader[Self.threshold3]
    interval = reader[Self.interval]
    staleTime = reader[Self.staleTime]
    reachableTime = reader[Self.reachableTime]
    if threshold2 > threshold3 {
      reader.fail(Self.threshold2, "lies above gc_thresh3 (\(threshold3))")
    }
  }

  /// The knobs' defaults, for a machine that the scenario does not name.
  package static let unnamed = NeighbourConfiguration()

  private init() {
    path = KnobPath()
    threshold1 = 128
    threshold2 = 512
    threshold3 = 1_024
    interval = .seconds(30)
    staleTime = .seconds(60)
    reachableTime = .seconds(30)
  }
}

/// The neighbour table of one node, as net/core/neighbour.c keeps it: an entry for each address on the
/// link that the node talks to.
///
/// A new entry finds room when the table is below `gc_thresh3`; otherwise those that were not used for
/// the time that they count as reachable are given up, and if there are none, the packet cannot be
/// sent ("neighbor table overflow!"). Entries are linked in the order of their last use, so every
/// operation is O(1) but for what it removes.
package struct NeighbourTable: Codable, Sendable {
  private struct Entry: Codable, Sendable {
    var lastUse: SimTime
    /// Neighbours in the order of use; `.max` at the ends.
    var older: UInt32
    var newer: UInt32
    var isPresent: Bool
  }

  private let configuration: NeighbourConfiguration
  /// By peer; grows with the largest that was seen.
  private var entries: [Entry] = []
  private var oldest: UInt32 = .max
  private var newest: UInt32 = .max
  private var lastFlush: SimTime?
  private var lastCollection: SimTime = .zero
  package private(set) var count = 0
  /// Entries that found no room (`table_fulls` of /proc/net/stat/arp_cache).
  package private(set) var overflows = 0

  /// net/core/neighbour.c, `neigh_alloc`: between two flushes from `gc_thresh2` on.
  private static let flushInterval: SimDuration = .seconds(5)

  package init(_ configuration: NeighbourConfiguration) { self.configuration = configuration }

  /// Talks to a peer; whether its address could be resolved.
  package mutating func use(_ peer: UInt32, at now: SimTime) -> Bool {
    if has(peer) {
      unlink(peer)
      link(peer, at: now)
      return true
    }
    collect(at: now)
    guard makeRoom(at: now) else {
      overflows += 1
      return false
    }
    link(peer, at: now)
    return true
  }

  package func has(_ peer: UInt32) -> Bool {
    Int(peer) < entries.count && entries[Int(peer)].isPresent
  }

  /// The periodic collection, made up for when it matters.
  private mutating func collect(at now: SimTime) {
    guard count >= configuration.threshold1, now - lastCollection >= configuration.interval
    else { return }
    lastCollection = now
    _ = giveUp(unusedFor: configuration.staleTime, at: now)
  }

  private mutating func makeRoom(at now: SimTime) -> Bool {
    let isFull = count >= configuration.threshold3
    let mayFlush = lastFlush.map { now - $0 > Self.flushInterval } ?? true
    guard isFull || (count >= configuration.threshold2 && mayFlush) else { return true }
    lastFlush = now
    let freed = giveUp(unusedFor: configuration.reachableTime, at: now)
    return freed > 0 || !isFull
  }

  private mutating func giveUp(unusedFor time: SimDuration, at now: SimTime) -> Int {
    var freed = 0
    while oldest != .max, now - entries[Int(oldest)].lastUse > time {
      unlink(oldest)
      freed += 1
    }
    return freed
  }

  private mutating func link(_ peer: UInt32, at now: SimTime) {
    while entries.count <= Int(peer) {
      entries.append(Entry(lastUse: .zero, older: .max, newer: .max, isPresent: false))
    }
    entries[Int(peer)] = Entry(lastUse: now, older: newest, newer: .max, isPresent: true)
    if newest == .max { oldest = peer } else { entries[Int(newest)].newer = peer }
    newest = peer
    count += 1
  }

  private mutating func unlink(_ peer: UInt32) {
    let entry = entries[Int(peer)]
    if entry.older == .max {
      oldest = entry.newer
    } else {
      entries[Int(entry.older)].newer = entry.newer
    }
    if entry.newer == .max {
      newest = entry.older
    } else {
      entries[Int(entry.newer)].older = entry.older
    }
    entries[Int(peer)].isPresent = false
    count -= 1
  }
}
