// SPDX-License-Identifier: Apache-2.0

extension EmpiricalSample {
  /// The equally weighted values of one column of CSV text, as in `ms` of `id,ms\n1,0.25\n`.
  ///
  /// The text is RFC 4180 with a header record; reading the file is the caller's task.
  ///
  /// - Throws: `CSVError` with the line and, for a mistyped column, the nearest name.
  package init(csv text: String, column: String) throws(CSVError) {
    let values = try CSVColumn(text: text, name: column).values
    // The reader has already refused what a sample refuses.
    self.init(sorted: values.sorted(), positions: [])
  }
}
