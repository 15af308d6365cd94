// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents

/// The `run` section as written.
struct RunDeclaration: Configurable {
  static let duration = Knob(
    "duration", default: SimDuration(nanoseconds: 600_000_000_000),
    help: "Simulated time of one run, warm-up included.", source: "language default, 10 minutes")
  static let warmUp = Knob(
    "warmUp", default: SimDuration(nanoseconds: 0),
    help: "Simulated time at the start that is not measured.", source: "language default")
  static let seed = Knob(
    "seed", default: 1, in: 0...Int.max,
    help: "Chooses the luck of the run; replications use the seeds that follow from it.",
    source: "language default")
  static let replications = Knob(
    "replications", default: 1, in: 1...10_000,
    help: "Independent runs from which intervals are made.", source: "language default")
  static let quick = OptionalSubsection<TierDeclaration>(
    "quick", help: "What is smaller or shorter in CI: at most ten CPU seconds.")
  static let long = OptionalSubsection<TierDeclaration>(
    "long", help: "What is larger or longer where time does not matter.")

  static let declaration = SectionDeclaration(
    "run", help: "How long, how often and with which luck the scenario runs."
  ) {
    duration
    warmUp
    seed
    replications
    quick
    long
  }

  let duration: SimDuration
  let warmUp: SimDuration
  let seed: Int
  let replications: Int
  let quick: TierDeclaration?
  let long: TierDeclaration?

  init(_ reader: inout SectionReader) {
    duration = reader[Self.duration]
    warmUp = reader[Self.warmUp]
    seed = reader[Self.seed]
    replications = reader[Self.replications]
    quick = reader.optionalSection(Self.quick)
    long = reader.optionalSection(Self.long)
    if warmUp >= duration, reader.states("duration") || reader.states("warmUp") {
      reader.fail(
        Self.warmUp, "the warm-up of \(warmUp.rendered) leaves nothing of \(duration.rendered)")
    }
  }
}

/// A tier block: `run.quick` or `run.long`.
struct TierDeclaration: Configurable {
  static let duration = Knob<SimDuration?>(
    optional: "duration", help: "Replaces run.duration.", source: "run.duration")
  static let warmUp = Knob<SimDuration?>(
    optional: "warmUp", help: "Replaces run.warmUp.", source: "run.warmUp")
  static let replications = Knob<Int?>(
    optional: "replications", in: 1...10_000, help: "Replaces run.replications.",
    source: "run.replications")
  static let set = LanguagePart(
    name: "set", help: "Sizes that differ in this tier, by path.", form: .assignments)
  static let sweep = LanguagePart(
    name: "sweep", help: "Other values for axes of the sweep, by path.", form: .axes)

  static let declaration = SectionDeclaration("tier", help: "What differs in this tier.") {
    duration
    warmUp
    replications
    set
    sweep
  }

  let duration: SimDuration?
  let warmUp: SimDuration?
  let replications: Int?
  let set: ScenarioNode.Entry?
  let sweep: ScenarioNode.Entry?

  init(_ reader: inout SectionReader) {
    duration = reader[Self.duration]
    warmUp = reader[Self.warmUp]
    replications = reader[Self.replications]
    set = reader.entry(Self.set)
    sweep = reader.entry(Self.sweep)
  }
}
