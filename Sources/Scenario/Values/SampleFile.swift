// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents

/// The CSV file behind `empirical(file: latencies.csv, column: seconds)`.
///
/// The first row names the columns. Cells of a duration carry a unit (`12ms`) or are seconds; cells
/// of a plain distribution are numbers. Quoted cells may hold commas, not line ends.
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
    var lines = text.split(whereSeparator: \.isNewline)
    guard !lines.isEmpty else { throw ValueProblem(.distribution("\(path) is empty")) }
    let header = Self.cells(lines.removeFirst())
    guard let index = header.firstIndex(of: column) else {
      let nearest = NearestName.of(column, among: header).map { " (did you mean '\($0)'?)" } ?? ""
      throw ValueProblem(.distribution("\(path) has no column '\(column)'\(nearest)"))
    }
    var values: [Double] = []
    values.reserveCapacity(lines.count)
    for (row, line) in lines.enumerated() {
      let cells = Self.cells(line)
      guard index < cells.count, let value = number(cells[index]) else {
        throw ValueProblem(
          .distribution("\(path): row \(row + 1) has no usable value in column '\(column)'"))
      }
      values.append(value)
    }
    return values
  }

  private func number(_ cell: String) -> Double? {
    if let plain = try? Double(parsing: cell) { return plain }
    guard kind == .durationDistribution, let duration = try? SimDuration(parsing: cell) else {
      return nil
    }
    return Double(duration.nanoseconds) / 1e9
  }

  private static func cells(_ line: Substring) -> [String] {
    var cells: [String] = []
    var cell = ""
    var isQuoted = false
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted:
        cells.append(String(cell[...].trimmed))
        cell = ""
      default: cell.append(character)
      }
    }
    cells.append(String(cell[...].trimmed))
    return cells
  }
}
