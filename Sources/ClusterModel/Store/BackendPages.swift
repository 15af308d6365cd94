// SPDX-License-Identifier: Apache-2.0

/// How many bytes of the backend file (bbolt) a stored revision takes.
///
/// Revisions are appended in key order, so leaf pages are split at etcd's fill share and the rest of
/// each page stays empty; a leaf holds at least two revisions and grows over consecutive pages when
/// they are large. Nothing here is fitted to the measured growth: `facts/real-calibration.md` §1
/// (etcd 3.4.23: 256 B → 382, 1 KiB → 1,381, 10 KiB → 12,310, 100 KiB → 104,600 bytes per put) is
/// what the tests hold it against.
package enum BackendPages {
  /// bbolt's page size: the operating system's, in bytes.
  package static let pageBytes = 4096
  /// Share of a page that is filled before it is split when keys arrive in order
  /// (etcd server/storage/backend/batch_tx.go: `FillPercent = 0.9`).
  package static let fillPermille = 900
  /// bbolt page header, in bytes (bbolt page.go: id 8, flags 2, count 2, overflow 4).
  package static let pageHeaderBytes = 16
  /// Bytes that a revision needs besides its key and value: leaf element header 16 (bbolt page.go),
  /// revision key 17 (etcd revision.go: 8 + 1 + 8), and the protobuf framing of a `KeyValue` with
  /// its create revision, modify revision and version, about 21.
  package static let revisionOverheadBytes = 54
  /// Branch pages above the leaves: one element for each leaf, itself filled by nine tenths.
  private static let branchElementBytes = 33

  /// Bytes of file for one more revision of a key and value of so many bytes.
  package static func bytesPerRevision(valueBytes: Int, keyBytes: Int = 20) -> Int {
    let element = valueBytes + keyBytes + revisionOverheadBytes
    let room = pageBytes * fillPermille / 1000 - pageHeaderBytes
    let elements = max(2, room / element)
    let pages = (pageHeaderBytes + elements * element + pageBytes - 1) / pageBytes
    let branch = branchElementBytes * 1000 / fillPermille
    return (pages * pageBytes + branch) / elements
  }

  /// Bytes that a put appends to the write-ahead log, record framing and page flushing included.
  ///
  /// Straight lines between the measured points of `data/real-control-plane/etcd_db_growth.csv`
  /// (etcd 3.4.23: 256 B → 644, 1 KiB → 2,110, 10 KiB → 12,239, 100 KiB → 109,000); proportional
  /// growth beyond.
  package static func logBytes(valueBytes: Int) -> Int {
    let points = logPoints
    if valueBytes <= points[0].value { return valueBytes + points[0].log - points[0].value }
    for index in 1..<points.count where valueBytes <= points[index].value {
      let (low, high) = (points[index - 1], points[index])
      return low.log + (valueBytes - low.value) * (high.log - low.log) / (high.value - low.value)
    }
    let last = points[points.count - 1]
    return valueBytes * last.log / last.value
  }

  private static let logPoints = [
    (value: 256, log: 644), (value: 1024, log: 2110), (value: 10240, log: 12239),
    (value: 102_400, log: 109_000),
  ]
}
