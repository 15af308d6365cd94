// SPDX-License-Identifier: Apache-2.0

/// A 64-bit hash over the executed events: their times, kinds and digests in their order.
///
/// Two runs with the same fingerprint did the same; two that should do the same and differ do not.
/// 2 to 5 ns an event. The function is part of what recorded fingerprints mean, so it must not be
/// changed without a note to those who keep some.
///
/// Each step is a bijection of the state (exclusive or, rotation, multiplication by an odd number),
/// so a difference between two runs is never forgotten by equal events that follow.
@frozen
public struct FingerprintObserver: EventObserver, Hashable, Sendable, Codable {
  @usableFromInline var state: UInt64

  /// The fingerprint of no events.
  @inlinable
  public init() {
    // The fraction of the golden ratio, as good as any odd number without a pattern.
    state = 0x9E37_79B9_7F4A_7C15
  }

  /// The fingerprint of the events so far.
  @inlinable public var fingerprint: UInt64 {
    // The final mix of SplitMix64 (Steele, Lea, Flood 2014), so that every bit depends on all
    // events.
    var mixed = (state ^ (state &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed &>> 31)
  }

  @inlinable
  public mutating func willExecute(_ event: some SimulationEvent, at time: SimTime) {
    // Mixed beside the state, so that the chain from event to event is one multiplication long.
    let digest = event.digest &* 0xA076_1D64_78BD_642F
    let word =
      (time.nanoseconds ^ UInt64(truncatingIfNeeded: event.kind) &<< 48) &* 0xE703_7ED1_A0B4_28DB
      ^ (digest &<< 32 | digest &>> 32)
    let mixed = (state ^ word) &* 0xD6E8_FEB8_6659_FD93
    state = mixed &<< 29 | mixed &>> 35
  }
}
