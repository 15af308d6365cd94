// SPDX-License-Identifier: Apache-2.0

extension ScenarioNode {
  /// What the node is, for "found a list".
  package var shapeName: String {
    switch content {
    case .scalar where isNull: "nothing"
    case .scalar(let text, _): "'\(Self.shortened(text))'"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The value in a few letters, for messages.
  var sketch: String {
    switch content {
    case .scalar(let text, _): Self.shortened(text)
    case .list(let members):
      Self.shortened("[" + members.prefix(8).map(\.sketch).joined(separator: ", ") + "]")
    case .mapping(let entries):
      Self.shortened(
        "{" + entries.prefix(8).map { "\($0.key): \($0.value.sketch)" }.joined(separator: ", ")
          + "}")
    }
  }

  /// At most sixty letters on one line.
  static func shortened(_ text: String) -> String {
    var short = text.prefix(60).map { $0.isNewline ? " " : String($0) }.joined()
    if text.count > 60 { short += "..." }
    return short
  }
}
