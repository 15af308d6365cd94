// SPDX-License-Identifier: Apache-2.0

/// A table of GitHub's Markdown.
struct MarkdownTable {
  private let rightAligned: Set<Int>
  private let header: [String]
  private var rows: [[String]] = []

  init(_ header: [String], rightAligned: Set<Int> = []) {
    self.header = header
    self.rightAligned = rightAligned
  }

  mutating func add(_ cells: [String]) { rows.append(cells) }

  var lines: [String] {
    let rule = header.indices.map { rightAligned.contains($0) ? "---:" : "---" }
    return ([header, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
  }

  /// Text that is shown as it is in a cell.
  static func plain(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "|", "*", "_", "`", "[", "]", "\\", "~", "#": result += "\\\(character)"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\n", "\r\n": result += "<br>"
      default: result.append(character)
      }
    }
    return result
  }

  /// Text in the letters of code; a bar would end the cell even there.
  static func code(_ text: String) -> String {
    "`" + text.replacing("`", with: "'").replacing("|", with: "\\|") + "`"
  }
}
