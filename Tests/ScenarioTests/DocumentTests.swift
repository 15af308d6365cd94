// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents
import Foundation
import Testing

@testable import Scenario

@Suite("Reading a configuration")
struct ReadingTests {
  @Test("what nobody states has its default, with its source")
  func defaults() throws {
    let (wash, resolved) = try wash("orrery: 1\n")
    #expect(wash.queueing == .firstCome)
    #expect(wash.tanks.isEmpty && wash.site.bays.isEmpty && wash.site.shop == nil)
    #expect(resolved["opening"]?.value == "8h")
    #expect(resolved["opening"]?.provenance == .defaultValue(source: "the owner"))
    #expect(resolved.stated.isEmpty)
  }

  @Test("lists, maps, alternatives, references and optional values")
  func everything() throws {
    let (wash, resolved) = try wash(
      """
      orrery: 1
      queueing: shortest-job
      tanks: { main: { size: 1GiB, leak: 10% }, "a.b": { leak: 0.2 } }
      site:
        bays:
          - name: hand
            count: 2
            tank: a.b
            limit: 7
            wax: { amount: 2.5 }
            labels: { colour: red, "no": yes }
            prices: [1, 2.5]
          - { name: tunnel, count: 1, tank: none, shampoo: {}, limit: ~ }
        shop: {}
        shifts: [ { at: 6h }, { at: 14h, people: 5 } ]
      """)
    let bays = wash.site.bays
    #expect(bays.map(\.name) == ["hand", "tunnel"] && bays[0].value.name == "hand")
    #expect(bays[0].value.tank == Reference("a.b") && bays[1].value.tank == Reference("none"))
    #expect(bays[0].value.limit == 7 && bays[1].value.limit == nil)
    #expect(bays[0].value.wax?.amount == 2.5 && bays[0].value.shampoo == nil)
    #expect(bays[0].value.labels["no"] == "yes" && bays[0].value.prices == [1, 2.5])
    #expect(wash.site.shop?.coffee == 2)
    #expect(wash.site.shifts.map(\.people) == [3, 5])
    // The entry `main` lends what the other tanks leave out.
    #expect(wash.tanks[1].value.size == ByteCount(gibibytes: 1))
    #expect(wash.tanks[1].value.leak == Fraction(0.2))
    #expect(resolved["tanks.\"a.b\".leak"]?.provenance.description == "wash.yaml:3:58")
    #expect(resolved["site.shifts.1.people"]?.value == "5")
  }

  @Test("declarations list what is read, and nothing else")
  func audit() {
    let tree = ScenarioNode(.mapping([]), origin: .commandLine(""))
    let session = ReadingSession(root: tree)
    ScenarioRoot(model: CarWash.self).check(tree, session: session)
    #expect(session.unread.isEmpty)
    #expect(session.diagnostics.isEmpty)
  }

  @Test("a value that is what was meant already is not suspicious")
  func suspicion() {
    func warning(_ size: String) -> String {
      findings("orrery: 1\ntanks: { main: { size: \(size) } }\n")
    }
    #expect(warning("2GB").contains("warning: '2GB' is 2000000000 bytes (did you mean '2GiB'?)"))
    #expect(warning("1.5 GB").contains("did you mean '1.5 GiB'?"))
    #expect(warning("2GiB") == "")
  }
}

@Suite("Profiles")
struct ProfileTests {
  private let profiles = [
    "small": "orrery: 1\ntitle: not handed on\nopening: 1h\ntanks: { main: { leak: 1% } }\n",
    "large":
      "orrery: 1\nextends: small\nopening: 2h\ntanks: { main: { size: 1TiB }, spare: {} }\n"
      + "site: { bays: [ { name: a, count: 1, wax: {} } ] }\n",
    "shop": "orrery: 1\nsite: { shop: { coffee: 9 }, bays: [ { name: b, count: 5, wax: {} } ] }\n",
    "me": "orrery: 1\nextends: you\n", "you": "orrery: 1\nextends: [small, me]\n",
    "bad": "orrery: 1\nopning: 1h\n",
  ]

