// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents

extension Unicode.Scalar {
  var isDigit: Bool { ("0"..."9").contains(self) }
  var isLetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
  var isSpace: Bool { self == " " || self == "\t" || self == "\n" || self == "\r" }
}

extension ExpectParser {
  var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  mutating func skipSpaces() {
    while let next = peek, next.isSpace { position += 1 }
  }

  /// Letters, digits, underscores, and what `extra` allows.
  mutating func word(allowing extra: Set<Unicode.Scalar> = []) -> String {
    var word = String.UnicodeScalarView()
    while let next = peek, next.isLetter || next.isDigit || next == "_" || extra.contains(next) {
      word.append(next)
      position += 1
    }
    return String(word)
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    skipSpaces()
    guard peek == scalar else { return false }
    position += 1
    return true
  }

  mutating func takeWord(_ wanted: String) -> Bool {
    skipSpaces()
    let before = position
    if word() == wanted { return true }
    position = before
    return false
  }

  mutating func expect(_ scalar: Unicode.Scalar, _ what: String) throws(ExpectProblem) {
    guard take(scalar) else { throw unexpected(what) }
  }

  mutating func expectWord(_ wanted: String, _ what: String) throws(ExpectProblem) {
    guard takeWord(wanted) else { throw unexpected(what) }
  }

  mutating func takeRelation() throws(ExpectProblem) -> ExpectRelation? {
    skipSpaces()
    guard let next = peek, "<>=!".unicodeScalars.contains(next) else { return nil }
    let isWide = position + 1 < scalars.count && scalars[position + 1] == "="
    let text = isWide ? "\(next)=" : "\(next)"
    guard let relation = ExpectRelation(rawValue: text) else {
      throw ExpectProblem(
        fault: .unexpected(found: "'\(text)'", expected: "one of <, <=, >, >=, ==, !=, ~, in"),
        offset: position)
    }
    position += text.utf8.count
    return relation
  }

  /// Everything up to one of `ends` outside quotes, without spaces at either end.
  mutating func rawText(
    until ends: Set<Unicode.Scalar>, what: String
  ) throws(ExpectProblem) -> String {
    let start = position
    var text = String.UnicodeScalarView()
    var isQuoted = false
    while let next = peek, isQuoted || !ends.contains(next) {
      if next == "\"" { isQuoted.toggle() }
      text.append(next)
      position += 1
    }
    let trimmed = String(text).trimmedWords
    guard !trimmed.isEmpty, !isQuoted else {
      position = isQuoted ? scalars.count : start
      throw unexpected(isQuoted ? "'\"'" : what)
    }
    return trimmed
  }

  /// A text in double quotes; `\"` and `\\` are escapes.
  mutating func quoted() throws(ExpectProblem) -> String {
    guard take("\"") else { throw unexpected("'\"'") }
    var text = String.UnicodeScalarView()
    while let next = peek, next != "\"" {
      position += 1
      if next == "\\", let escaped = peek {
        text.append(escaped)
        position += 1
      } else {
        text.append(next)
      }
    }
    guard take("\"") else { throw unexpected("'\"'") }
    return String(text)
  }

  func unexpected(_ expected: String) -> ExpectProblem {
    var place = position
    while place < scalars.count, scalars[place].isSpace { place += 1 }
    guard place < scalars.count else {
      return ExpectProblem(
        fault: .unexpected(found: "end", expected: expected), offset: scalars.count)
    }
    return ExpectProblem(
      fault: .unexpected(found: "'\(scalars[place])'", expected: expected), offset: place)
  }

  // MARK: Numbers

  /// A number without a unit.
  mutating func plainNumber() throws(ExpectProblem) -> Double {
    skipSpaces()
    let start = position
    guard peek?.isDigit == true else { throw unexpected("a number") }
    let text = numberText()
    guard let value = try? Double(parsing: text) else {
      throw ExpectProblem(
        fault: .badLiteral(.malformed(found: text, kind: .number)), offset: start)
    }
    return value
  }

