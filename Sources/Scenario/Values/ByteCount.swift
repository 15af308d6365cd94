// SPDX-License-Identifier: Apache-2.0

/// A size in bytes. Units are decimal unless the `i` is written: `2GB` is 2 · 10⁹, `2GiB` is 2³¹.
package struct ByteCount: Hashable, Sendable, Comparable, Codable {
  /// Bytes; a declared range usually keeps it non-negative.
  package let bytes: Int64

  package init(bytes: Int64) {
    self.bytes = bytes
  }

  package init(kibibytes: Int64) { self.init(bytes: kibibytes << 10) }
  package init(mebibytes: Int64) { self.init(bytes: mebibytes << 20) }
  package init(gibibytes: Int64) { self.init(bytes: gibibytes << 30) }
  package init(tebibytes: Int64) { self.init(bytes: tebibytes << 40) }
  package init(kilobytes: Int64) { self.init(bytes: kilobytes * 1_000) }
  package init(megabytes: Int64) { self.init(bytes: megabytes * 1_000_000) }
  package init(gigabytes: Int64) { self.init(bytes: gigabytes * 1_000_000_000) }

  package static let zero = ByteCount(bytes: 0)

  package static func < (lhs: ByteCount, rhs: ByteCount) -> Bool { lhs.bytes < rhs.bytes }
}

extension ByteCount: ScalarKnobValue {
  package static var kind: KnobKind { .bytes }
  package static var placeholder: ByteCount { .zero }

  /// 0 to 1 EiB: no scenario means more, and sums of such sizes do not overflow.
  package static var customaryLimits: KnobLimits<ByteCount>? {
    KnobLimits(zero...ByteCount(bytes: 1 << 60), isDeclared: false)
  }

  static let units = UnitTable(
    kind: .bytes,
    units: [
      .init(symbol: "EiB", size: 1 << 60), .init(symbol: "EB", size: 1_000_000_000_000_000_000),
      .init(symbol: "PiB", size: 1 << 50), .init(symbol: "PB", size: 1_000_000_000_000_000),
      .init(symbol: "TiB", size: 1 << 40), .init(symbol: "TB", size: 1_000_000_000_000),
      .init(symbol: "GiB", size: 1 << 30), .init(symbol: "GB", size: 1_000_000_000),
      .init(symbol: "MiB", size: 1 << 20), .init(symbol: "MB", size: 1_000_000),
      .init(symbol: "KiB", size: 1 << 10), .init(symbol: "kB", size: 1_000),
      .init(symbol: "KB", size: 1_000), .init(symbol: "B", size: 1),
    ],
    smallest: "a byte")

  package init(parsing text: String) throws(ValueProblem) {
    self.init(bytes: try Self.units.parse(text))
  }

  package var rendered: String { Self.units.render(bytes) }

  /// `2GB` for a knob that is usually `2GiB` is legal and probably a slip.
  package static func suspicion(
    about node: ScenarioNode, usual: ByteCount?
  ) -> Diagnostic.Problem? {
    guard case .scalar(let text, _) = node.content, let usual, usual.bytes != 0,
      usual.bytes % (1 << 20) == 0, usual.bytes % 1_000_000 != 0,
      text.hasSuffix("B"), !text.hasSuffix("iB"), let value = try? ByteCount(parsing: text),
      value.bytes >= 1_000_000, value.bytes % (1 << 20) != 0
    else { return nil }
    let prefix = text.dropLast(2)
    let binary = "\(prefix)\(text.dropLast().suffix(1).uppercased())iB"
    return .suspiciousUnit(found: text, means: "\(value.bytes) bytes", customary: binary)
  }
}
