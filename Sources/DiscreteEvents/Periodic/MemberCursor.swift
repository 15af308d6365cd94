// SPDX-License-Identifier: Apache-2.0

/// Periodic work of many equal members with one pending event: heartbeats of 7,500 nodes.
///
/// All members have the same period and each its own *phase* within it. An active member *beats* at
/// every instant `start + phase + i * period`. The period is cut into slices; the model keeps one
/// cursor event on its agenda, and at the beginning of each slice takes the beats due within it and
/// schedules each as an event of its own, with its own jitter. So the event list holds the beats of
/// one slice and not one event a member.
///
/// ```swift
/// case .heartbeatCursor:
///   while let beat = heartbeats.nextBeat() {
///     agenda.schedule(.heartbeat(beat.member), at: beat.due + jitter(beat.member))
///   }
///   agenda.schedule(.heartbeatCursor, at: heartbeats.nextWake)
/// case .heartbeat(let node):
///   guard heartbeats.isActive(node) else { return }
/// ```
///
/// A member may be activated and deactivated at any time. A beat that was handed out before its
/// member was deactivated still comes, at most one slice later, hence the last line above. Within a
/// slice beats come in the order of activation, not of time. O(1) a beat and a change; nothing is
/// allocated but for new members.
public struct MemberCursor: Sendable, Codable {
  /// What is due: one member's periodic work.
  public struct Beat: Hashable, Sendable {
    /// Who is due.
    public let member: UInt32
    /// The exact instant, without jitter.
    public let due: SimTime
  }

  private static let nobody = UInt32.max

  /// The members of a slice are a doubly linked list through the members themselves.
  private struct Member: Codable, Sendable {
    var phase = SimDuration.zero
    var next = nobody
    var previous = nobody
    var isActive = false
    /// The last beat handed out, so that a member activated again within a slice does not beat
    /// twice.
    var lastDue: SimTime?
  }

  private struct Slice: Codable, Sendable {
    var first = nobody
    var last = nobody
  }

  /// The time between two beats of a member.
  public let period: SimDuration
  /// The length of a slice; the last one of a period may be shorter.
  public let sliceLength: SimDuration
  /// The number of active members.
  public private(set) var activeCount = 0

  private var members: [Member] = []
  private var slices: [Slice]
  /// When the first period begins.
  public let start: SimTime
  /// When the current period began.
  private var cycleStart: SimTime
  /// The slice that is handed out next or is being handed out.
  private var slice = 0
  /// The next member of the slice that is being handed out; nobody if it is finished.
  private var position = nobody
  private var isOpen = false

  /// A cursor without members. Its first slice begins at `start`, where the model schedules the
  /// first cursor event.
  ///
  /// - Parameters:
  ///   - period: the time between two beats of a member, above zero.
  ///   - slices: into how many slices the period is cut, at least 1 (and at most one a nanosecond).
  ///     About one for every four members keeps both the event list and the number of cursor events
  ///     small.
  ///   - start: when the first period begins.
  public init(period: SimDuration, slices: Int, start: SimTime = .zero) {
    precondition(period > .zero && slices >= 1, "a cursor needs a period and slices")
    self.period = period
    let length = (period.nanoseconds - 1) / Int64(slices) + 1
    sliceLength = SimDuration(nanoseconds: length)
    self.slices = Array(repeating: Slice(), count: Int((period.nanoseconds - 1) / length + 1))
    self.start = start
    cycleStart = start
  }

  /// The number of members, active or not.
  public var memberCount: Int { members.count }

  /// Whether a member is active; false for one that was never added.
  public func isActive(_ member: UInt32) -> Bool {
    member < members.count && members[Int(member)].isActive
  }

  // MARK: Members

  /// Adds members, not yet active, with phases spread evenly over the period: member i of all n at
  /// i / n.
  ///
  /// - Returns: their numbers; members are numbered from 0 in the order in which they are added.
  @discardableResult
  public mutating func addSpread(_ count: Int) -> Range<UInt32> {
    let first = UInt32(members.count)
    for index in 0..<count {
      let share = UInt128(index) * UInt128(period.nanoseconds) / UInt128(count)
      add(phase: SimDuration(nanoseconds: Int64(share)))
    }
    return first..<UInt32(members.count)
  }

