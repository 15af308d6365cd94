// SPDX-License-Identifier: Apache-2.0

/// The rank of an event among those of the same instant: smaller goes first, 0 ... 15.
///
/// Events of one instant and one priority are executed in the order in which they were scheduled.
@frozen
public struct EventPriority: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// 0 ... 15; smaller goes first.
  public let rawValue: UInt8

  /// - Parameter rawValue: 0 ... 15; anything larger is a programmer's mistake and traps.
  @inlinable
  public init(_ rawValue: UInt8) {
    precondition(rawValue < 16, "an event priority has four bits")
    self.rawValue = rawValue
  }

  /// Before everything else of the instant (0), for example the end of a measurement window.
  @inlinable public static var first: EventPriority { EventPriority(0) }

  /// What almost every event uses, and what a sent event always has (8).
  @inlinable public static var normal: EventPriority { EventPriority(8) }

  /// After everything else of the instant (15), for example one solve for all changes of an
  /// instant.
  @inlinable public static var last: EventPriority { EventPriority(15) }

  @inlinable
  public static func < (lhs: EventPriority, rhs: EventPriority) -> Bool {
    lhs.rawValue < rhs.rawValue
  }
}

extension EventPriority: Codable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  /// - Throws: `DecodingError` if the number is above 15.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let rawValue = try container.decode(UInt8.self)
    guard rawValue < 16 else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "an event priority is 0 ... 15, found \(rawValue)")
    }
    self.init(rawValue)
  }
}
