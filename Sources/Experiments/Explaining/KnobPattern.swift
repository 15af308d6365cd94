// SPDX-License-Identifier: Apache-2.0

/// Names of knobs by a part of their path, in which `*` stands for anything.
package struct KnobPattern: Sendable, Hashable {
  private let pieces: [Substring]

  package init(_ text: String) {
    pieces = text.split(separator: "*", omittingEmptySubsequences: true)
  }

  /// Whether the pieces stand in the path one after another.
  package func matches(_ path: String) -> Bool {
    var rest = path[...]
    for piece in pieces {
      guard let found = rest.firstRange(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }
}
