// SPDX-License-Identifier: Apache-2.0

/// The units of one kind of quantity, each a whole number of the smallest.
struct UnitTable {
  struct Unit {
    let symbol: String
    let size: Int64
  }

  let kind: KnobKind
  /// Largest first, as rendering tries them.
  let units: [Unit]
  /// What the smallest step is called in messages.
  let smallest: String

  func size(of symbol: Substring) -> Int64? {
    units.first { $0.symbol == symbol }?.size
  }

  /// Parses `NUMBER UNIT`, spaces between them allowed, exactly. Zero needs no unit.
  func parse(_ text: String) throws(ValueProblem) -> Int64 {
    guard let number = DecimalText(text[...]) else {
      throw ValueProblem(.malformed(found: text, kind: kind))
    }
    return try convert(number, unit: number.rest.drop { $0 == " " }, text: text)
  }

  /// `number` in units of `unit`; `text` is the whole value, for the message.
  func convert(
    _ number: DecimalText, unit: Substring, text: String
  ) throws(ValueProblem) -> Int64 {
    guard !unit.isEmpty else {
      if number.isZero { return 0 }
      throw ValueProblem(.missingUnit(found: text, kind: kind))
    }
    guard let size = size(of: unit) else {
      throw ValueProblem(
        .unknownUnit(
          found: text, unit: String(unit),
          nearest: NearestName.ofUnit(String(unit), among: units.map(\.symbol)), kind: kind))
    }
    do throws(DecimalText.Inexact) {
      return try number.exactly(times: size)
    } catch {
      switch error {
      case .tooLarge: throw ValueProblem(.tooLarge(found: text, kind: kind))
      case .tooFine: throw ValueProblem(.tooFine(found: text, smallest: smallest))
      }
    }
  }

  /// The value in the largest unit that divides it.
  func render(_ value: Int64) -> String {
    guard value != 0 else { return "0" + (units.last?.symbol ?? "") }
    for unit in units where value % unit.size == 0 { return "\(value / unit.size)\(unit.symbol)" }
    return "\(value)\(units.last?.symbol ?? "")"
  }
}
