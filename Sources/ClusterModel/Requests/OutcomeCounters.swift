// SPDX-License-Identifier: Apache-2.0
package import Measurement

/// A counter for each outcome of a request, kept in place.
package struct OutcomeCounters: BitwiseCopyable, Sendable {
  private static let room = 16
  private var counters: InlineArray<16, CounterID>

  package init(_ counter: (RequestOutcome) -> CounterID) {
    let outcomes = RequestOutcome.allCases
    precondition(outcomes.count <= Self.room, "more outcomes than there is room for")
    counters = InlineArray(repeating: counter(.ok))
    for outcome in outcomes { counters[Int(outcome.rawValue)] = counter(outcome) }
  }

  package subscript(outcome: RequestOutcome) -> CounterID { counters[Int(outcome.rawValue)] }

  /// Whether any outcome has a counter of which this is true.
  package func contains(where predicate: (CounterID) -> Bool) -> Bool {
    RequestOutcome.allCases.contains { predicate(self[$0]) }
  }
}

extension OutcomeCounters: Codable {
  package init(from decoder: any Decoder) throws {
    let saved = try [CounterID](from: decoder)
    guard saved.count == RequestOutcome.allCases.count else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "\(RequestOutcome.allCases.count) counters expected"))
    }
    self.init { saved[Int($0.rawValue)] }
  }

  package func encode(to encoder: any Encoder) throws {
    try RequestOutcome.allCases.map { self[$0] }.encode(to: encoder)
  }
}
