// SPDX-License-Identifier: Apache-2.0

/// Keeps YAML aliases from growing a file beyond its size before the tree can be measured.
///
/// The parser expands aliases while it reads, and compares the keys of a mapping by their whole
/// content. So a chain of aliases can nest deeper than the stack, and a key that holds a tower of
/// them takes for ever. A file that uses aliases is therefore parsed twice: first with its aliases
/// made into plain words, when it is no larger than it looks and can be measured; then, if there
/// are few of them, each at most `YAMLReader.deepest` levels down and none in a key, as it is.
struct AliasGuard {
  /// A file uses at most this many aliases; repetition on a larger scale belongs in a profile.
  static let mostAliases = 64
  /// What stands for the star of an alias in the first parse: a letter that YAML allows and nobody
  /// writes (private use area).
  static let marker = "\u{E000}"

  /// The file with its aliases made into words; nil when it has none.
  let disarmedText: String?
  /// The line of the first alias too many.
  let lineOfExcess: Int?

  init(_ text: String) {
    let bytes = Array(text.utf8)
    let stars = bytes.indices.filter { Self.isAlias(at: $0, in: bytes) }
    if stars.count > Self.mostAliases {
      lineOfExcess = 1 + bytes[..<stars[Self.mostAliases]].count { $0 == UInt8(ascii: "\n") }
      disarmedText = nil
      return
    }
    lineOfExcess = nil
    guard !stars.isEmpty else {
      disarmedText = nil
      return
    }
    var disarmed = bytes
    for star in stars.reversed() {
      disarmed.replaceSubrange(star...star, with: Self.marker.utf8)
    }
    disarmedText = String(decoding: disarmed, as: UTF8.self)
  }

  /// Whether the byte at `index` may be the star of an alias: a star before a name and not inside
  /// of a word. One in a quoted text counts as well, which only matters to files with many.
  private static func isAlias(at index: Int, in bytes: [UInt8]) -> Bool {
    guard bytes[index] == UInt8(ascii: "*"), index + 1 < bytes.count else { return false }
    let isName = isWordByte(bytes[index + 1]) || bytes[index + 1] == UInt8(ascii: "-")
    return isName && (index == 0 || !isWordByte(bytes[index - 1]))
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
