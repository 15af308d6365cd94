// SPDX-License-Identifier: Apache-2.0

/// A piece of markup.
///
/// What stands literally in a string is markup; what is interpolated is text and is escaped, unless
/// it is markup itself. So a label can never become a tag.
struct HTML: Sendable, Hashable, ExpressibleByStringInterpolation {
  private(set) var markup: String

  init(stringLiteral value: String) { markup = value }

  init(stringInterpolation: StringInterpolation) { markup = stringInterpolation.markup }

  /// Takes markup as it is.
  init(raw markup: String) { self.markup = markup }

  static var nothing: HTML { HTML(raw: "") }

  var isEmpty: Bool { markup.isEmpty }

  static func + (a: HTML, b: HTML) -> HTML { HTML(raw: a.markup + b.markup) }

  static func += (a: inout HTML, b: HTML) { a.markup += b.markup }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var markup = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      markup.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: String) { markup += literal }
    mutating func appendInterpolation(_ text: String) { markup += text.escapedForHTML }
    mutating func appendInterpolation(_ number: Int) { markup += String(number) }
    mutating func appendInterpolation(_ html: HTML) { markup += html.markup }
    mutating func appendInterpolation(_ parts: [HTML]) {
      for part in parts { markup += part.markup }
    }
  }
}

extension [HTML] {
  func joined(separator: HTML = .nothing) -> HTML {
    HTML(raw: map(\.markup).joined(separator: separator.markup))
  }
}

extension String {
  /// Safe between tags and inside quoted attributes.
  var escapedForHTML: String {
    guard utf8.contains(where: { "&<>\"'".utf8.contains($0) }) else { return self }
    var text = ""
    text.reserveCapacity(utf8.count + 16)
    for character in unicodeScalars {
      switch character {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      default: text.unicodeScalars.append(character)
      }
    }
    return text
  }
}
