// SPDX-License-Identifier: Apache-2.0

/// A list of whole numbers as a short text: equal neighbours once, with how many they are, such as
/// `1*238,4,1`; `-` for one that is not there.
package enum RunLengths {
  package static func text(_ values: [Int?]) -> String {
    var parts: [String] = []
    var start = 0
    while start < values.count {
      var end = start + 1
      while end < values.count, values[end] == values[start] { end += 1 }
      let value = values[start].map(String.init) ?? "-"
      parts.append(end - start > 1 ? "\(value)*\(end - start)" : value)
      start = end
    }
    return parts.joined(separator: ",")
  }

  /// Reads the text back; nil when it is none, or not of so many values.
  package static func values(of text: String, count: Int) -> [Int?]? {
    var values: [Int?] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "*", omittingEmptySubsequences: false)
      let length = pieces.count == 2 ? Int(pieces[1]) : pieces.count == 1 ? 1 : nil
      guard let length, length > 0, values.count + length <= count else { return nil }
      let value = Int(pieces[0])
      guard value != nil || pieces[0] == "-" else { return nil }
      values += Array(repeating: value, count: length)
    }
    return values.count == count ? values : nil
  }
}
