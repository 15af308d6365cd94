// SPDX-License-Identifier: Apache-2.0

package import DiscreteEvents

/// Durations as Kubernetes flags write them: `250ms`, `1h30m`, and days (`7d`).
extension SimDuration: ScalarKnobValue {
  package static var kind: KnobKind { .duration }
  package static var placeholder: SimDuration { SimDuration(nanoseconds: 0) }

  /// 0 to ten years: longer is a slip, and sums of such durations stay far from 292 years, where
  /// nanoseconds in 64 bits end.
  package static var customaryLimits: KnobLimits<SimDuration>? {
    KnobLimits(
      SimDuration(nanoseconds: 0)...SimDuration(nanoseconds: 3_650 * 86_400_000_000_000),
      isDeclared: false)
  }

  static let units = UnitTable(
    kind: .duration,
    units: [
      .init(symbol: "d", size: 86_400_000_000_000), .init(symbol: "h", size: 3_600_000_000_000),
      .init(symbol: "m", size: 60_000_000_000), .init(symbol: "s", size: 1_000_000_000),
      .init(symbol: "ms", size: 1_000_000), .init(symbol: "us", size: 1_000),
      .init(symbol: "µs", size: 1_000), .init(symbol: "ns", size: 1),
    ],
    smallest: "a nanosecond")

  /// Parses one or more `NUMBER UNIT` parts (`1h30m`), largest unit first, each unit once.
  package init(parsing text: String) throws(ValueProblem) {
    var rest = text[...]
    var total: Int64 = 0
    var lastSize = Int64.max
    repeat {
      guard let number = DecimalText(rest),
        !(number.isNegative && rest.startIndex > text.startIndex)
      else { throw ValueProblem(.malformed(found: text, kind: .duration)) }
      let tail = number.rest.drop { $0 == " " }
      let unit = tail.prefix { !("0"..."9").contains($0) && $0 != " " && $0 != "." && $0 != "-" }
      let part = try Self.units.convert(number, unit: unit, text: text)
      let size = Self.units.size(of: unit) ?? 0
      guard size < lastSize else { throw ValueProblem(.malformed(found: text, kind: .duration)) }
      lastSize = size
      // A leading minus belongs to the whole value: -1h30m is minus ninety minutes.
      let signed = text.first == "-" && rest.startIndex > text.startIndex ? -part : part
      let (sum, overflow) = total.addingReportingOverflow(signed)
      guard !overflow else { throw ValueProblem(.tooLarge(found: text, kind: .duration)) }
      total = sum
      rest = tail[unit.endIndex...].drop { $0 == " " }
    } while !rest.isEmpty
    self.init(nanoseconds: total)
  }

  package var rendered: String { Self.units.render(nanoseconds) }
}
