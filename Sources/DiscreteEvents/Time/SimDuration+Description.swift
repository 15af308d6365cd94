// SPDX-License-Identifier: Apache-2.0

extension SimDuration: CustomStringConvertible {
  /// The exact length in the units a reader would choose: `2 ms`, `1.5 s`, `1 h 2 min`, `0 s`.
  ///
  /// Below a minute one unit with a decimal fraction; from a minute on, whole days, hours and
  /// minutes and the rest in seconds, leaving out what is zero.
  public var description: String {
    let sign = nanoseconds < 0 ? "-" : ""
    return sign + Self.describe(nanoseconds.magnitude)
  }

  private static func describe(_ nanoseconds: UInt64) -> String {
    switch nanoseconds {
    case 0: return "0 s"
    case 1..<1_000: return "\(nanoseconds) ns"
    case 1_000..<1_000_000: return decimal(nanoseconds, unit: 1_000) + " µs"
    case 1_000_000..<1_000_000_000: return decimal(nanoseconds, unit: 1_000_000) + " ms"
    case 1_000_000_000..<60_000_000_000: return decimal(nanoseconds, unit: 1_000_000_000) + " s"
    default: break
    }
    var parts: [String] = []
    var rest = nanoseconds
    for (name, unit) in [
      ("d", 86_400_000_000_000 as UInt64), ("h", 3_600_000_000_000), ("min", 60_000_000_000),
    ] where rest >= unit {
      parts.append("\(rest / unit) \(name)")
      rest %= unit
    }
    if rest > 0 { parts.append(decimal(rest, unit: 1_000_000_000) + " s") }
    return parts.joined(separator: " ")
  }

  /// `value / unit` in decimal without trailing zeros; `unit` is a power of ten.
  private static func decimal(_ value: UInt64, unit: UInt64) -> String {
    let fraction = value % unit
    guard fraction > 0 else { return "\(value / unit)" }
    // The digits after the leading 1 are the fraction with its leading zeros.
    var digits = String(unit + fraction).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(value / unit).\(digits)"
  }
}
