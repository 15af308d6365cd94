// SPDX-License-Identifier: Apache-2.0
// TEMPORARY STUB: dropped when the kernel lands.

public struct SimDuration: Hashable, Sendable, Comparable, BitwiseCopyable {
  public let nanoseconds: Int64
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
  public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
}
