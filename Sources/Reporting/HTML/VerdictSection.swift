// SPDX-License-Identifier: Apache-2.0
import Experiments
import Measurement

/// What was expected, what was published, what came out.
struct VerdictSection {
  /// Worst first, so that nobody has to look for it.
  private static let order = ["missed", "cannot-tell", "met", "fitted", "not-applicable"]
  /// A mark beside the word, for those who do not see colours.
  private static let marks = [
    "met": "✓", "missed": "✗", "cannot-tell": "?", "fitted": "≈", "not-applicable": "–",
  ]

  private let judged: [Judged]

  private struct Judged {
    let expectation: SavedResult.Expectation
    /// Where it was judged; empty when that goes without saying.
    let place: String
  }

  /// - Parameter places: the point of each expectation, where they are of several.
  init(expectations: [SavedResult.Expectation], places: [String] = []) {
    judged = expectations.enumerated().map { index, expectation in
      Judged(expectation: expectation, place: places.indices.contains(index) ? places[index] : "")
    }
  }

  private var expectations: [SavedResult.Expectation] { judged.map(\.expectation) }

  /// How many there are of each verdict, worst first, such as `1 missed, 7 met`.
  var tally: String {
    let counts = Self.order.compactMap { verdict -> String? in
      let count = expectations.count { $0.verdict == verdict }
      return count > 0 ? "\(count) \(verdict)" : nil
    }
    return counts.joined(separator: ", ")
  }

  var html: HTML {
    guard !expectations.isEmpty else {
      return "<p>The scenario states no expectations; nothing was judged.</p>"
    }
    let rest = judged.filter { $0.expectation.verdict == "not-applicable" }
    let ordered = Self.order.dropLast().flatMap { verdict in
      judged.filter { $0.expectation.verdict == verdict }
    }
    let folded: HTML =
      rest.isEmpty
      ? .nothing
      : Folded.details("\(rest.count) not applicable to what was run", table(rest))
    return "<p>\(tally)</p>\n\(ordered.isEmpty ? .nothing : table(ordered))\n\(folded)"
  }

  private func table(_ judged: [Judged]) -> HTML {
    var table = HTMLTable(["verdict", "expectation", "class", "simulated", "published"])
    for one in judged {
      let expectation = one.expectation
      let place: HTML = one.place.isEmpty ? .nothing : "<br><small>at \(one.place)</small>"
      table.add([
        Self.badge(expectation.verdict), what(expectation) + place, "\(expectation.class)",
        simulated(expectation), "\(expectation.published ?? "")",
      ])
    }
    return table.html
  }

  static func badge(_ verdict: String) -> HTML {
    let mark = marks[verdict] ?? ""
    let known = order.contains(verdict) ? verdict : ""
    return "<span class=\"verdict \(known)\">\(mark) \(verdict)</span>"
  }

  private func what(_ expectation: SavedResult.Expectation) -> HTML {
    let reason: HTML =
      expectation.reason.isEmpty ? .nothing : "<br><small>\(expectation.reason)</small>"
    let because: HTML =
      expectation.because.map { "<br><small>because: \($0)</small>" } ?? .nothing
    return "<b>\(expectation.id)</b><br><code>\(expectation.that)</code>\(reason)\(because)"
  }

  private func simulated(_ expectation: SavedResult.Expectation) -> HTML {
    guard let interval = expectation.interval else { return "\(expectation.simulatedText)" }
    let unit = MetricUnit.named(expectation.unit)
    let ends = [interval.lower, interval.upper].map { QuantityText.text($0, in: unit) }
    return "\(expectation.simulatedText)<br><small>\(ends[0]) to \(ends[1])</small>"
  }
}
