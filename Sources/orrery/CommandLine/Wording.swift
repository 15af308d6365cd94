// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Numbers as people read them. For machines there is `--json`.
enum Wording {
  /// `1 error`, `2 errors`.
  static func count(_ count: Int, _ noun: String) -> String {
    "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// `1,234,567`.
  static func grouped(_ count: Int) -> String {
    var digits = String(count.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (count < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }

  /// Three significant digits: `0.00123`, `12.3`, `1,230`.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    if abs(value) >= 1_000, abs(value) < 1e15 { return grouped(Int(value.rounded())) }
    return String(format: "%.3g", value)
  }

  /// With that many digits after the point.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }

  /// A time in seconds: `350 us`, `12.3 ms`, `4.56 s`, `2 min 5 s`, `3 h 20 min`.
  static func duration(seconds: Double) -> String {
    guard seconds.isFinite else { return "-" }
    switch abs(seconds) {
    case 0: return "0 s"
    case ..<1e-3: return "\(number(seconds * 1e6)) us"
    case ..<1: return "\(number(seconds * 1e3)) ms"
    case ..<60: return "\(number(seconds)) s"
    case ..<3_600:
      let whole = Int(seconds.rounded())
      return "\(whole / 60) min \(whole % 60) s"
    default:
      let minutes = Int((seconds / 60).rounded())
      return "\(grouped(minutes / 60)) h \(minutes % 60) min"
    }
  }
}
