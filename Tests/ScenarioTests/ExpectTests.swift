// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Scenario

/// A scenario around one expectation, with a sweep, a variant and some metrics.
private func expecting(_ that: String, class name: String = "T4", more: String = "") -> String {
  """
  orrery: 1
  tanks: { main: {} }
  site: { bays: [ { name: a, count: 1, wax: {} } ] }
  sweep: { site.bays.a.count: [100, 200, 400] }
  variants: { fast: { opening: 1h } }
  expect:
    - { id: one, class: \(name), that: '\(that)'\(more) }
  """
}

private let metrics = [
  MetricDescription(name: "wait_seconds", unit: .seconds, labels: ["bay", "day"]),
  MetricDescription(name: "cars_total", unit: .count, labels: ["bay"]),
  MetricDescription(name: "busy_ratio", unit: .ratio, range: 0...1),
  MetricDescription(name: "water_bytes", unit: .bytes),
  MetricDescription(name: "balance", unit: .other("euro"), range: nil),
]

/// The expression of a text that is right.
private func parse(_ that: String, class name: String = "T4") throws -> ExpectExpression {
  let document = try load(expecting(that, class: name), metrics: metrics)
  return try #require(document.expectations.first).that
}

/// What is wrong with a text, without the file's name and line; the column counts within it.
private func fault(_ that: String, class name: String = "T4", more: String = "") -> String {
  let found = findings(expecting(that, class: name, more: more), metrics: metrics)
  let before = "    - { id: one, class: \(name), that: '".unicodeScalars.count - 2
  return found.split(separator: "\n").map { line in
    guard line.hasPrefix("wash.yaml:7:") else { return String(line) }
    let parts = line.dropFirst("wash.yaml:7:".count).split(separator: ":", maxSplits: 1)
    return
      "\((Int(parts[0]) ?? 0) - before):\(parts[1].replacing(" error:", with: "", maxReplacements: 1))"
  }
  .joined(separator: "\n")
}

private let wait = ExpectSelector(metric: "wait_seconds")
private let cars = ExpectSelector(metric: "cars_total")

@Suite("What an expectation says")
struct ExpectGrammarTests {
  @Test("products bind tighter than sums, and both to the left")
  func precedence() throws {
    let p99 = ExpectTerm.metric(.percentile(99), wait)
    let mean = ExpectTerm.metric(.mean, wait)
    let expression = try parse("p99(wait_seconds) - 2 * mean(wait_seconds) - -3s < (1s + 1s) / 2")
    let left = ExpectTerm.difference(
      .difference(p99, .product(.number(2), mean)), .negated(.number(3)))
    let right = ExpectTerm.quotient(.sum(.number(1), .number(1)), .number(2))
    #expect(expression.comparisons == [.chain(terms: [left, right], relations: [.less])])
  }