  /// Adds one member, not yet active.
  ///
  /// - Parameter phase: within the period, `0 ..< period`.
  /// - Returns: its number.
  @discardableResult
  public mutating func add(phase: SimDuration) -> UInt32 {
    precondition(phase >= .zero && phase < period, "a phase lies within the period")
    members.append(Member(phase: phase))
    return UInt32(members.count - 1)
  }

  /// Adds the member whose next beat is to be at `beat`, such as a node that starts its heartbeat
  /// now.
  ///
  /// - Parameter beat: not before the start of the current period.
  /// - Returns: its number; it is not active yet.
  @discardableResult
  public mutating func add(beatingAt beat: SimTime) -> UInt32 {
    precondition(beat >= cycleStart, "a first beat in a period that is over")
    return add(phase: (beat - cycleStart) % period)
  }

  /// Lets a member beat from now on.
  ///
  /// - Returns: a beat that is due within the slice that was handed out already. The model must
  ///   schedule it itself, now; nil in the usual case. Nil too if the member was active.
  public mutating func activate(_ member: UInt32, at now: SimTime) -> Beat? {
    let index = Int(member)
    guard !members[index].isActive else { return nil }
    members[index].isActive = true
    activeCount += 1
    link(member)
    return missedBeat(member, at: now)
  }

  /// Lets a member beat no more. Nothing happens if it was not active.
  public mutating func deactivate(_ member: UInt32) {
    let index = Int(member)
    guard members[index].isActive else { return }
    members[index].isActive = false
    activeCount -= 1
    if position == member { position = members[index].next }
    unlink(member)
  }

  // MARK: Beats

  /// When the next slice begins: the model has one cursor event on its agenda, at this instant.
  public var nextWake: SimTime { cycleStart + sliceLength * slice }

  /// The next beat of the slice that begins at ``nextWake``, nil when all were handed out; the
  /// cursor then goes on to the following slice. To be asked at ``nextWake`` until nil.
  public mutating func nextBeat() -> Beat? {
    if !isOpen {
      isOpen = true
      position = slices[slice].first
    }
    guard position != Self.nobody else {
      finishSlice()
      return nil
    }
    let member = position
    let due = cycleStart + members[Int(member)].phase
    position = members[Int(member)].next
    members[Int(member)].lastDue = due
    return Beat(member: member, due: due)
  }

  private mutating func finishSlice() {
    isOpen = false
    slice += 1
    guard slice == slices.count else { return }
    slice = 0
    cycleStart += period
  }

  /// The beat between now and the next wake that will not be handed out, because its slice was.
  private mutating func missedBeat(_ member: UInt32, at now: SimTime) -> Beat? {
    guard !isOpen else { return nil }
    let phase = members[Int(member)].phase
    // The slice before the next one; that of the last period if the next is the first.
    let isFirst = slice == 0
    guard number(ofSliceAt: phase) == (isFirst ? slices.count : slice) - 1 else { return nil }
    guard !isFirst || cycleStart > start else { return nil }
    let due = (isFirst ? cycleStart - period : cycleStart) + phase
    guard due >= now, members[Int(member)].lastDue != due else { return nil }
    members[Int(member)].lastDue = due
    return Beat(member: member, due: due)
  }

  private func number(ofSliceAt phase: SimDuration) -> Int { phase / sliceLength }

  private mutating func link(_ member: UInt32) {
    let index = Int(member)
    let number = number(ofSliceAt: members[index].phase)
    let last = slices[number].last
    members[index].next = Self.nobody
    members[index].previous = last
    if last == Self.nobody {
      slices[number].first = member
    } else {
      members[Int(last)].next = member
    }
    slices[number].last = member
    // A slice that is being handed out and has come to its end goes on with the new one.
    if isOpen, number == slice, position == Self.nobody { position = member }
  }

  private mutating func unlink(_ member: UInt32) {
    let number = number(ofSliceAt: members[Int(member)].phase)
    let (next, previous) = (members[Int(member)].next, members[Int(member)].previous)
    if previous == Self.nobody {
      slices[number].first = next
    } else {
      members[Int(previous)].next = next
    }
    if next == Self.nobody {
      slices[number].last = previous
    } else {
      members[Int(next)].previous = previous
    }
  }
}
