// SPDX-License-Identifier: Apache-2.0
import Experiments
import Measurement

/// What was followed over time, as CSV: one row a bucket of a series.
enum SeriesTable {
  static let header = "metric,labels,unit,startSeconds,widthSeconds,minimum,maximum,last,count"

  /// The series of the first replication of a point; the others differ by their luck only.
  static func csv(of point: PointResult) -> String {
    var lines = [header]
    for series in point.series {
      let labels = series.labels.map(\.description).joined(separator: ";")
      let name = [series.declaration.name, labels, series.declaration.unit.symbol]
        .map(CommaSeparatedValues.quoted).joined(separator: ",")
      for bucket in series.buckets {
        lines.append(
          "\(name),\(bucket.startSeconds),\(series.widthSeconds),\(bucket.minimum),"
            + "\(bucket.maximum),\(bucket.last),\(bucket.count)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
