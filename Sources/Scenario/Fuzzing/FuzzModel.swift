// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents

/// A model with a knob of every kind, for fuzzing the reader without a cluster.
struct FuzzModel: Configurable {
  enum Colour: String, KnobChoice {
    case red
    case green
  }

  static let size = Knob("size", default: ByteCount(gibibytes: 2), help: "A size.", source: "none")
  static let colour = Knob("colour", default: Colour.red, help: "A choice.", source: "none")
  static let names = Knob<[String]>("names", default: [], help: "Texts.", source: "none")
  static let labels = Knob<KeyedValues<Fraction>>(
    "labels", default: KeyedValues(), help: "Shares by name.", source: "none")
  static let limit = Knob<Int?>(optional: "limit", in: 1...9, help: "A count.", source: "none")
  static let parts = NamedList<FuzzPart>("parts")
  static let disks = NamedMap<FuzzPart>("disks", inheriting: "main")
  static let steps = SectionList<FuzzPart>("steps")
  static let extra = OptionalSubsection<FuzzPart>("extra")

  static let declaration = SectionDeclaration("fuzz", help: "Knobs of every kind.") {
    size
    colour
    names
    labels
    limit
    parts
    disks
    steps
    extra
  }

  init(_ reader: inout SectionReader) {
    _ = reader[Self.size]
    _ = reader[Self.colour]
    _ = reader[Self.names]
    _ = reader[Self.labels]
    _ = reader[Self.limit]
    _ = reader.list(Self.parts)
    _ = reader.map(Self.disks)
    _ = reader.list(Self.steps)
    _ = reader.optionalSection(Self.extra)
  }
}

/// A section with the rest of the kinds.
struct FuzzPart: Configurable {
  static let wait = Knob<DurationDistribution>(
    "wait", default: "exponential(mean: 1s)", help: "A random duration.", source: "none")
  static let batch = Knob<NumberDistribution>(
    "batch", default: "1", help: "A random number.", source: "none")
  static let rate = Knob("rate", default: Rate(perSecond: 1), help: "A rate.", source: "none")
  static let link = Knob(
    "link", default: ByteRate(gigabitsPerSecond: 25), help: "A throughput.", source: "none")
  static let timeout = Knob(
    "timeout", default: SimDuration.seconds(10), help: "A duration.", source: "none")
  static let weight = Knob("weight", default: 1.0, in: 0...10, help: "A number.", source: "none")
  static let isOn = Knob("on", default: true, help: "A switch.", source: "none")
  static let disk = Knob<Reference?>(
    optional: "disk", to: ReferenceTarget("disks"), help: "A name.", source: "none")
  static let left = Knob<Int?>(optional: "left", help: "One.", source: "none")
  static let right = Knob<Int?>(optional: "right", help: "Or the other.", source: "none")

  static let declaration = SectionDeclaration("part", help: "Knobs of other kinds.") {
    wait
    batch
    rate
    link
    timeout
    weight
    isOn
    disk
    left
    right
  }

  init(_ reader: inout SectionReader) {
    _ = reader[Self.wait]
    _ = reader[Self.batch]
    _ = reader[Self.rate]
    _ = reader[Self.link]
    _ = reader[Self.timeout]
    _ = reader[Self.weight]
    _ = reader[Self.isOn]
    _ = reader[Self.disk]
    let both = reader[Self.left] != nil && reader[Self.right] != nil
    if both { reader.fail(Self.left, "left and right at once") }
  }
}
