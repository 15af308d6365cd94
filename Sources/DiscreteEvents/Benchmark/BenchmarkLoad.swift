// SPDX-License-Identifier: Apache-2.0

/// The event of all kernel benchmarks: 16 bytes.
@frozen
package struct BenchmarkEvent: SimulationEvent {
  package var kind: Int { Int(code) }
  package var digest: UInt64 { UInt64(member) ^ value }

  package let code: UInt32
  package let member: UInt32
  package let value: UInt64

  @inlinable
  package init(code: UInt32 = 0, member: UInt32, value: UInt64 = 0) {
    self.code = code
    self.member = member
    self.value = value
  }

  package static var kindCount: Int { 2 }
  package static func name(ofKind kind: Int) -> String { kind == 0 ? "first" : "second" }
}

/// A hash over the popped events in their order: both sides must agree.
@frozen
package struct PopHash {
  package var value: UInt64 = 0

  @inlinable
  package init() {}

  @inlinable
  package mutating func add(_ time: SimTime, _ member: UInt32) {
    let mixed = (value ^ time.nanoseconds ^ UInt64(member) &<< 40) &* 0x9E37_79B9_7F4A_7C15
    value = mixed &<< 31 | mixed &>> 33
  }
}

/// What a load may do to the event list, whichever it is.
protocol BenchmarkAgenda: ~Copyable {
  var now: SimTime { get }
  mutating func schedule(_ event: BenchmarkEvent, at time: SimTime, priority: EventPriority)
}

extension BenchmarkAgenda where Self: ~Copyable {
  mutating func schedule(_ event: BenchmarkEvent, after delay: SimDuration) {
    schedule(event, at: now + delay, priority: .normal)
  }
}

extension Agenda: BenchmarkAgenda where Event == BenchmarkEvent {}

/// A benchmark: the same code over either event list.
protocol BenchmarkLoad: SendableMetatype {
  /// Pending events, customers, members or nodes.
  var size: Int { get }
  var hash: PopHash { get }
  mutating func start(_ agenda: inout some BenchmarkAgenda & ~Copyable)
  mutating func handle(
    _ event: BenchmarkEvent, _ agenda: inout some BenchmarkAgenda & ~Copyable)
}
