// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents

/// What a round of fuzzing found. A crash or a hang shows as such.
package struct FuzzReport: Sendable, Hashable {
  /// Texts that were tried.
  package var inputs = 0
  /// Texts that turned out to be right.
  package var accepted = 0
  /// Texts that were refused with at least one error.
  package var refused = 0
  /// Broken promises, at most ten: a refusal without an error, a message of several lines, a value
  /// that does not survive being written and read again.
  package var violations: [String] = []

  mutating func violate(_ promise: String, input: String) {
    if violations.count < 10 { violations.append("\(promise): \(input.jsonQuoted)") }
  }

  /// Counts an outcome and holds the diagnostics against what they promise.
  mutating func note(_ diagnostics: [Diagnostic], isRefused: Bool, input: String) {
    inputs += 1
    if isRefused { refused += 1 } else { accepted += 1 }
    if isRefused != diagnostics.contains(where: { $0.severity == .error }) {
      violate("refused without an error, or the reverse", input: input)
    }
    for diagnostic in diagnostics
    where diagnostic.message.isEmpty || diagnostic.description.contains(where: \.isNewline) {
      violate("a diagnostic is empty or has several lines", input: input)
    }
  }
}

/// Feeds nearly right texts to the parsers of the language: `orrery bench fuzz`, and the tests.
package enum Fuzzing {
  /// Reads `count` damaged scenarios, resolves what can be read, and writes the results.
  ///
  /// - Parameters:
  ///   - root: the model; nil for a small one that has knobs of every kind.
  ///   - corpus: valid scenarios; empty for one that fits the small model.
  package static func readScenario(
    seed: UInt64, count: Int, root: (any Configurable.Type)? = nil, corpus: [String] = []
  ) -> FuzzReport {
    let loader = ScenarioLoader(
      root: root ?? FuzzModel.self, embeddedProfiles: FuzzCorpus.profiles,
      metrics: root == nil ? FuzzCorpus.metrics : [])
    var mutator = Mutator(
      corpus: corpus.isEmpty ? FuzzCorpus.scenarios : corpus, tokens: FuzzCorpus.tokens,
      seed: seed)
    var report = FuzzReport()
    for _ in 0..<count {
      let bytes = mutator.next()
      let input = String(decoding: bytes, as: UTF8.self)
      do throws(ScenarioError) {
        let document = try load(bytes, with: loader)
        try resolve(document)
        report.note(document.warnings, isRefused: false, input: input)
      } catch {
        report.note(error.diagnostics, isRefused: true, input: input)
      }
    }
    return report
  }

  private static func load(
    _ bytes: [UInt8], with loader: ScenarioLoader
  ) throws(ScenarioError) -> ScenarioDocument {
    let text: String
    do {
      text = try ScenarioFile.decode(bytes)
    } catch {
      throw ScenarioError([Diagnostic(error.problem, at: SourceLocation(file: "fuzz.yaml"))])
    }
    return try loader.load(text: text, file: "/nowhere/fuzz.yaml")
  }

  /// Walks the first points of a document in every tier.
  private static func resolve(_ document: ScenarioDocument) throws(ScenarioError) {
    for tier in Tier.allCases {
      for point in try document.points(tier: tier).prefix(2) {
        let findings = point.findings()
        if findings.contains(where: { $0.severity == .error }) { throw ScenarioError(findings) }
      }
    }
  }

  /// Parses `count` damaged values of every kind; a value that parses has to survive being written
  /// and parsed again.
  package static func parseUnits(seed: UInt64, count: Int) -> FuzzReport {
    var mutator = Mutator(
      corpus: FuzzCorpus.values, tokens: FuzzCorpus.unitTokens, seed: seed, longest: 256)
    var report = FuzzReport()
    for index in 0..<count {
      let input = String(decoding: mutator.next(), as: UTF8.self)
      switch index % 8 {
      case 0: check(ByteCount.self, input, &report)
      case 1: check(ByteRate.self, input, &report)
      case 2: check(Rate.self, input, &report)
      case 3: check(Fraction.self, input, &report)
      case 4: check(SimDuration.self, input, &report)
      case 5: check(DurationDistribution.self, input, &report)
      case 6: check(NumberDistribution.self, input, &report)
      default:
        if input.utf8.count % 2 == 0 {
          check(Int.self, input, &report)
        } else {
          check(Double.self, input, &report)
        }
      }
    }
    return report
  }

  private static func check<Value: KnobValue & Equatable>(
    _ type: Value.Type, _ input: String, _ report: inout FuzzReport
  ) {
    let place = Provenance.scenario(SourceLocation(file: "fuzz", line: 1, column: 1))
    let context = ValueContext(target: nil, known: nil)
    do throws(ValueProblem) {
      let value = try Value.read(.plain(input, origin: place), in: context)
      report.note([], isRefused: false, input: input)
      // A sample's file is there or not; everything else has to come back.
      let again = try? Value.read(.plain(value.rendered, origin: place), in: context)
      if again != value { report.violate("\(value.rendered) does not read back", input: input) }
    } catch {
      let problem = Diagnostic.Problem.badValue(key: "key", fault: error.fault)
      report.note(
        [Diagnostic(problem, at: place.location)], isRefused: true, input: input)
    }
  }

  /// Parses `count` damaged expectations; one that parses has to survive being written and parsed
  /// again.
  package static func parseExpectations(seed: UInt64, count: Int) -> FuzzReport {
    var mutator = Mutator(
      corpus: FuzzCorpus.expectations, tokens: FuzzCorpus.expectTokens, seed: seed, longest: 5_000)
    let vocabulary = ExpectVocabulary(metrics: MetricCatalogue([]), variants: ["ssd"], sweep: [])
    var report = FuzzReport()
    for _ in 0..<count {
      let input = String(decoding: mutator.next(), as: UTF8.self)
      var parser = ExpectParser(input, class: .t3, vocabulary: vocabulary)
      let expression = parser.parse()
      let diagnostics = parser.problems.map {
        Diagnostic(.expectation($0.fault), at: SourceLocation(file: "fuzz", line: 1, column: 1))
      }
      report.note(diagnostics, isRefused: !diagnostics.isEmpty, input: input)
      guard let expression else { continue }
      let text = expression.description
      var again = ExpectParser(text, class: .t3, vocabulary: vocabulary)
      let isTooLong = text.unicodeScalars.count > ExpectParser.longest
      if again.parse() != expression, !isTooLong, !again.stoppedByLimit {
        report.violate("\(text) does not read back", input: input)
      }
    }
    return report
  }
}

extension ExpectParser {
  /// Whether the brackets that writing adds were too many.
  fileprivate var stoppedByLimit: Bool {
    problems.contains { if case .tooDeep = $0.fault { true } else { false } }
  }
}
