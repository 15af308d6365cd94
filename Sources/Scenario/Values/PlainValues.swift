// SPDX-License-Identifier: Apache-2.0

/// Counts. Whole numbers in plain digits; `1e3`, `1_000` and `800.0` are refused.
extension Int: ScalarKnobValue {
  package static var kind: KnobKind { .integer }
  package static var placeholder: Int { 0 }

  /// 0 to a thousand million: a count is never negative, and memory ends before this does.
  package static var customaryLimits: KnobLimits<Int>? {
    KnobLimits(0...1_000_000_000, isDeclared: false)
  }

  package init(parsing text: String) throws(ValueProblem) {
    guard let number = DecimalText(text[...]), number.rest.isEmpty, number.fractionDigits == 0
    else { throw ValueProblem(.malformed(found: text, kind: .integer)) }
    guard let value = Int(number.literal) else {
      throw ValueProblem(.tooLarge(found: text, kind: .integer))
    }
    self = value
  }

  package var rendered: String { String(self) }
}

/// Plain numbers without a unit, finite.
extension Double: ScalarKnobValue {
  package static var kind: KnobKind { .number }
  package static var placeholder: Double { 0 }

  package init(parsing text: String) throws(ValueProblem) {
    guard let number = DecimalText(text[...], allowingExponent: true), number.rest.isEmpty else {
      let spelled = text.lowercased()
      let word =
        spelled.hasPrefix("-") || spelled.hasPrefix("+") ? spelled.dropFirst() : spelled[...]
      if [".nan", "nan", ".inf", "inf", "infinity"].contains(word) {
        throw ValueProblem(.notFinite(found: text))
      }
      throw ValueProblem(.malformed(found: text, kind: .number))
    }
    guard number.double.isFinite else {
      throw ValueProblem(.tooLarge(found: text, kind: .number))
    }
    self = number.double
  }

  package var rendered: String { plainText }
}

/// `true` or `false`; `yes`, `no`, `on` and `off` are refused, as readers disagree about them.
extension Bool: ScalarKnobValue {
  package static var kind: KnobKind { .boolean }
  package static var placeholder: Bool { false }

  package init(parsing text: String) throws(ValueProblem) {
    switch text {
    case "true": self = true
    case "false": self = false
    default: throw ValueProblem(.malformed(found: text, kind: .boolean))
    }
  }

  package var rendered: String { self ? "true" : "false" }
}

/// Free text. `no` and `123` stay what they say.
extension String: ScalarKnobValue {
  package static var kind: KnobKind { .text }
  package static var placeholder: String { "" }

  package init(parsing text: String) throws(ValueProblem) {
    self = text
  }

  package var rendered: String { quotedForYAML }

  /// The text as a YAML scalar: plain where that is unambiguous, else double-quoted.
  var quotedForYAML: String {
    let isPlain =
      !isEmpty && first != "-" && first != "." && self != "null" && self != "true"
      && self != "false"
      && unicodeScalars.allSatisfy {
        switch $0 {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "/", "+", "@": true
        default: false
        }
      }
    return isPlain ? self : jsonQuoted
  }

  /// The text as a JSON string literal.
  var jsonQuoted: String {
    var out = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}":
        let hex = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