  @Test("comparisons chain and join")
  func chains() throws {
    let expression = try parse(
      "1ms < p50(wait_seconds) <= p99(wait_seconds) and value(balance) != -3")
    #expect(
      expression.comparisons == [
        .chain(
          terms: [.number(0.001), .metric(.percentile(50), wait), .metric(.percentile(99), wait)],
          relations: [.less, .lessOrEqual]),
        .chain(
          terms: [.metric(.value, .init(metric: "balance")), .negated(.number(3))],
          relations: [.notEqual]),
      ])
  }

  @Test("the scenario page's example: a bare variant repeats the metric before it")
  func variant() throws {
    let selector = ExpectSelector(
      metric: "wait_seconds", matchers: [.init(label: "bay", isEqual: true, value: "a")])
    let p99 = ExpectTerm.metric(.percentile(99), selector)
    let expression = try parse("p99(wait_seconds{bay=a}) / variant(fast) > 5")
    #expect(
      expression.comparisons == [
        .chain(
          terms: [.quotient(p99, .inVariant("fast", p99)), .number(5)], relations: [.greater])
      ])
    #expect(
      try parse("p99(wait_seconds{bay=a}) / variant(fast, p99(wait_seconds{bay=a})) > 5")
        == expression)
  }

  @Test("aggregates, labels, functions")
  func functions() throws {
    let labels = ExpectSelector(
      metric: "wait_seconds",
      matchers: [
        .init(label: "bay", isEqual: true, value: "a, b"),
        .init(label: "day", isEqual: false, value: "mon"),
      ])
    let cases: [(String, ExpectTerm)] = [
      ("percentile(wait_seconds, 99.5)", .metric(.percentile(99.5), wait)),
      ("p999(wait_seconds)", .metric(.percentile(99.9), wait)),
      ("max(wait_seconds)", .metric(.maximum, wait)),
      ("max(mean(wait_seconds), 1s)", .largest([.metric(.mean, wait), .number(1)])),
      ("min(wait_seconds{bay=\"a, b\", day!=mon})", .metric(.minimum, labels)),
      ("abs(rate(cars_total))", .absolute(.metric(.rate, cars))),
      ("exp(rate(cars_total))", .exponential(.metric(.rate, cars))),
      ("sum(cars_total)", .metric(.sum, cars)),
      ("peak(cars_total)", .metric(.peak, cars)),
      ("first(cars_total)", .first(cars, .greater, 0)),
      ("first(wait_seconds >= 2m)", .first(wait, .greaterOrEqual, 120)),
      (
        "at(site.bays.a.count=200, count(cars_total))",
        .at(
          path: KnobPath(elements: ["site", "bays", "a", "count"]), value: "200",
          .metric(.count, cars))
      ),
      (
        "exponent(mean(wait_seconds), over: site.bays.a.count, where: count(cars_total) > 10)",
        .exponent(
          .metric(.mean, wait), over: KnobPath(elements: ["site", "bays", "a", "count"]),
          where: .chain(terms: [.metric(.count, cars), .number(10)], relations: [.greater]))
      ),
      (
        "knee(p99(wait_seconds) > 1s, over: site.bays.a.count)",
        .knee(
          .chain(terms: [.metric(.percentile(99), wait), .number(1)], relations: [.greater]),
          over: KnobPath(elements: ["site", "bays", "a", "count"]))
      ),
    ]
    for (text, term) in cases {
      let expression = try parse("\(text) > 7")
      #expect(
        expression.comparisons == [.chain(terms: [term, .number(7)], relations: [.greater])],
        "\(text)")
    }
  }

  @Test(
    "literals are in base units",
    arguments: [
      ("p99(wait_seconds) > 250ms", 0.25), ("p99(wait_seconds) > 2h", 7_200),
      ("value(water_bytes) > 2GiB", 2_147_483_648), ("rate(cars_total) > 6/min", 0.1),
      ("rate(water_bytes) > 8Mbps", 1e6), ("value(busy_ratio) > 7%", 0.07),
      ("value(balance) > 1e3", 1_000), ("rate(cars_total) > 30/s", 30),
    ])
  func literals(text: String, value: Double) throws {
    guard case .chain(let terms, _) = try #require(try parse(text).comparisons.first) else {
      Issue.record("not a chain")
      return
    }
    #expect(terms.last == .number(value))
  }

  @Test("a tolerance is that of its class, unless a narrower one is given")
  func tolerances() throws {
    func tolerance(_ text: String, _ name: String, more: String = "") throws -> Tolerance? {
      let document = try load(expecting(text, class: name, more: more), metrics: metrics)
      guard case .near(_, _, let tolerance)? = document.expectations.first?.that.comparisons.first
      else { return nil }
      return tolerance
    }
    #expect(try tolerance("count(cars_total) ~ 7", "T1") == .share(0.05))
    #expect(try tolerance("count(cars_total) ~ 7", "T2") == .factor(1.5))
    #expect(try tolerance("count(cars_total) ~ 7", "T3") == .factor(3))
    #expect(try tolerance("count(cars_total) ~ 7 within 3%", "T1") == .share(0.03))
    #expect(try tolerance("count(cars_total) ~ 7 within factor 1.2", "T2") == .factor(1.2))
    #expect(try tolerance("count(cars_total) ~ 7", "T2", more: ", within: 20%") == .share(0.2))
  }

  @Test("an expectation carries what its author said")
  func fields() throws {
    let document = try load(
      expecting(
        "count(cars_total) in [1, 2]", class: "T3",
        more:
          ", experiment: X-01, published: one or two, because: why not, variants: [base, fast], fitted: by hand"
      ),
      metrics: metrics)
    let expectation = try #require(document.expectations.first)
    #expect(expectation.id == "one" && expectation.experiment == "X-01")
    #expect(expectation.published == "one or two" && expectation.because == "why not")
    #expect(expectation.variants == ["base", "fast"] && expectation.toleranceClass == .t3)
    #expect(expectation.isFitted && expectation.fittedBecause == "by hand")
    #expect(expectation.text == "count(cars_total) in [1, 2]")
    #expect(expectation.location.line == 7)
    let plain = try load(expecting("count(cars_total) > 1"), metrics: metrics)
    #expect(plain.expectations.first?.isFitted == false)
    #expect(plain.expectations.first?.variants == ["base"])
  }
}

