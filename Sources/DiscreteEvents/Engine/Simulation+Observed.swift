// SPDX-License-Identifier: Apache-2.0

extension Simulation where Model: ~Copyable {
  /// ``step()``, watched by an observer.
  @inlinable
  @discardableResult
  public mutating func step(observer: inout some EventObserver & ~Copyable) -> Bool {
    executeNext(notAfter: .end, &observer)
  }

  /// ``run(until:)-(SimTime)``, watched by an observer.
  @inlinable
  public mutating func run(until end: SimTime, observer: inout some EventObserver & ~Copyable) {
    precondition(end >= agenda.now, "a run until an instant in the past")
    while executeNext(notAfter: end, &observer) {}
    agenda.advanceClock(to: end)
  }

  /// Executes at most `count` events with a time up to `end`; the clock stays at the last one. What a driver
  /// uses that wants to look up now and then.
  ///
  /// - Returns: the number of events executed; fewer than `count` when none is left up to `end`.
  @inlinable
  @discardableResult
  public mutating func run(
    until end: SimTime, atMost count: Int, observer: inout some EventObserver & ~Copyable
  ) -> Int {
    var executed = 0
    while executed < count, executeNext(notAfter: end, &observer) { executed &+= 1 }
    return executed
  }

  /// ``run(events:)``, watched by an observer.
  @inlinable
  @discardableResult
  public mutating func run(
    events count: Int, observer: inout some EventObserver & ~Copyable
  ) -> Int {
    var executed = 0
    while executed < count, executeNext(notAfter: .end, &observer) { executed &+= 1 }
    return executed
  }

  /// ``runToEnd()``, watched by an observer.
  @inlinable
  public mutating func runToEnd(observer: inout some EventObserver & ~Copyable) {
    while executeNext(notAfter: .end, &observer) {}
  }

  /// `run(until:)` with a condition, watched by an observer.
  @inlinable
  @discardableResult
  public mutating func run(
    observer: inout some EventObserver & ~Copyable,
    until isFinished: (borrowing Model, borrowing Agenda<Model.Event>) -> Bool
  ) -> Bool {
    while !isFinished(model, agenda) {
      guard executeNext(notAfter: .end, &observer) else { return false }
    }
    return true
  }

  @inlinable
  mutating func executeNext(
    notAfter limit: SimTime, _ observer: inout some EventObserver & ~Copyable
  ) -> Bool {
    guard let event = agenda.takeNext(notAfter: limit) else { return false }
    let time = agenda.now
    observer.willExecute(event, at: time)
    model.handle(event, &agenda)
    observer.didExecute(event, at: time)
    return true
  }
}
