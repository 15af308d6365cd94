// SPDX-License-Identifier: Apache-2.0

/// What happens when an event happens: the state of a model and one `switch` over its events.
///
/// A model is a value, best a struct of arrays indexed by typed ids, without classes and closures,
/// so that a running world can be copied and stored. Handlers are dispatched statically.
public protocol SimulationModel<Event>: ~Copyable {
  /// Everything that can happen to this model.
  associatedtype Event: SimulationEvent

  /// Lets `event` happen at `agenda.now`.
  mutating func handle(_ event: Event, _ agenda: inout Agenda<Event>)
}

/// A model of which an independent copy can be made while it runs.
///
/// A copyable model gets ``fork()`` for nothing: its copy.
public protocol ForkableModel: SimulationModel, ~Copyable {
  /// An independent copy with the same state.
  func fork() -> Self
}

extension ForkableModel where Self: Copyable {
  @inlinable
  public func fork() -> Self { self }
}