@Suite("What an expectation must not say")
struct ExpectRefusalTests {
  @Test(
    "grammar, with the column within the text",
    arguments: [
      ("", ""),
      (
        "p99(wait_seconds) >",
        "20: unexpected end; expected a number, a metric in an aggregate, or '('"
      ),
      ("p99(wait_seconds", "17: unexpected end; expected ')'"),
      (
        "p99(wait_seconds) 5",
        "19: unexpected '5'; expected a comparison such as '<', '~' or 'in', or an operator"
      ),
      (
        "p99(wait_seconds) > 5 5",
        "23: unexpected '5'; expected a comparison such as '<', an operator, 'and' or the end"
      ),
      ("p99(wait_seconds) = 5", "19: unexpected '='; expected one of <, <=, >, >=, ==, !=, ~, in"),
      (
        "wait_seconds > 5",
        "1: unexpected a metric without an aggregate; expected an aggregate such as p99(wait_seconds)"
      ),
      ("p98(wait_seconds) > 5", "1: there is no function 'p98' (did you mean 'p90'?)"),
      (
        "p99(wait_seconds) > 5sec",
        "21: 'sec' in '5sec' is not a unit; expected a number such as 1.5"
      ),
      (
        "percentile(wait_seconds, 101) > 5",
        "26: '101' is not a percentile; expected a number from 0 to 100"
      ),
      ("count(cars_total) in 3", "22: unexpected '3'; expected '[' and a range such as [1, 2]"),
    ])
  func grammar(that: String, message: String) {
    #expect(fault(that) == message)
  }

  @Test(
    "names",
    arguments: [
      (
        "p99(wait_second) > 5", "5: there is no metric 'wait_second' (did you mean 'wait_seconds'?)"
      ),
      (
        "p99(wait_seconds{bai=a}) > 5", "5: 'wait_seconds' has no label 'bai' (did you mean 'bay'?)"
      ),
      (
        "p99(wait_seconds) > variant(fsat)", "29: there is no variant 'fsat' (did you mean 'fast'?)"
      ),
      (
        "knee(p99(wait_seconds) > 1, over: opening) > 5",
        "35: the scenario does not sweep over 'opening'; expected one of site.bays.a.count"
      ),
      (
        "at(site.bays.a.count=300, count(cars_total)) > 5",
        "4: the sweep over 'site.bays.a.count' has no value '300'; expected one of 100, 200, 400"
      ),
      (
        "variant(fast) > p99(wait_seconds)",
        "1: variant(fast) repeats the metric before it, and there is none (write variant(fast, p99(metric)))"
      ),
    ])
  func names(that: String, message: String) {
    #expect(fault(that) == message)
  }

  @Test(
    "what could not fail, or could not hold",
    arguments: [
      (
        "1 < 2",
        "1: no metric is compared here, so it cannot fail (a metric stands in an aggregate: p99(metric))"
      ),
      (
        "count(cars_total) > 1 and 3 > 2",
        "27: no metric is compared here, so it cannot fail (a metric stands in an aggregate: p99(metric))"
      ),
      ("count(cars_total) >= 0", "1: this cannot fail: the value is always at least 0"),
      ("count(cars_total) < 0", "1: this cannot hold: the value is always at least 0"),
      ("mean(busy_ratio) <= 100%", "1: this cannot fail: the value is always from 0 to 1"),
      ("mean(busy_ratio) > 1", "1: this cannot hold: the value is always from 0 to 1"),
      (
        "mean(busy_ratio) + mean(busy_ratio) < 2.5",
        "1: this cannot fail: the value is always from 0 to 2"
      ),
      ("1 - mean(busy_ratio) >= 0", "1: this cannot fail: the value is always from 0 to 1"),
      ("mean(busy_ratio) in [0, 1]", "1: this cannot fail: the value is always from 0 to 1"),
      ("mean(busy_ratio) in [2, 3]", "1: this cannot hold: the value is always from 0 to 1"),
      ("count(cars_total) in [3, 2]", "1: this cannot hold: the value is always at least 0"),
      ("first(busy_ratio > 2) > 1", "7: this cannot hold: the value is always from 0 to 1"),
      ("p99(wait_seconds) >= p99(wait_seconds)", "1: both sides are the same, so it says nothing"),
    ])
  func vacuous(that: String, message: String) {
    #expect(fault(that) == message)
  }

