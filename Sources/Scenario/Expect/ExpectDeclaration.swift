// SPDX-License-Identifier: Apache-2.0

/// One member of `expect` as written.
struct ExpectDeclaration: Configurable {
  static let id = Knob<String>(required: "id", help: "Unique name of the expectation.")
  static let experiment = Knob<String?>(
    optional: "experiment", help: "The experiment of the fact base that it belongs to.",
    source: "stated by the scenario")
  static let that = Knob<String>(
    required: "that", help: "What has to hold; see the page on expect.")
  static let published = Knob<String?>(
    optional: "published", help: "What was published, in words.",
    source: "stated by the scenario")
  static let toleranceClass = Knob<ToleranceClass>(
    required: "class", help: "T1 arithmetic, T2 and T3 measurements, T4 direction only.")
  static let because = Knob<String?>(
    optional: "because", help: "Why the class and the bound are what they are.",
    source: "stated by the scenario")
  static let variants = Knob<[String]>(
    "variants", default: [], help: "The variants it is judged on; the base when left out.",
    source: "language default")
  static let within = Knob<String?>(
    optional: "within", help: "Tolerance of every '~' in it: '3%' or 'factor 1.2'.",
    source: "its class")
  static let fitted = Knob<String?>(
    optional: "fitted", help: "That an input was chosen with this number in view, or why.",
    source: "stated by the scenario")

  static let declaration = SectionDeclaration("expectation", help: "What the run has to show.") {
    id
    experiment
    that
    published
    toleranceClass
    because
    variants
    within
    fitted
  }

  let id: String
  let experiment: String?
  /// The node of `that`, with its place; nil when it is missing.
  let that: ScenarioNode?
  let published: String?
  let toleranceClass: ToleranceClass
  let because: String?
  let variants: [String]
  let within: String?
  let fitted: String?
  let location: SourceLocation
  let places: [String: SourceLocation]

  init(_ reader: inout SectionReader) {
    id = reader[Self.id]
    experiment = reader[Self.experiment]
    _ = reader[Self.that]
    that = reader.node(of: "that")
    published = reader[Self.published]
    toleranceClass = reader[Self.toleranceClass]
    because = reader[Self.because]
    variants = reader[Self.variants]
    within = reader[Self.within]
    fitted = reader[Self.fitted]
    location = reader.location
    places = ["id", "within", "variants"].reduce(into: [:]) { $0[$1] = reader.location(of: $1) }
  }
}