  private mutating func numberText() -> String {
    var text = String.UnicodeScalarView()
    func append() {
      text.append(scalars[position])
      position += 1
    }
    while let next = peek, next.isDigit || next == "." { append() }
    // An exponent, when digits follow: `1e3`, but not the `e` of a unit.
    if let mark = peek, mark == "e" || mark == "E" {
      let sign = position + 1 < scalars.count && "+-".unicodeScalars.contains(scalars[position + 1])
      let digit = position + (sign ? 2 : 1)
      if digit < scalars.count, scalars[digit].isDigit {
        append()
        if sign { append() }
        while let next = peek, next.isDigit { append() }
      }
    }
    return String(text)
  }

  mutating func signedLiteral() throws(ExpectProblem) -> Typed {
    skipSpaces()
    let start = position
    let isNegative = take("-")
    skipSpaces()
    guard peek?.isDigit == true else { throw unexpected("a number") }
    var value = try literal()
    if isNegative, case .number(let number) = value.term { value.term = .number(-number) }
    value.offset = start
    return value
  }

  /// A number with the unit that touches it, in base units.
  mutating func literal() throws(ExpectProblem) -> Typed {
    let start = position
    let number = numberText()
    let (unit, length) = unitAhead()
    position += length
    let (value, dimension) = try convert(number, unit: unit, at: start)
    return Typed(
      term: .number(value), dimension: dimension, range: ExpectRange(exactly: value),
      hasMetric: false, offset: start)
  }

  /// The unit at the position: letters, `%`, and a `/s` that is not the start of a division.
  private func unitAhead() -> (unit: String, length: Int) {
    var end = position
    if end < scalars.count, scalars[end] == "%" { return ("%", 1) }
    func isUnitLetter(_ scalar: Unicode.Scalar) -> Bool { scalar.isLetter || scalar == "µ" }
    while end < scalars.count, isUnitLetter(scalars[end]) { end += 1 }
    if end < scalars.count, scalars[end] == "/" {
      var tail = end + 1
      while tail < scalars.count, isUnitLetter(scalars[tail]) { tail += 1 }
      let period = String(String.UnicodeScalarView(scalars[(end + 1)..<tail]))
      let isCallOrName =
        tail < scalars.count
        && (scalars[tail] == "(" || scalars[tail] == "_" || scalars[tail].isDigit)
      if !isCallOrName, ["s", "min", "m", "h", "d"].contains(period) { end = tail }
    }
    let text = String(String.UnicodeScalarView(scalars[position..<end]))
    // `3 and`, `3 in`: the words of the grammar are no units. They need a space before them, which
    // unitAhead never crosses, so only a unit is ever seen here.
    return (text, end - position)
  }

  private func convert(
    _ number: String, unit: String, at start: Int
  ) throws(ExpectProblem) -> (Double, ExpectDimension) {
    let text = number + unit
    do throws(ValueProblem) {
      switch unit {
      case "": return (try Double(parsing: number), .plain)
      case "%": return (try Fraction(parsing: text).value, .unit(.ratio))
      case _ where SimDuration.units.size(of: unit[...]) != nil:
        return (Double(try SimDuration(parsing: text).nanoseconds) / 1e9, .unit(.seconds))
      case _ where ByteCount.units.size(of: unit[...]) != nil:
        return (Double(try ByteCount(parsing: text).bytes), .unit(.bytes))
      case _ where unit.hasPrefix("/"):
        return (try Rate(parsing: text).perSecond, .unit(.perSecond))
      case _ where ByteRate.units.units.contains { $0.symbol == unit }:
        return (try ByteRate(parsing: text).bytesPerSecond, .unit(.bytesPerSecond))
      default:
        let known =
          SimDuration.units.units.map(\.symbol) + ByteCount.units.units.map(\.symbol)
          + ByteRate.units.units.map(\.symbol)
        throw ValueProblem(
          .unknownUnit(
            found: text, unit: unit, nearest: NearestName.ofUnit(unit, among: known), kind: .number)
        )
      }
    } catch {
      throw ExpectProblem(fault: .badLiteral(error.fault), offset: start)
    }
  }
}
