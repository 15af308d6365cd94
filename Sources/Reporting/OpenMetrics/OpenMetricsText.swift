// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Builds a text in the OpenMetrics format, version 1.0
/// (<https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md>).
///
/// Families follow each other, and all samples of a family, and in it of a series, stand together
/// with ascending times.
struct OpenMetricsText {
  enum Kind: String {
    case counter, gauge, summary, info
    /// What has the name of no kind, such as a counter whose real name does not end in `_total`.
    case unknown
  }

  private(set) var text = ""

  /// Begins a family.
  ///
  /// - Parameters:
  ///   - name: of the family: for a counter without `_total`.
  ///   - unit: one word, by which the name has to end; nil to say nothing of it.
  mutating func begin(_ name: String, _ kind: Kind, unit: String?, help: String) {
    text += "# TYPE \(name) \(kind.rawValue)\n"
    if let unit { text += "# UNIT \(name) \(unit)\n" }
    if !help.isEmpty { text += "# HELP \(name) \(Self.escaped(help))\n" }
  }

  /// Adds a sample.
  ///
  /// - Parameter milliseconds: time since 1970.
  mutating func add(
    _ name: String, _ labels: [(name: String, value: String)], _ value: Double,
    at milliseconds: Int
  ) {
    text += name
    if !labels.isEmpty {
      let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
      text += "{" + pairs.joined(separator: ",") + "}"
    }
    text += " \(value.shortestText) \(Self.seconds(milliseconds))\n"
  }

  mutating func end() { text += "# EOF\n" }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }

  private static func seconds(_ milliseconds: Int) -> String {
    let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1_000)
    guard rest != 0 else { return String(whole) }
    let digits = String(rest)
    return "\(whole)." + String(repeating: "0", count: 3 - digits.count) + digits
  }
}
