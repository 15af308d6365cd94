// SPDX-License-Identifier: Apache-2.0

/// Keeps YAML aliases from growing a file beyond its size before the tree can be counted.
///
/// The parser expands aliases while it reads and compares the keys of each mapping by their whole
/// content, so a key that holds a tower of aliases would take for ever, and a long chain of aliases
/// nests deeper than the stack. Both are cut off here, on the text: few aliases, and none in a key.
/// The test errs on the side of refusing, and only in files that use aliases at all.
struct AliasGuard {
  /// A file uses at most this many aliases; repetition on a larger scale belongs in a profile.
  static let mostAliases = 64

  let file: String

  func check(_ text: String) throws(ScenarioError) {
    var aliases = 0
    var line = 1
    var lineStart = true
    var previous = UInt8(ascii: "\n")
    var suspect: (line: Int, byte: UInt8)?
    var lastVisible = UInt8(ascii: "\n")
    var isAlias = false
    var scan = text.utf8.makeIterator()
    while let byte = scan.next() {
      switch byte {
      case UInt8(ascii: "*") where Self.precedesToken(previous):
        aliases += 1
        isAlias = true
        guard aliases <= Self.mostAliases else {
          throw ScenarioError([
            Diagnostic(
              .tooManyAliases(limit: Self.mostAliases),
              at: SourceLocation(file: file, line: line, column: 1))
          ])
        }
      case UInt8(ascii: ":") where suspect == nil:
        // `]:` and `}:` end a key that is a collection; `*a :` is a key that is an alias.
        let closes = lastVisible == UInt8(ascii: "]") || lastVisible == UInt8(ascii: "}")
        if closes || isAlias && previous == UInt8(ascii: " ") { suspect = (line, byte) }
      case UInt8(ascii: "?") where suspect == nil && Self.precedesToken(previous):
        // An explicit key. In running text a question mark follows a word.
        suspect = (line, byte)
      default: break
      }
      if byte == UInt8(ascii: "\n") {
        line += 1
        lineStart = true
        isAlias = false
      } else if byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") {
        lineStart = false
        lastVisible = byte
        if byte == UInt8(ascii: ",") { isAlias = false }
      }
      previous = byte
    }
    _ = lineStart
    if aliases > 0, let suspect {
      throw ScenarioError([
        Diagnostic(.aliasInKey, at: SourceLocation(file: file, line: suspect.line, column: 1))
      ])
    }
  }

  private static func precedesToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"),
      UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","), UInt8(ascii: ":"):
      true
    default: false
    }
  }
}
