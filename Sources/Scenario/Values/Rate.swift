// SPDX-License-Identifier: Apache-2.0

/// How often something happens: `30/s`, `5/min`, `2/h`, `1/d`.
package struct Rate: Hashable, Sendable, Comparable, Codable {
  /// Events per second, finite.
  package let perSecond: Double

  package init(perSecond: Double) {
    self.perSecond = perSecond
  }

  package init(perMinute: Double) { self.init(perSecond: perMinute / 60) }
  package init(perHour: Double) { self.init(perSecond: perHour / 3_600) }
  package init(perDay: Double) { self.init(perSecond: perDay / 86_400) }

  package static func < (lhs: Rate, rhs: Rate) -> Bool { lhs.perSecond < rhs.perSecond }
}

extension Rate: ScalarKnobValue {
  package static var kind: KnobKind { .rate }
  package static var placeholder: Rate { Rate(perSecond: 0) }

  /// 0 to 10¹²/s: above one a nanosecond the clock cannot tell events apart.
  package static var customaryLimits: KnobLimits<Rate>? {
    KnobLimits(Rate(perSecond: 0)...Rate(perSecond: 1e12), isDeclared: false)
  }

  private static let periods: [(symbols: [String], seconds: Double)] = [
    (["s"], 1), (["min", "m"], 60), (["h"], 3_600), (["d"], 86_400),
  ]

  private static let symbols = periods.flatMap { $0.symbols.map { "/\($0)" } }

  /// Parses `NUMBER/PERIOD`. Zero needs no period.
  package init(parsing text: String) throws(ValueProblem) {
    guard let number = DecimalText(text[...]) else {
      throw ValueProblem(.malformed(found: text, kind: .rate))
    }
    let symbol = number.rest.filter { $0 != " " }
    if symbol.isEmpty {
      guard number.isZero else { throw ValueProblem(.missingUnit(found: text, kind: .rate)) }
      self.init(perSecond: 0)
      return
    }
    guard
      let period = Self.periods.first(where: { $0.symbols.contains { "/\($0)" == symbol } })
    else {
      throw ValueProblem(
        .unknownUnit(
          found: text, unit: symbol, nearest: NearestName.ofUnit(symbol, among: Self.symbols),
          kind: .rate))
    }
    let value = number.double / period.seconds
    guard value.isFinite else { throw ValueProblem(.tooLarge(found: text, kind: .rate)) }
    self.init(perSecond: value)
  }

  /// The shortest text that parses back to exactly this rate; ties go to the shorter period.
  package var rendered: String {
    var best = "\(perSecond.plainText)/s"
    for period in Self.periods.dropFirst() {
      let candidate = "\((perSecond * period.seconds).plainText)/\(period.symbols[0])"
      if candidate.utf8.count < best.utf8.count, (try? Rate(parsing: candidate)) == self {
        best = candidate
      }
    }
    return best
  }
}