  @Test("later profiles win over earlier ones, the file over all; lists merge by name")
  func order() throws {
    let text = """
      orrery: 1
      extends: [large, shop]
      site: { bays: [ { name: b, count: 6 }, { name: c, count: 7, wax: {} } ] }
      tanks: { spare: { leak: 3% } }
      """
    let document = try load(text, profiles: profiles)
    #expect(document.title == nil)
    let (wash, resolved) = try wash(text, profiles: profiles)
    #expect(wash.opening == .hours(2))
    #expect(wash.tanks.map(\.name) == ["main", "spare"])
    #expect(wash.site.bays.map { "\($0.name)\($0.value.count)" } == ["a1", "b6", "c7"])
    #expect(wash.site.shop?.coffee == 9)
    #expect(resolved["opening"]?.provenance.description == "profile profile:large:3:10")
    #expect(resolved["tanks.main.leak"]?.provenance.description == "profile profile:small:4:24")
    #expect(resolved["site.bays.b.count"]?.provenance.description == "wash.yaml:3:35")
    #expect(
      resolved.stated.map(\.description)
        == ["tanks.spare.leak", "site.bays.b.count", "site.bays.c.count"])
  }

  @Test("a null takes away what a profile stated")
  func null() throws {
    let (wash, resolved) = try wash(
      "orrery: 1\nextends: [large, shop]\nopening: ~\nsite: { shop: ~ }\n", profiles: profiles)
    #expect(wash.opening == .hours(8))
    #expect(wash.site.shop == nil)
    #expect(resolved["opening"]?.provenance.kind == "default")
  }

  @Test("files are looked for beside the file, in the search paths, in the profile folders")
  func places() throws {
    let root = FileManager.default.temporaryDirectory
      .appendingPathComponent("orrery-profiles-\(ProcessInfo.processInfo.processIdentifier)")
    defer { try? FileManager.default.removeItem(at: root) }
    func write(_ path: String, _ text: String) throws {
      let url = root.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: url, atomically: true, encoding: .utf8)
    }
    let scenario = root.appendingPathComponent("here/s.yaml").path
    let loader = ScenarioLoader(
      root: CarWash.self, searchPaths: [root.appendingPathComponent("search").path],
      profileDirectories: [root.appendingPathComponent("dir").path],
      embeddedProfiles: ["p": "orrery: 1\nopening: 1h\n"])
    func opening() throws -> SimDuration {
      let point = try #require(try loader.load(scenario).points().first)
      return try point.configuration(as: CarWash.self).0.opening
    }
    try write("here/s.yaml", "orrery: 1\nextends: p\n")
    #expect(try opening() == .hours(1))
    try write("dir/p.yaml", "orrery: 1\nopening: 2h\n")
    #expect(try opening() == .hours(2))
    try write("search/Scenarios/profiles/p.yaml", "orrery: 1\nopening: 3h\n")
    #expect(try opening() == .hours(3))
    try write("here/p.yaml", "orrery: 1\nopening: 4h\n")
    #expect(try opening() == .hours(4))
  }

  @Test("circles, unknown names and broken profiles are shown where they are")
  func errors() {
    #expect(
      findings("orrery: 1\nextends: me\n", profiles: profiles)
        == "profile:you:2:18: error: 'extends' goes in a circle: profile:me -> profile:you -> profile:me"
    )
    #expect(
      findings("orrery: 1\nextends: [small, larg]\n", profiles: profiles)
        == "wash.yaml:2:18: error: there is no profile 'larg' (did you mean 'large'?)")
    #expect(
      findings("orrery: 1\nextends: [bad]\n", profiles: profiles)
        .hasPrefix("profile:bad:2:1: error: unknown key 'opning'"))
    #expect(
      findings("orrery: 1\nextends: { a: b }\n").hasPrefix("wash.yaml:2:10: error: found a mapping")
    )
    var deep = ["p17": "orrery: 1\n"]
    for level in 0..<17 { deep["p\(level)"] = "orrery: 1\nextends: p\(level + 1)\n" }
    #expect(
      findings("orrery: 1\nextends: p0\n", profiles: deep).contains("more than 16 files deep"))
  }
}

