// SPDX-License-Identifier: Apache-2.0

import Stochastics

/// Makes texts that are nearly right: members of a corpus, damaged in one to eight places.
///
/// The same seed gives the same texts on every machine.
struct Mutator {
  private let corpus: [[UInt8]]
  private let tokens: [[UInt8]]
  private var stream: RandomStream
  private let longest: Int

  /// - Parameters:
  ///   - corpus: valid texts, at least one.
  ///   - tokens: words of the language, to be inserted whole.
  ///   - longest: texts are cut to this many bytes.
  init(corpus: [String], tokens: [String], seed: UInt64, longest: Int = 8_192) {
    precondition(!corpus.isEmpty, "nothing to start from")
    self.corpus = corpus.map { Array($0.utf8) }
    self.tokens = tokens.map { Array($0.utf8) }
    self.longest = longest
    stream = RandomStream(seed: seed, name: "fuzzing")
  }

  /// The next text; not always UTF-8.
  mutating func next() -> [UInt8] {
    var text = corpus[index(corpus.count)]
    // Mostly one or two places: what is broken all over is refused at the first check.
    for _ in 0...index(1 + index(8)) { mutate(&text) }
    if text.count > longest { text.removeLast(text.count - longest) }
    return text
  }

  private mutating func index(_ count: Int) -> Int {
    count > 0 ? Int(stream.below(UInt64(count))) : 0
  }

  private mutating func range(in text: [UInt8], longest: Int) -> Range<Int> {
    let start = index(text.count + 1)
    let end = min(text.count, start + 1 + index(longest))
    return start..<max(start, end)
  }

  private mutating func mutate(_ text: inout [UInt8]) {
    switch index(10) {
    case 0:
      if !text.isEmpty { text[index(text.count)] = UInt8(index(256)) }
    case 1:
      let printable = UInt8(32 + index(95))
      text.insert(printable, at: index(text.count + 1))
    case 2:
      text.removeSubrange(range(in: text, longest: 16))
    case 3:
      let part = Array(text[range(in: text, longest: 64)])
      text.insert(contentsOf: part, at: index(text.count + 1))
    case 4, 5, 6:
      if !tokens.isEmpty {
        text.insert(contentsOf: tokens[index(tokens.count)], at: index(text.count + 1))
      }
    case 7:
      let other = corpus[index(corpus.count)]
      let part = other[range(in: other, longest: 128)]
      text.replaceSubrange(range(in: text, longest: 32), with: part)
    case 8:
      text.removeLast(text.count - index(text.count + 1))
    default:
      swapLines(&text)
    }
  }

  private mutating func swapLines(_ text: inout [UInt8]) {
    var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.count > 1 else { return }
    lines.swapAt(index(lines.count), index(lines.count))
    text = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
  }
}