  @Test("what can fail is let through")
  func meaningful() {
    for text in [
      "mean(busy_ratio) < 1", "count(cars_total) > 0", "count(cars_total) == 0",
      "mean(busy_ratio) - 1 < 0", "value(balance) < 0", "rate(balance) < 0",
      "p99(wait_seconds) >= p50(wait_seconds)", "first(cars_total) < first(wait_seconds > 1s)",
    ] {
      #expect(fault(text) == "", "\(text)")
    }
  }

  @Test(
    "units that do not fit",
    arguments: [
      ("p99(wait_seconds) > 2GiB", "21: a duration cannot be compared or added with a size"),
      ("value(water_bytes) + 3s > 5", "22: a size cannot be compared or added with a duration"),
      ("count(cars_total) < 30/s", "21: a count cannot be compared or added with a rate"),
      (
        "p99(wait_seconds) / p50(wait_seconds) > 3s",
        "41: a ratio cannot be compared or added with a duration"
      ),
      ("first(wait_seconds > 1GiB) > 5", "22: a duration cannot be compared or added with a size"),
    ])
  func units(that: String, message: String) {
    #expect(fault(that) == message)
  }

  @Test("units that follow from others")
  func derivedUnits() {
    for text in [
      "rate(cars_total) < 30/s", "rate(water_bytes) > 1MB/s", "count(cars_total) / 10s < 30/s",
      "sum(wait_seconds) / count(cars_total) < 30", "2 * p99(wait_seconds) > 3s",
      "rate(cars_total) * 1h > 10",
    ] {
      #expect(fault(text) == "", "\(text)")
    }
  }

  @Test("tolerances wider than their class")
  func tolerances() {
    let wide = "count(cars_total) ~ 7 within"
    #expect(fault("\(wide) 6%", class: "T1") == "30: a tolerance of 6% is wider than T1 allows, 5%")
    #expect(
      fault("\(wide) 40%", class: "T2")
        == "30: a tolerance of 40% is wider than T2 allows, factor 1.5")
    #expect(
      fault("\(wide) factor 4", class: "T3")
        == "30: a tolerance of factor 4 is wider than T3 allows, factor 3")
    #expect(fault("\(wide) factor 1.01", class: "T1") == "")
    #expect(
      fault("count(cars_total) ~ 7").hasSuffix(
        "class T4 knows directions only, no '~'; expected one of <, <=, >, >=, ==, !=, in"))
    #expect(
      fault("count(cars_total) ~ 7", class: "T1", more: ", within: 9%").hasSuffix(
        "a tolerance of 9% is wider than T1 allows, 5%"))
  }

  @Test("limits of size")
  func size() {
    let long = "count(cars_total) > 1" + String(repeating: " + 1", count: 1_100)
    #expect(fault(long) == "1: an expectation has at most 4096 letters")
    let deep = String(repeating: "(", count: 500) + "1" + String(repeating: ")", count: 500)
    #expect(fault("count(cars_total) > \(deep)").contains("nested more than 32 levels deep"))
    #expect(
      fault("count(cars_total) > " + String(repeating: "-", count: 500) + "1").contains("32 levels")
    )
  }

  @Test("the same id twice, an unknown variant to be judged on")
  func list() {
    let text =
      expecting("count(cars_total) > 1")
      + "\n  - { id: one, class: T4, that: count(cars_total) > 2, variants: [fsat] }"
    #expect(
      findings(text, metrics: metrics)
        == """
        wash.yaml:8:11: error: the id 'one' is here twice
        wash.yaml:8:66: error: there is no variant 'fsat' (did you mean 'fast'?)
        """)
  }
}