@Suite("Variants, sweeps, tiers and --set")
struct PointTests {
  private let text = """
    orrery: 1
    opening: 8h
    tanks: { main: { leak: 1% } }
    site:
      bays:
        - { name: a, count: 2, wax: {} }
        - { name: "b.c", count: 3, shampoo: {} }
      shop: { coffee: 1 }
    run:
      duration: 1h
      warmUp: 10m
      seed: 5
      replications: 4
      quick: { duration: 10m, warmUp: 1m, replications: 2, set: { site.bays.a.count: 1, opening: 1h }, sweep: { tanks.main.leak: [5%] } }
    sweep:
      site.bays.a.count: [10, 20]
      tanks.main.leak: [1%, 2%, 3%]
    variants:
      late: { title: Opens late, opening: 2h, site.bays."b.c".count: 9 }
      no-shop: { site: { shop: ~, bays: [ { name: a, limit: 50 } ] } }
      spare: { tanks.spare: { leak: 9% }, queueing: shortest-job }
    """

  @Test("every variant at every point, the last axis fastest")
  func order() throws {
    let points = try load(text).points()
    #expect(points.count == 4 * 6)
    #expect(
      points.map(\.variant).prefix(7) == ["base", "base", "base", "base", "base", "base", "late"])
    let coordinates = points.prefix(6).map { $0.coordinates.map(\.value).joined(separator: " ") }
    #expect(coordinates == ["10 1%", "10 2%", "10 3%", "20 1%", "20 2%", "20 3%"])
    #expect(points[0].coordinates[0].path.description == "site.bays.a.count")
    #expect(points[0].run.duration == .hours(1) && points[0].run.warmUp == .minutes(10))
    #expect(points[0].run.seed == 5 && points[0].run.replications == 4)
  }

  @Test("values come from the innermost layer, and say so")
  func provenance() throws {
    let document = try load(text)
    let points = try document.points(
      tier: .quick, overrides: ["opening=30m", "tanks.main.size=3GiB", "run.seed=9"],
      variants: ["late"])
    #expect(points.count == 2)
    let (wash, resolved) = try points[1].configuration(as: CarWash.self)
    #expect(wash.opening == .minutes(30))
    #expect(resolved["opening"]?.provenance.description == "--set opening=30m")
    #expect(resolved["tanks.main.size"]?.value == "3GiB")
    #expect(
      resolved["site.bays.\"b.c\".count"]?.provenance.description == "variant late wash.yaml:19:66")
    #expect(resolved["site.bays.a.count"]?.value == "20")
    #expect(resolved["site.bays.a.count"]?.provenance.description == "sweep wash.yaml:16:27")
    #expect(resolved["tanks.main.leak"]?.value == "0.05")
    #expect(
      points[1].run
        == RunSettings(
          duration: .minutes(10), warmUp: .minutes(1), seed: 9, replications: 2, tier: .quick))
    let (base, tiered) = try #require(try document.points(tier: .quick, variants: ["base"]).first)
      .configuration(as: CarWash.self)
    #expect(base.opening == .hours(1))
    #expect(tiered["opening"]?.provenance.kind == "tier")
  }

  @Test("the command line wins over the tier, and pins an axis of the sweep")
  func commandLine() throws {
    let points = try load(text).points(
      tier: .quick,
      overrides: [
        "run.duration=2h", "run.warmUp=0", "site.bays.a.count=7", "site.bays.\"b.c\".labels.x=y",
      ],
      variants: ["base"])
    #expect(points.count == 1)
    #expect(points[0].run.duration == .hours(2) && points[0].run.warmUp == .zero)
    let (wash, _) = try points[0].configuration(as: CarWash.self)
    #expect(wash.site.bays.map(\.value.count) == [7, 3])
    #expect(wash.site.bays[1].value.labels["x"] == "y")
  }

  @Test("nested variants merge, take away and add")
  func nested() throws {
    let points = try load(text).points(variants: ["no-shop", "spare"])
    let (bare, _) = try points[0].configuration(as: CarWash.self)
    #expect(bare.site.shop == nil)
    #expect(bare.site.bays.map(\.name) == ["a", "b.c"])
    #expect(bare.site.bays[0].value.limit == 50 && bare.site.bays[0].value.count == 10)
    let (spare, _) = try points[6].configuration(as: CarWash.self)
    #expect(spare.tanks.map(\.name) == ["main", "spare"])
    #expect(spare.queueing == .shortestJob)
  }

  @Test(
    "a --set that cannot be is an error with a place",
    arguments: [
      (
        "opening",
        "--set opening: error: 'opening' does not set anything; expected path=value, such as cluster.nodePools.gpu.count=800"
      ),
      (
        "opning=1h",
        "--set opning=1h: error: 'opning': there is no 'opning' at the top level (did you mean 'opening'?)"
      ),
      (
        "site.bays.d.count=1",
        "--set site.bays.d.count=1: error: 'site.bays.d.count': there is no 'd' in site.bays; expected one of a, b.c"
      ),
      (
        "site.bays.b.c=1",
        "--set site.bays.b.c=1: error: 'site.bays.b.c': there is no 'b' in site.bays; expected one of a, b.c"
      ),
      (
        "opening.x=1",
        "--set opening.x=1: error: 'opening.x' goes on below 'opening', which is a single value"
      ),
      (
        "a..b=1",
        "--set a..b=1: error: 'a..b' is not a path: an element is empty (an element that holds a dot is written in double quotes)"
      ),
      ("sweep=1", "--set sweep=1: error: 'sweep' is a part of the language, not a single value"),
      (
        "=1",
        "--set =1: error: '' is not a path: an element is empty (an element that holds a dot is written in double quotes)"
      ),
      (
        "opening=[",
        "--set opening=[: error: 'opening=[' does not set anything; expected path=value, such as cluster.nodePools.gpu.count=800"
      ),
    ])
  func badOverride(override: String, message: String) throws {
    let document = try load(text)
    do {
      _ = try document.points(overrides: [override])
      Issue.record("accepted")
    } catch {
      #expect("\(error)" == message)
    }
  }

  @Test("a --set of a wrong value is refused when the point is read")
  func badValue() throws {
    let points = try load(text).points(overrides: ["opening=1 parsec"], variants: ["base"])
    #expect {
      try points[0].configuration(as: CarWash.self)
    } throws: {
      "\($0)".hasPrefix(
        "--set opening=1 parsec: error: opening: 'parsec' in '1 parsec' is not a unit")
    }
  }

  @Test("unknown variants, absurd sweeps")
  func limits() throws {
    let document = try load(text)
    #expect {
      try document.points(variants: ["lat"])
    } throws: {
      "\($0)" == "--variant lat: error: there is no variant 'lat' (did you mean 'late'?)"
    }
    let values = (1...400).map(String.init).joined(separator: ", ")
    let wide = try load(
      "orrery: 1\nrun: {}\nsweep: { run.seed: [\(values)], run.replications: [\(values)] }\n")
    #expect {
      try wide.points()
    } throws: {
      "\($0)" == "wash.yaml: error: the sweep has 160000 points, more than 100000"
    }
  }

  @Test("a path of values multiplies out exactly: the product over the axes")
  func counts() throws {
    let document = try load(
      "orrery: 1\ntanks: {main: {}}\nsweep: { opening: [1h, 2h], tanks.main.leak: [1%, 2%, 3%], queueing: [first-come] }\n"
    )
    #expect(try document.points().count == 6)
    #expect(Set(try document.points().map { $0.coordinates }).count == 6)
  }
}
