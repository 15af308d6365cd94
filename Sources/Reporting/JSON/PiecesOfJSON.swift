// SPDX-License-Identifier: Apache-2.0
import Scenario

// For outputs of many lines, which are not built as a tree first.

extension Double {
  /// The shortest text that reads back as the same value; whole numbers without a point. For finite
  /// values.
  var shortestText: String { JSONValue.number(self).text() }
}

extension String {
  /// As a string of JSON, with its quotes.
  var jsonText: String { JSONValue.string(self).text() }
}
