// SPDX-License-Identifier: Apache-2.0
package import Foundation
import Stochastics

/// The comparisons of one oracle and the file they were made with.
package struct OracleReport: Sendable {
  package let oracle: Oracle
  /// POSIX checksum and size of the measurements, as `cksum` prints them.
  package let digest: String
  package let comparisons: [OracleComparison]

  /// Reads the measurements and compares.
  ///
  /// - Parameter data: the folder that holds the measurements.
  package init(_ oracle: Oracle, data: URL) throws {
    let bytes =
      switch oracle.data {
      case .file(let path): try Data(contentsOf: data.appending(path: path))
      case .published(_, let table): Data(table.utf8)
      }
    self.oracle = oracle
    digest = "\(POSIXChecksum.of(bytes)) \(bytes.count)"
    comparisons = try oracle.compare(
      OracleTable(text: String(decoding: bytes, as: UTF8.self)))
  }

  package func count(_ verdict: Verdict) -> Int {
    comparisons.count { $0.verdict == verdict }
  }

  /// The judged figure that is furthest from its measurement.
  package var worst: OracleComparison? {
    comparisons.filter { $0.use == .judged && $0.ratio != nil }.max { a, b in
      abs(log(max(a.ratio ?? 1, 1e-9))) < abs(log(max(b.ratio ?? 1, 1e-9)))
    }
  }
}

/// The checksum of the POSIX utility `cksum`, so that a reader can check which data a table was made
/// from: CRC-32 with polynomial 0x04C11DB7 over the bytes and their number (IEEE Std 1003.1, cksum).
enum POSIXChecksum {
  static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var crc: UInt32 = 0
    var length = 0
    for byte in bytes {
      crc = step(crc, byte)
      length += 1
    }
    while length > 0 {
      crc = step(crc, UInt8(truncatingIfNeeded: length))
      length >>= 8
    }
    return ~crc
  }

  private static func step(_ crc: UInt32, _ byte: UInt8) -> UInt32 {
    var crc = crc ^ UInt32(byte) << 24
    for _ in 0..<8 { crc = crc & 0x8000_0000 != 0 ? crc << 1 ^ 0x04C1_1DB7 : crc << 1 }
    return crc
  }
}
