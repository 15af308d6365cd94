// SPDX-License-Identifier: Apache-2.0

/// A decimal number at the start of a text, kept exactly: sign, digits and the place of the point.
///
/// Every number in a scenario goes through here, so `nan`, `inf`, `0x1p3`, `1_000` and `+-1` are
/// refused everywhere alike, and `0.1s` is 100 000 000 ns rather than a rounded neighbour.
struct DecimalText {
  /// Whether a minus sign stands before the digits.
  let isNegative: Bool
  /// All digits without the point; nil when there are more than fit.
  let mantissa: UInt64?
  /// How many of the digits stand after the point.
  let fractionDigits: Int
  /// The number as written, in the form that `Double.init` accepts.
  let literal: Substring
  /// What follows the number.
  let rest: Substring

  /// Scans `-`, digits, and optionally `.` digits and an exponent (`1e-3`), when
  /// `allowingExponent`. Returns nil when the text does not start with a number.
  init?(_ text: Substring, allowingExponent: Bool = false) {
    var bytes = text.utf8[...]
    isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative { bytes.removeFirst() }
    var mantissa: UInt64? = 0
    func append(_ byte: UInt8) {
      guard let value = mantissa else { return }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      mantissa = overflow || carry ? nil : sum
    }
    func digits() -> Int {
      var count = 0
      while let byte = bytes.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        append(byte)
        bytes.removeFirst()
        count += 1
      }
      return count
    }
    guard digits() > 0 else { return nil }
    var fraction = 0
    if bytes.first == UInt8(ascii: "."), let next = bytes.dropFirst().first,
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next)
    {
      bytes.removeFirst()
      fraction = digits()
    }
    if allowingExponent, let exponent = Self.exponent(at: bytes) { bytes = exponent }
    self.mantissa = mantissa
    fractionDigits = fraction
    rest = text[bytes.startIndex...]
    literal = text[..<bytes.startIndex]
  }

  /// What follows an exponent at the start of `bytes`; nil when there is none.
  private static func exponent(at bytes: Substring.UTF8View) -> Substring.UTF8View? {
    var bytes = bytes
    guard let mark = bytes.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else {
      return nil
    }
    bytes.removeFirst()
    if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      bytes.removeFirst()
    }
    let before = bytes.startIndex
    bytes = bytes.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return bytes.startIndex > before ? bytes : nil
  }

  /// The nearest double; infinite when the number is too large.
  var double: Double { Double(literal) ?? .infinity }

  var isZero: Bool { mantissa == 0 }

  /// Why a number is not a whole number of some small unit.
  enum Inexact: Error {
    case tooLarge
    case tooFine
  }

  /// The number times `unit`, exactly.
  func exactly(times unit: Int64) throws(Inexact) -> Int64 {
    guard var mantissa else {
      throw fractionDigits > 18 ? .tooFine : .tooLarge
    }
    var scale = fractionDigits
    while scale > 0, mantissa % 10 == 0 {
      mantissa /= 10
      scale -= 1
    }
    guard scale <= 18 else { throw .tooFine }
    var divisor: UInt64 = 1
    for _ in 0..<scale { divisor *= 10 }
    let (high, low) = mantissa.multipliedFullWidth(by: UInt64(unit))
    guard high < divisor else { throw .tooLarge }
    let (quotient, remainder) = divisor.dividingFullWidth((high, low))
    guard remainder == 0 else { throw .tooFine }
    guard let value = Int64(exactly: quotient) else { throw .tooLarge }
    return isNegative ? -value : value
  }
}
