// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents
import Scenario

/// A model to test the language with that has nothing to do with Kubernetes: a car wash.
struct CarWash: Configurable {
  enum Queueing: String, KnobChoice {
    case firstCome = "first-come"
    case shortestJob = "shortest-job"
  }

  static let queueing = Knob(
    "queueing", default: Queueing.firstCome, help: "Who is next.", source: "the owner")
  static let opening = Knob(
    "opening", default: SimDuration.hours(8), help: "Opening hours a day.", source: "the owner")
  static let tanks = NamedMap<Tank>("tanks", inheriting: "main")
  static let site = Subsection<Site>("site")

  static let declaration = SectionDeclaration("car-wash", help: "A car wash.") {
    queueing
    opening
    tanks
    site
  }

  let queueing: Queueing
  let opening: SimDuration
  let tanks: [Named<Tank>]
  let site: Site

  init(_ reader: inout SectionReader) {
    queueing = reader[Self.queueing]
    opening = reader[Self.opening]
    tanks = reader.map(Self.tanks)
    site = reader.section(Self.site)
  }
}

/// A tank of water (in bytes, for the sake of a binary default).
struct Tank: Configurable {
  static let size = Knob(
    "size", default: ByteCount(gibibytes: 2), in: ByteCount(mebibytes: 1)...ByteCount(tebibytes: 1),
    help: "How much fits.", source: "label on the tank")
  static let inflow = Knob(
    "inflow", default: ByteRate(megabytesPerSecond: 10), help: "Refill.", source: "measured")
  static let leak = Knob(
    "leak", default: Fraction(0), help: "Share lost.", source: "hoped for")

  static let declaration = SectionDeclaration("tank", help: "A tank.") {
    size
    inflow
    leak
  }

  let size: ByteCount
  let inflow: ByteRate
  let leak: Fraction

  init(_ reader: inout SectionReader) {
    size = reader[Self.size]
    inflow = reader[Self.inflow]
    leak = reader[Self.leak]
  }
}

struct Site: Configurable {
  static let bays = NamedList<Bay>("bays")
  static let shop = OptionalSubsection<Shop>("shop")
  static let shifts = SectionList<Shift>("shifts")

  static let declaration = SectionDeclaration("site", help: "Where it all stands.") {
    bays
    shop
    shifts
  }

  let bays: [Named<Bay>]
  let shop: Shop?
  let shifts: [Shift]

  init(_ reader: inout SectionReader) {
    bays = reader.list(Self.bays)
    shop = reader.optionalSection(Self.shop)
    shifts = reader.list(Self.shifts)
  }
}

struct Bay: Configurable {
  static let count = Knob<Int>(required: "count", in: 1...1_000, help: "Equal bays.")
  static let arrivals = Knob(
    "arrivals", default: Rate(perMinute: 5), help: "Cars.", source: "counted on a Saturday")
  static let service = Knob<DurationDistribution>(
    "service", default: "lognormal(median: 4m, sigma: 0.5)", help: "Time for a car.",
    source: "stop watch")
  static let crew = Knob<NumberDistribution>(
    "crew", default: "2", help: "People.", source: "the owner")
  static let tank = Knob(
    "tank", default: Reference("main"), to: ReferenceTarget("tanks", or: ["none"]),
    help: "The tank it draws from.", source: "plumbing")
  static let labels = Knob<KeyedValues<String>>(
    "labels", default: KeyedValues(), help: "Signs.", source: "none")
  static let prices = Knob(
    "prices", default: [1.5], each: 0...100, help: "Price list.", source: "board")
  static let isOpen = Knob("open", default: true, help: "Whether it is open.", source: "the owner")
  static let note = Knob("note", default: "", help: "Anything.", source: "none")
  static let limit = Knob<Int?>(
    optional: "limit", in: 1...100, help: "Longest queue; none when absent.", source: "the owner")
  static let shampoo = OptionalSubsection<Additive>("shampoo")
  static let wax = OptionalSubsection<Additive>("wax")

  static let declaration = SectionDeclaration("bay", help: "Bays of one kind.") {
    count
    arrivals
    service
    crew
    tank
    labels
    prices
    isOpen
    note
    limit
    OneOf {
      shampoo
      wax
    }
  }

  let name: String
  let count: Int
  let arrivals: Rate
  let service: DurationDistribution
  let crew: NumberDistribution
  let tank: Reference
  let labels: KeyedValues<String>
  let prices: [Double]
  let isOpen: Bool
  let note: String
  let limit: Int?
  let shampoo: Additive?
  let wax: Additive?

  init(_ reader: inout SectionReader) {
    name = reader.name
    count = reader[Self.count]
    arrivals = reader[Self.arrivals]
    service = reader[Self.service]
    crew = reader[Self.crew]
    tank = reader[Self.tank]
    labels = reader[Self.labels]
    prices = reader[Self.prices]
    isOpen = reader[Self.isOpen]
    note = reader[Self.note]
    limit = reader[Self.limit]
    shampoo = reader.optionalSection(Self.shampoo)
    wax = reader.optionalSection(Self.wax)
    if let limit, limit < count {
      reader.fail(
        Self.limit, "a queue of \(limit) is shorter than \(count) bays", hint: "raise the limit")
    }
  }
}

struct Additive: Configurable {
  static let amount = Knob("amount", default: 1.0, in: 0...10, help: "Litres.", source: "bottle")
  static let declaration = SectionDeclaration("additive", help: "What goes into the water.") {
    amount
  }

  let amount: Double

  init(_ reader: inout SectionReader) {
    amount = reader[Self.amount]
  }
}

struct Shop: Configurable {
  static let coffee = Knob("coffee", default: 2, help: "Machines.", source: "the owner")
  static let declaration = SectionDeclaration("shop", help: "A shop.") { coffee }

  let coffee: Int

  init(_ reader: inout SectionReader) {
    coffee = reader[Self.coffee]
  }
}

struct Shift: Configurable {
  static let start = Knob<SimDuration>(required: "at", help: "When it starts.")
  static let people = Knob("people", default: 3, in: 1...50, help: "Crew.", source: "the owner")
  static let declaration = SectionDeclaration("shift", help: "A change of crew.") {
    start
    people
  }

  let start: SimDuration
  let people: Int

  init(_ reader: inout SectionReader) {
    start = reader[Self.start]
    people = reader[Self.people]
  }
}
