// SPDX-License-Identifier: Apache-2.0
import DequeModule
package import DiscreteEvents
import Stochastics

/// When the next arrival comes: from a generator, a list, or a trace that is read in blocks.
///
/// A trace is never in memory as a whole. The source holds a block; when only its last arrival is
/// left, it asks for more (`needsRefill`), and whoever drives the run supplies the next block between
/// two events. Since one arrival is always in hand, the size of the blocks changes nothing about the
/// order of events.
package struct ArrivalSource: Codable, Sendable {
  private enum Kind: Codable {
    case poisson(rate: Double, StreamID)
    case cyclic(rate: Double, WeeklyCycle, start: SimDuration, StreamID)
    case periodic(SimDuration)
    case list
    case trace
    case silent
  }

  private var kind: Kind
  private var next: SimTime
  private var buffer: Deque<SimTime> = []
  private var traceIsExhausted = false

  /// Arrivals at random, `rate` a second on average.
  package static func poisson(rate: Double, _ stream: StreamID) -> ArrivalSource {
    ArrivalSource(kind: rate > 0 ? .poisson(rate: rate, stream) : .silent, next: .zero)
  }

  /// Arrivals at random, `rate` a second on average over a week that begins `start` before the run.
  package static func cyclic(
    rate: Double, _ cycle: WeeklyCycle, start: SimDuration, _ stream: StreamID
  ) -> ArrivalSource {
    ArrivalSource(
      kind: rate > 0 ? .cyclic(rate: rate, cycle, start: start, stream) : .silent, next: .zero)
  }

  /// One arrival each period, the first after one.
  package static func periodic(_ period: SimDuration) -> ArrivalSource {
    ArrivalSource(kind: .periodic(period), next: .zero)
  }

  /// Arrivals at given times, in order.
  package static func list(_ times: [SimTime]) -> ArrivalSource {
    ArrivalSource(kind: .list, next: .zero, buffer: Deque(times))
  }

  /// Arrivals from a trace, supplied in blocks.
  package static var trace: ArrivalSource { ArrivalSource(kind: .trace, next: .zero) }

  /// The source wants the next block of its trace before the run goes on.
  package var needsRefill: Bool {
    if case .trace = kind { return !traceIsExhausted && buffer.count <= 1 }
    return false
  }

  /// The source reads a trace that may still have more.
  package var isOpenTrace: Bool {
    if case .trace = kind { return !traceIsExhausted }
    return false
  }

  /// Supplies arrivals of a trace in order; an empty block ends it.
  ///
  /// - Precondition: no arrival lies before one that was supplied earlier.
  package mutating func refill(_ block: some Collection<SimTime>) {
    if block.isEmpty { traceIsExhausted = true }
    buffer.append(contentsOf: block)
  }

  /// The time of the next arrival, `nil` when there is none any more.
  package mutating func draw(_ streams: inout RandomStreams) -> SimTime? {
    switch kind {
    case .silent: return nil
    case .poisson(let rate, let stream):
      next += SimDuration(roundingSeconds: streams[stream].exponential() / rate)
      return next
    case .cyclic(let rate, let cycle, let start, let stream):
      next = cycle.time(streams[stream].exponential() / rate, after: next, startingAt: start)
      return next
    case .periodic(let period):
      next += period
      return next
    case .list: return buffer.popFirst()
    case .trace:
      precondition(!needsRefill || traceIsExhausted, "the trace was not refilled in time")
      return buffer.popFirst()
    }
  }

  /// Goes on from a later moment (a generator that was switched off meanwhile).
  package mutating func skip(to time: SimTime) { next = max(next, time) }

  /// Changes the rate of a generator.
  package mutating func setRate(_ rate: Double) {
    switch kind {
    case .poisson(_, let stream): kind = .poisson(rate: rate, stream)
    case .cyclic(_, let cycle, let start, let stream):
      kind = .cyclic(rate: rate, cycle, start: start, stream)
    case .periodic, .list, .trace, .silent: break
    }
  }
}
