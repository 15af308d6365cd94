// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents
import Stochastics

/// The CSV file behind `empirical(file: latencies.csv, column: seconds)`.
///
/// The first row names the columns. Cells of a duration carry a unit (`12ms`) or are seconds; cells
/// of a plain distribution are numbers.
struct SampleFile {
  /// As the scenario wrote it.
  let path: String
  /// The file whose folder relative paths start from.
  let besides: String
  let kind: KnobKind

  /// Reads one column. Cost: linear in the file, which `ScenarioFile.largest` bounds.
  func values(ofColumn column: String) throws(ValueProblem) -> [Double] {
    let text: String
    do {
      text = try ScenarioFile.read(ScenarioFile.path(path, besides: besides))
    } catch {
      throw ValueProblem(.distribution("\(path): \(error.message)"))
    }
    var records = CSVRecords(text: text)
    guard let header = try next(&records)?.fields else {
      throw ValueProblem(.distribution("\(path) is empty"))
    }
    guard let index = header.firstIndex(of: column) else {
      let nearest = NearestName.of(column, among: header).map { " (did you mean '\($0)'?)" } ?? ""
      throw ValueProblem(.distribution("\(path) has no column '\(column)'\(nearest)"))
    }
    var values: [Double] = []
    while let record = try next(&records) {
      guard index < record.fields.count, let value = number(record.fields[index]) else {
        throw ValueProblem(
          .distribution(
            "\(path): row \(values.count + 1) has no usable value in column '\(column)'"))
      }
      values.append(value)
    }
    return values
  }

  private func next(_ records: inout CSVRecords) throws(ValueProblem) -> CSVRecords.Record? {
    do {
      return try records.next()
    } catch {
      throw ValueProblem(.distribution("\(path): \(error)"))
    }
  }

  private func number(_ cell: String) -> Double? {
    if let plain = try? Double(parsing: cell) { return plain }
    guard kind == .durationDistribution, let duration = try? SimDuration(parsing: cell) else {
      return nil
    }
    return Double(duration.nanoseconds) / 1e9
  }
}
