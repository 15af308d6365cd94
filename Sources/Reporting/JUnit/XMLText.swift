// SPDX-License-Identifier: Apache-2.0

/// An element of an XML document: enough of XML for a report.
struct XMLElement {
  let name: String
  let attributes: KeyValuePairs<String, String>
  let children: [XMLElement]
  let text: String

  init(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:],
    _ children: [XMLElement] = [], text: String = ""
  ) {
    self.name = name
    self.attributes = attributes
    self.children = children
    self.text = text
  }

  /// Two spaces a level, with a newline at the end.
  func lines(indent: Int = 0) -> String {
    let margin = String(repeating: "  ", count: indent)
    let attributes = attributes.map { " \($0.key)=\"\(Self.escaped($0.value))\"" }.joined()
    if children.isEmpty, text.isEmpty { return "\(margin)<\(name)\(attributes)/>\n" }
    let inner =
      children.isEmpty
      ? Self.escaped(text)
      : "\n" + children.map { $0.lines(indent: indent + 1) }.joined() + margin
    return "\(margin)<\(name)\(attributes)>\(inner)</\(name)>\n"
  }

  /// Text as XML 1.0 allows it; characters that it cannot say become a question mark.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n": result += "&#10;"
      case "\t", "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
        result.unicodeScalars.append(scalar)
      default: result += "?"
      }
    }
    return result
  }
}
