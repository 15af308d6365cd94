// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents

/// The entrance of a station, which keeps three accounts of who is inside: the `Occupancy` under
/// test, the records of those inside, and a log of all visits from which the truth is computed by
/// force.
struct Door {
  /// A mistake that a model can make with its accounts.
  enum Mistake: CaseIterable {
    /// A visit leaves without a word to the occupancy.
    case forgottenDeparture
    /// A visit enters without a word to the occupancy, but leaves like the others.
    case forgottenArrival
    /// A visit is let in twice.
    case countedTwice
    /// The record of a visit gets a new stamp while it is inside.
    case overwrittenStamp
  }

  private struct Visit {
    let entered: SimTime
    var left: SimTime?
  }

  private(set) var occupancy = Occupancy()
  private(set) var visitors = Visitors()
  private var log: [Visit] = []
  private var logged: [UInt32: Int] = [:]
  private var mistake: Mistake?

  /// Makes the next visits suffer from a mistake, once.
  mutating func plant(_ mistake: Mistake) { self.mistake = mistake }

  mutating func openWindow(at now: SimTime) { occupancy.openWindow(at: now) }

  /// Lets a visit in and returns the number of its record.
  mutating func enter(at now: SimTime) -> UInt32 {
    if !made(.forgottenArrival) { occupancy.enter(at: now) }
    if made(.countedTwice) { occupancy.enter(at: now) }
    let number = visitors.enter(at: now)
    logged[number] = log.count
    log.append(Visit(entered: now))
    return number
  }

  /// Lets a visit out.
  mutating func leave(_ number: UInt32, at now: SimTime) {
    var entered = visitors.leave(number)
    if entered < now, made(.overwrittenStamp) { entered = now }
    if !made(.forgottenDeparture) { occupancy.leave(enteredAt: entered, at: now) }
    if let index = logged.removeValue(forKey: number) { log[index].left = now }
  }

  private mutating func made(_ candidate: Mistake) -> Bool {
    guard mistake == candidate else { return false }
    mistake = nil
    return true
  }

  /// What all visits spent inside between two instants, from the log alone.
  func insideNanoseconds(from start: SimTime, to end: SimTime) -> UInt128 {
    log.reduce(0) { sum, visit in
      let (entered, left) = (max(visit.entered, start), min(visit.left ?? end, end))
      return left > entered ? sum + UInt128((left - entered).nanoseconds) : sum
    }
  }

  /// Whether both sides of Little's identity are what they are for all visits since the window was
  /// opened.
  func isConsistent(windowStart: SimTime, at now: SimTime) -> Bool {
    let truth = insideNanoseconds(from: windowStart, to: now)
    return occupancy.areaNanoseconds(at: now) == truth && obeysLittlesLaw(at: now)
  }

  /// Little's law by the accounts alone, which is what a model can check about itself.
  func obeysLittlesLaw(at now: SimTime) -> Bool {
    occupancy.obeysLittlesLaw(with: visitors, at: now)
  }
}
