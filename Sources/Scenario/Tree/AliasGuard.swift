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
    var disarmed: [UInt8] = []
    var aliases = 0
    var line = 1
    var excess: Int?
    var previous = UInt8(ascii: "\n")
    for byte in text.utf8 {
      if byte == UInt8(ascii: "*"), Self.mayPrecedeAlias(previous) {
        aliases += 1
        if aliases == Self.mostAliases + 1 { excess = line }
        if aliases == 1 { disarmed.reserveCapacity(text.utf8.count + 256) }
      }
      if byte == UInt8(ascii: "\n") { line += 1 }
      previous = byte
    }
    lineOfExcess = excess
    guard aliases > 0, excess == nil else {
      disarmedText = nil
      return
    }
    previous = UInt8(ascii: "\n")
    for byte in text.utf8 {
      if byte == UInt8(ascii: "*"), Self.mayPrecedeAlias(previous) {
        disarmed.append(contentsOf: Self.marker.utf8)
      } else {
        disarmed.append(byte)
      }
      previous = byte
    }
    disarmedText = String(decoding: disarmed, as: UTF8.self)
  }

  /// Whether an alias may start after this byte. Stars inside of words and numbers are none; a star
  /// in a quoted text may be counted, which only matters to files with many.
  private static func mayPrecedeAlias(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ")"):
      false
    default: true
    }
  }
}
