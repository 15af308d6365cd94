// SPDX-License-Identifier: Apache-2.0

/// A running world: a model and its agenda.
///
/// ```swift
/// var simulation = Simulation(CarWashModel(seed: 1))
/// simulation.agenda.schedule(.arrival, after: .seconds(10))
/// simulation.run(until: .zero + .hours(8))
/// ```
///
/// One simulation belongs to one thread. Replications and forks run side by side on threads, each
/// with its own simulation.
@frozen
public struct Simulation<Model: SimulationModel & ~Copyable>: ~Copyable {
  /// The state of the world.
  public var model: Model
  /// The clock and what is going to happen.
  public var agenda: Agenda<Model.Event>

  /// A world at ``SimTime/zero`` in which nothing is scheduled yet.
  @inlinable
  public init(_ model: consuming Model) {
    self.init(model, agenda: Agenda())
  }

  /// A world that continues with the given agenda, for example one made from a snapshot.
  @inlinable
  public init(_ model: consuming Model, agenda: consuming Agenda<Model.Event>) {
    self.model = model
    self.agenda = agenda
  }

  /// The current instant.
  @inlinable public var now: SimTime { agenda.now }

  /// The time of the next event, nil if nothing is pending.
  @inlinable
  public mutating func peekTime() -> SimTime? { agenda.peekTime() }

  // MARK: Running

  /// Executes one event. False if nothing is pending.
  @inlinable
  @discardableResult
  public mutating func step() -> Bool {
    var observer = NoObserver()
    return step(observer: &observer)
  }

  /// Executes all events up to and including `end`, then sets the clock to `end`.
  ///
  /// - Parameter end: not before ``now``; an earlier one is a programmer's mistake and traps.
  @inlinable
  public mutating func run(until end: SimTime) {
    var observer = NoObserver()
    run(until: end, observer: &observer)
  }

  /// Executes `count` events, or fewer if nothing is pending any more; the clock stays at the last
  /// one.
  ///
  /// - Returns: the number of events executed.
  @inlinable
  @discardableResult
  public mutating func run(events count: Int) -> Int {
    var observer = NoObserver()
    return run(events: count, observer: &observer)
  }

  /// Executes events until nothing is pending; the clock stays at the last one.
  @inlinable
  public mutating func runToEnd() {
    var observer = NoObserver()
    runToEnd(observer: &observer)
  }

  /// Executes events until `isFinished` is true, which is asked before each event; the clock stays
  /// at the last one executed.
  ///
  /// - Returns: whether `isFinished` became true; false if nothing is pending any more.
  @inlinable
  @discardableResult
  public mutating func run(
    until isFinished: (borrowing Model, borrowing Agenda<Model.Event>) -> Bool
  ) -> Bool {
    var observer = NoObserver()
    return run(observer: &observer, until: isFinished)
  }
}

extension Simulation where Model: ForkableModel & ~Copyable {
  /// An independent world with the same state and the same future.
  ///
  /// Forks answer "what if" from a warm state; the original is not disturbed. O(state + pending).
  @inlinable
  public func fork() -> Simulation {
    Simulation(model.fork(), agenda: agenda.fork())
  }
}
