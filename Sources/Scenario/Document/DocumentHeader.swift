// SPDX-License-Identifier: Apache-2.0

/// Where an experiment comes from: the post it replays.
package struct ExperimentSource: Configurable, Hashable {
  static let post = Knob<String?>(
    optional: "post", help: "The publication.", source: "stated by the scenario")
  static let experiment = Knob<String?>(
    optional: "experiment", help: "The experiment's id in the fact base.",
    source: "stated by the scenario")
  static let url = Knob<String?>(
    optional: "url", help: "Where to read it.", source: "stated by the scenario")

  package static let declaration = SectionDeclaration(
    "source", help: "Where the experiment comes from."
  ) {
    post
    experiment
    url
  }

  package let post: String?
  package let experiment: String?
  package let url: String?

  package init(_ reader: inout SectionReader) {
    post = reader[Self.post]
    experiment = reader[Self.experiment]
    url = reader[Self.url]
  }
}

/// A value that was chosen in view of the result, and why.
package struct CalibratedValue: Configurable, Hashable {
  static let key = Knob<String>(required: "key", help: "Path of the calibrated knob.")
  static let because = Knob<String>(
    required: "because", help: "Why it had to be chosen: what is not published.")
  static let variants = Knob<[String]>(
    "variants", default: [], help: "The variants it holds for; all when left out.",
    source: "language default")

  package static let declaration = SectionDeclaration(
    "calibrated", help: "A value that was chosen in view of the result."
  ) {
    key
    because
    variants
  }

  package let key: String
  package let because: String
  /// Empty: all variants.
  package let variants: [String]
  package let location: SourceLocation

  package init(_ reader: inout SectionReader) {
    key = reader[Self.key]
    because = reader[Self.because]
    variants = reader[Self.variants]
    location = reader.location(of: "key")
  }
}

/// The keys of the language itself; every other top-level key belongs to the model.
struct DocumentHeader: Configurable {
  static let version = Knob<Int>(
    required: "orrery", help: "Version of the scenario format: 1.")
  static let title = Knob<String?>(
    optional: "title", help: "One line that says what happens.", source: "stated by the scenario")
  static let description = Knob<String?>(
    optional: "description", help: "What is to be seen, and why.",
    source: "stated by the scenario")
  static let source = OptionalSubsection<ExperimentSource>("source")
  static let extends = LanguagePart(
    name: "extends", help: "Profiles below this scenario; later ones win.", form: .profileNames)
  static let run = Subsection<RunDeclaration>("run")
  static let sweep = LanguagePart(
    name: "sweep", help: "Values to run side by side, by path; several axes multiply.",
    form: .axes)
  static let variants = LanguagePart(
    name: "variants", help: "Alternatives to the scenario as written, by name.", form: .variants)
  static let calibrated = SectionList<CalibratedValue>(
    "calibrated", help: "Values that were chosen in view of the result.")
  static let expect = SectionList<ExpectDeclaration>(
    "expect", help: "What the run has to show.")

  static let declaration = SectionDeclaration("scenario", help: "One experiment.") {
    version
    title
    description
    source
    extends
    run
    sweep
    variants
    calibrated
    expect
  }

  /// Keys that a file does not hand on to those that extend it.
  static let ownKeys: Set<String> = [
    "orrery", "title", "description", "source", "extends", "expect",
  ]

  let title: String?
  let description: String?
  let source: ExperimentSource?
  let run: RunDeclaration
  let sweep: ScenarioNode.Entry?
  let variants: ScenarioNode.Entry?
  let calibrated: [CalibratedValue]
  let expect: [ExpectDeclaration]

  init(_ reader: inout SectionReader) {
    let version = reader[Self.version]
    if version != 1, reader.states("orrery") {
      reader.session.report(
        .unsupportedVersion(found: String(version)), at: reader.location(of: "orrery"))
    }
    title = reader[Self.title]
    description = reader[Self.description]
    source = reader.optionalSection(Self.source)
    _ = reader.entry(Self.extends)
    run = reader.section(Self.run)
    sweep = reader.entry(Self.sweep)
    variants = reader.entry(Self.variants)
    calibrated = reader.list(Self.calibrated)
    expect = reader.list(Self.expect)
  }
}
