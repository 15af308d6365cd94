// SPDX-License-Identifier: Apache-2.0

/// What equal-cost multi-path routing hashes: the flow's five-tuple, here as one number.
///
/// Every switch that has a choice takes its own bits of it, so the choices of a path are independent
/// and flows fall on paths as balls into bins; no rehashing to a less loaded path. Collisions of few,
/// large flows are what every operator of such fabrics reports.
package struct PathHash: BitwiseCopyable, Hashable, Sendable {
  private var state: UInt64

  /// - Parameter entropy: what distinguishes flows: the ends, and port or queue pair.
  package init(_ entropy: UInt64) { state = entropy }

  /// The hash of a flow between two ends.
  ///
  /// - Parameters:
  ///   - flow: distinguishes the flows of the same two ends, as source ports do.
  ///   - seed: of the switches' hash function.
  package init(from source: Int, to destination: Int, flow: UInt64, seed: UInt64 = 0) {
    state = Self.mixed(seed &+ UInt64(truncatingIfNeeded: source) &* 0x9E37_79B9_7F4A_7C15)
    state = Self.mixed(state ^ UInt64(truncatingIfNeeded: destination) &* 0xC2B2_AE3D_27D4_EB4F)
    state = Self.mixed(state &+ flow)
  }

  /// One of `count` equal choices.
  mutating func choose(_ count: Int) -> Int {
    state = Self.mixed(state &+ 0x9E37_79B9_7F4A_7C15)
    return Int(state.multipliedFullWidth(by: UInt64(count)).high)
  }

  /// One of those of `count` choices that are usable; `nil` if none is.
  mutating func choose(_ count: Int, where isUsable: (Int) -> Bool) -> Int? {
    let first = choose(count)
    if isUsable(first) { return first }
    let usable = (0..<count).lazy.filter(isUsable)
    let total = usable.count
    guard total > 0 else { return nil }
    // The members that are left share what the lost one had.
    return usable.dropFirst(choose(total)).first
  }

  /// The finaliser of MurmurHash3 (Appleby): every bit of the input changes half of the output.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ (value >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    value = (value ^ (value >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return value ^ (value >> 33)
  }
}
