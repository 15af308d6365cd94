// SPDX-License-Identifier: Apache-2.0

/// The list of everything that can happen to a model: a trivial enum with small payloads.
///
/// Events are values. Nothing is allocated for them, they are dispatched by one `switch`, and they
/// can be counted, fingerprinted, printed and stored. Up to 16 bytes an event list record takes 32
/// bytes, which is the fast size; larger events work, but put what is larger into a table of the
/// model and let the event carry its index.
///
/// ```swift
/// enum CarWash: SimulationEvent {
///   case arrival
///   case washed(car: UInt32)
///
///   static var kindCount: Int { 2 }
///   static func name(ofKind kind: Int) -> String { ["arrival", "washed"][kind] }
///   var kind: Int { switch self { case .arrival: 0; case .washed: 1 } }
///   var digest: UInt64 { switch self { case .arrival: 0; case .washed(let car): UInt64(car) } }
/// }
/// ```
public protocol SimulationEvent: BitwiseCopyable, Sendable {
  /// The number of kinds, at least 1.
  static var kindCount: Int { get }

  /// The name of a kind for reports.
  static func name(ofKind kind: Int) -> String

  /// Which kind this event is, `0 ..< kindCount`, for counting and for host time by kind.
  var kind: Int { get }

  /// A number made of the meaningful payload only, for the fingerprint of a run.
  ///
  /// It must not be made from the raw bytes: what an enum does not use is garbage.
  var digest: UInt64 { get }
}
