// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

extension ClusterSimulation {
  /// Does what `run` does, and lets a recorder look at the world after each event of its item's life.
  /// The same events happen in the same order.
  ///
  /// - Returns: whether the moment was reached.
  package mutating func run(
    until end: SimTime, recording recorder: inout LifeRecorder,
    refill: (TraceRequest) -> [SimTime] = { _ in [] }, shouldStop: () -> Bool = { false }
  ) -> Bool {
    if recorder.begins > now || !recorder.isArmed {
      let first = min(end, max(now, recorder.begins))
      guard run(until: first, refill: refill, shouldStop: shouldStop) else { return false }
      guard first == recorder.begins || recorder.begins < now else { return true }
      recorder.arm(world)
    }
    var observer = ObserverPair(fingerprintObserver, LastEvent())
    while !recorder.isOver, let next = simulation.peekTime(), next <= end {
      _ = simulation.step(observer: &observer)
      supply(refill)
      if let event = observer.second.event {
        recorder.look(after: event, at: simulation.now, simulation.model)
      }
      if simulation.agenda.executedCount % 4096 == 0, shouldStop() {
        fingerprintObserver = observer.first
        return false
      }
    }
    fingerprintObserver = observer.first
    return run(until: end, refill: refill, shouldStop: shouldStop)
  }
}
