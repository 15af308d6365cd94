// SPDX-License-Identifier: Apache-2.0
import Foundation
import Stochastics

/// A series over time as `series.csv` tells it: buckets of equal width, each with its lowest and
/// highest value, so that no spike is lost.
package struct SavedSeries: Sendable, Hashable {
  package struct Bucket: Sendable, Hashable {
    package let startSeconds: Double
    package let minimum: Double
    package let maximum: Double
    /// The value at its end.
    package let last: Double

    package init(startSeconds: Double, minimum: Double, maximum: Double, last: Double) {
      self.startSeconds = startSeconds
      self.minimum = minimum
      self.maximum = maximum
      self.last = last
    }
  }

  package let metric: String
  /// As in the file: `name=value`, several of them with `;` between.
  package let labels: String
  /// Symbol of the unit; empty for a ratio.
  package let unit: String
  package let widthSeconds: Double
  /// In order of time; at least one.
  package let buckets: [Bucket]

  package init(
    metric: String, labels: String, unit: String, widthSeconds: Double, buckets: [Bucket]
  ) {
    precondition(!buckets.isEmpty, "a series has buckets")
    self.metric = metric
    self.labels = labels
    self.unit = unit
    self.widthSeconds = widthSeconds
    self.buckets = buckets
  }

  package var minimum: Double { buckets.reduce(.infinity) { min($0, $1.minimum) } }
  package var maximum: Double { buckets.reduce(-.infinity) { max($0, $1.maximum) } }
  /// The value at the end.
  package var last: Double { buckets[buckets.count - 1].last }

  /// The same in at most `count` buckets: as many neighbours as needed become one, which keeps
  /// their lowest and highest value and the last one.
  package func cut(to count: Int) -> SavedSeries {
    guard count > 0, buckets.count > count else { return self }
    let step = (buckets.count + count - 1) / count
    let merged = stride(from: 0, to: buckets.count, by: step).map { first in
      let part = buckets[first..<min(first + step, buckets.count)]
      return Bucket(
        startSeconds: part[first].startSeconds,
        minimum: part.reduce(.infinity) { min($0, $1.minimum) },
        maximum: part.reduce(-.infinity) { max($0, $1.maximum) },
        last: part[part.endIndex - 1].last)
    }
    return SavedSeries(
      metric: metric, labels: labels, unit: unit, widthSeconds: widthSeconds * Double(step),
      buckets: merged)
  }
}

extension SavedSeries {
  /// Reads the text of a `series.csv`; buckets of one series follow one another.
  ///
  /// - Parameter path: for the message.
  package static func all(csv text: String, path: String) throws(SavedResultError) -> [SavedSeries]
  {
    var series: [SavedSeries] = []
    var buckets: [Bucket] = []
    var head: (key: [String], width: Double)?
    func close() {
      guard let head, !buckets.isEmpty else { return }
      series.append(
        SavedSeries(
          metric: head.key[0], labels: head.key[1], unit: head.key[2], widthSeconds: head.width,
          buckets: buckets))
      buckets = []
    }
    var records = CSVRecords(text: text)
    var isHeader = true
    while let record = try record(&records, path) {
      defer { isHeader = false }
      guard !isHeader else { continue }
      let fields = record.fields
      guard fields.count >= 8, let start = Double(fields[3]), let width = Double(fields[4]),
        let minimum = Double(fields[5]), let maximum = Double(fields[6]),
        let last = Double(fields[7])
      else {
        throw .unreadable(path: path, reason: "row \(record.line) is not a bucket of a series")
      }
      let key = Array(fields[0..<3])
      if head?.key != key || head?.width != width {
        close()
        head = (key, width)
      }
      buckets.append(
        Bucket(startSeconds: start, minimum: minimum, maximum: maximum, last: last))
    }
    close()
    return series
  }

  private static func record(
    _ records: inout CSVRecords, _ path: String
  ) throws(SavedResultError) -> CSVRecords.Record? {
    do {
      return try records.next()
    } catch {
      throw .unreadable(path: path, reason: error.description)
    }
  }
}

extension SavedExperiment {
  /// What was followed over time in each point, in the order of the points; nothing for a point
  /// whose `series.csv` is gone.
  package func series() throws(SavedResultError) -> [[SavedSeries]] {
    var all: [[SavedSeries]] = []
    for folder in folders {
      let path = folder + "/series.csv"
      guard let data = FileManager.default.contents(atPath: path) else {
        all.append([])
        continue
      }
      all.append(try SavedSeries.all(csv: String(decoding: data, as: UTF8.self), path: path))
    }
    return all
  }
}
