// SPDX-License-Identifier: Apache-2.0

/// A throughput in bytes per second: `10MB/s`, `512KiB/s`, or in bits, as networks count: `25Gbps`.
package struct ByteRate: Hashable, Sendable, Comparable, Codable {
  /// Bytes per second, finite.
  package let bytesPerSecond: Double

  package init(bytesPerSecond: Double) {
    self.bytesPerSecond = bytesPerSecond
  }

  package init(megabytesPerSecond: Double) { self.init(bytesPerSecond: megabytesPerSecond * 1e6) }
  package init(gigabitsPerSecond: Double) {
    self.init(bytesPerSecond: gigabitsPerSecond * 125_000_000)
  }

  package static func < (lhs: ByteRate, rhs: ByteRate) -> Bool {
    lhs.bytesPerSecond < rhs.bytesPerSecond
  }
}

extension ByteRate: ScalarKnobValue {
  package static var kind: KnobKind { .byteRate }
  package static var placeholder: ByteRate { ByteRate(bytesPerSecond: 0) }

  /// 0 to 1 EB/s.
  package static var customaryLimits: KnobLimits<ByteRate>? {
    KnobLimits(
      ByteRate(bytesPerSecond: 0)...ByteRate(bytesPerSecond: 1e18), isDeclared: false)
  }

  static let units = ScaleTable(
    kind: .byteRate,
    units: [
      .init(symbol: "Tbps", scale: 125_000_000_000), .init(symbol: "Gbps", scale: 125_000_000),
      .init(symbol: "Mbps", scale: 125_000), .init(symbol: "kbps", scale: 125),
      .init(symbol: "bps", scale: 0.125),
      .init(symbol: "TB/s", scale: 1e12), .init(symbol: "GB/s", scale: 1e9),
      .init(symbol: "MB/s", scale: 1e6), .init(symbol: "kB/s", scale: 1e3),
      .init(symbol: "KB/s", scale: 1e3),
      .init(symbol: "TiB/s", scale: 0x1p40), .init(symbol: "GiB/s", scale: 0x1p30),
      .init(symbol: "MiB/s", scale: 0x1p20), .init(symbol: "KiB/s", scale: 0x1p10),
      .init(symbol: "B/s", scale: 1),
    ],
    base: "B/s")

  package init(parsing text: String) throws(ValueProblem) {
    self.init(bytesPerSecond: try Self.units.parse(text))
  }

  package var rendered: String { Self.units.render(bytesPerSecond) }
}
