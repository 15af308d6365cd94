// SPDX-License-Identifier: Apache-2.0

/// Many timers with one constant time-out, in one ring and with one pending event.
///
/// Deadlines of a constant time-out come in the order in which they were issued, so they need no
/// event list. Timers are not cancelled: the model asks for what is due and ignores what has been
/// finished already.
///
/// ```swift
/// case .request(let id):
///   if let wake = timeouts.issue(id, at: agenda.now) { agenda.schedule(.timeouts, at: wake) }
/// case .timeouts:
///   while let id = timeouts.expire(at: agenda.now) {
///     if requests.isOpen(id) { agenda.send(.timedOut(id)) }
///   }
///   if let wake = timeouts.nextWake { agenda.schedule(.timeouts, at: wake) }
/// ```
///
/// If ids are used again the element should carry a generation. O(1) a timer; memory grows by
/// doubling to the largest number of timers within one time-out, and not after that.
@frozen
public struct DeadlineLane<Element> {
  @frozen
  @usableFromInline
  struct Timer {
    @usableFromInline let deadline: SimTime
    @usableFromInline let element: Element

    @inlinable
    init(deadline: SimTime, element: Element) {
      self.deadline = deadline
      self.element = element
    }
  }

  /// The time from issue to deadline.
  public let timeout: SimDuration
  @usableFromInline var timers: RingBuffer<Timer>
  /// Whether the model has the lane's event on its agenda.
  @usableFromInline var isArmed: Bool

  /// An empty lane.
  ///
  /// - Parameter timeout: not negative.
  @inlinable
  public init(timeout: SimDuration) {
    precondition(timeout >= .zero, "a negative time-out")
    self.timeout = timeout
    timers = RingBuffer()
    isArmed = false
  }

  /// The number of timers, those included that the model would ignore.
  @inlinable public var count: Int { timers.count }

  /// Starts a timer.
  ///
  /// - Returns: when the model must schedule the lane's event; nil if it is on the agenda already.
  @inlinable
  public mutating func issue(_ element: Element, at now: SimTime) -> SimTime? {
    let deadline = now + timeout
    timers.append(Timer(deadline: deadline, element: element))
    if isArmed { return nil }
    isArmed = true
    return deadline
  }

  /// The next element that is due, nil if none is (any more). Ask until nil, then look at
  /// ``nextWake``.
  @inlinable
  public mutating func expire(at now: SimTime) -> Element? {
    guard let first = timers.first, first.deadline <= now else {
      isArmed = !timers.isEmpty
      return nil
    }
    return timers.removeFirst().element
  }

  /// Drops timers from the front as long as `isFinished` says so, to be asked before ``nextWake``:
  /// the lane then sleeps until something that matters can be due.
  @inlinable
  public mutating func dropFinished(_ isFinished: (Element) -> Bool) {
    while let first = timers.first, isFinished(first.element) { _ = timers.removeFirst() }
    isArmed = !timers.isEmpty
  }

  /// When the lane's event must come next, nil if no timer runs.
  @inlinable public var nextWake: SimTime? { timers.first?.deadline }
}

extension DeadlineLane: Sendable where Element: Sendable {}
extension DeadlineLane.Timer: Sendable where Element: Sendable {}
extension DeadlineLane: Encodable where Element: Encodable {}
extension DeadlineLane.Timer: Encodable where Element: Encodable {}
extension DeadlineLane: Decodable where Element: Decodable {}
extension DeadlineLane.Timer: Decodable where Element: Decodable {}
