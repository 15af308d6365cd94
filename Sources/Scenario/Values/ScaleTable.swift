// SPDX-License-Identifier: Apache-2.0

/// The units of a quantity that is kept as a double in a base unit.
struct ScaleTable {
  struct Unit {
    let symbol: String
    /// Base units in one of these.
    let scale: Double
  }

  let kind: KnobKind
  let units: [Unit]
  /// The symbol of the base unit, whose scale is 1.
  let base: String

  /// Parses `NUMBER UNIT`, spaces between them allowed. Zero needs no unit.
  func parse(_ text: String) throws(ValueProblem) -> Double {
    guard let number = DecimalText(text[...]) else {
      throw ValueProblem(.malformed(found: text, kind: kind))
    }
    let symbol = number.rest.drop { $0 == " " }
    if symbol.isEmpty {
      if number.isZero { return 0 }
      throw ValueProblem(.missingUnit(found: text, kind: kind))
    }
    guard let unit = units.first(where: { $0.symbol == symbol }) else {
      throw ValueProblem(
        .unknownUnit(
          found: text, unit: String(symbol),
          nearest: NearestName.ofUnit(String(symbol), among: units.map(\.symbol)), kind: kind))
    }
    let value = number.double * unit.scale
    guard value.isFinite else { throw ValueProblem(.tooLarge(found: text, kind: kind)) }
    return value
  }

  /// The shortest text that parses back to exactly `value`; ties go to the earlier unit.
  func render(_ value: Double) -> String {
    if value == 0 { return "0\(base)" }
    var best = value.plainText + base
    for unit in units where unit.scale != 1 {
      let candidate = (value / unit.scale).plainText + unit.symbol
      let isShorter = candidate.utf8.count < best.utf8.count
      if isShorter, (try? parse(candidate)) == value { best = candidate }
    }
    return best
  }
}

extension Double {
  /// This number of percent as a share, rounded once: 7 gives exactly what `0.07` gives.
  var percent: Double { Double("\(plainText)e-2") ?? self / 100 }

  /// The number of percent that `percent` turns back into this share.
  var percentText: String {
    let parts = plainText.split(separator: ".", maxSplits: 1)
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    let padded = fraction + String(repeating: "0", count: max(0, 2 - fraction.utf8.count))
    let isNegative = self < 0
    let digits = (parts.first.map { isNegative ? $0.dropFirst() : $0 } ?? "") + padded.prefix(2)
    let whole = digits.drop { $0 == "0" }
    let rest = padded.dropFirst(2)
    return (isNegative ? "-" : "") + (whole.isEmpty ? "0" : whole)
      + (rest.isEmpty ? "" : ".\(rest)")
  }

  /// The shortest decimal text that reads back to the same double, without an exponent and
  /// without a trailing `.0`, so that every number parser of the language accepts it.
  var plainText: String {
    var text = description
    if text.hasSuffix(".0") { text.removeLast(2) }
    guard let mark = text.firstIndex(where: { $0 == "e" || $0 == "E" }),
      let exponent = Int(text[text.index(after: mark)...])
    else { return text }
    var digits = text[..<mark]
    let isNegative = digits.first == "-"
    if isNegative { digits.removeFirst() }
    let parts = digits.split(separator: ".", maxSplits: 1)
    let whole = parts.first.map(String.init) ?? "0"
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    let sign = isNegative ? "-" : ""
    if exponent >= 0 {
      let zeros = max(0, exponent - fraction.utf8.count)
      let all = whole + fraction + String(repeating: "0", count: zeros)
      let split = all.index(all.startIndex, offsetBy: whole.utf8.count + exponent)
      let after = all[split...]
      return sign + all[..<split] + (after.isEmpty ? "" : ".\(after)")
    }
    let all = String(repeating: "0", count: -exponent) + whole + fraction
    let split = all.index(all.startIndex, offsetBy: whole.utf8.count)
    return sign + all[..<split] + "." + all[split...]
  }
}
