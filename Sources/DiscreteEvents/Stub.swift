// SPDX-License-Identifier: Apache-2.0

/// Stand-in until the kernel arrives.
public struct SimTime: Comparable, Hashable, Codable, Sendable, BitwiseCopyable {
  public var nanoseconds: UInt64
  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }
  public static let zero = SimTime(nanoseconds: 0)
  public var seconds: Double { Double(nanoseconds) / 1e9 }
  public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
  public static func - (a: Self, b: Self) -> SimDuration {
    SimDuration(nanoseconds: Int64(a.nanoseconds) - Int64(b.nanoseconds))
  }
  public static func + (a: Self, b: SimDuration) -> Self {
    SimTime(nanoseconds: UInt64(Int64(a.nanoseconds) + b.nanoseconds))
  }
}

/// Stand-in until the kernel arrives.
public struct SimDuration: Comparable, Hashable, Codable, Sendable, BitwiseCopyable {
  public var nanoseconds: Int64
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
  public static let zero = SimDuration(nanoseconds: 0)
  public var seconds: Double { Double(nanoseconds) / 1e9 }
  public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
  public static func + (a: Self, b: Self) -> Self {
    SimDuration(nanoseconds: a.nanoseconds + b.nanoseconds)
  }
  public static func - (a: Self, b: Self) -> Self {
    SimDuration(nanoseconds: a.nanoseconds - b.nanoseconds)
  }
}
