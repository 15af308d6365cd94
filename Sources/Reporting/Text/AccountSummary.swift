// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Measurement
package import Scenario

/// What the time accounts of a result say without running anything: opened percentiles, resources, and
/// Little's law at the stations.
package struct AccountSummary {
  private let result: SavedResult
  private let opened: [OpenedAccount]

  /// Parts of an opened account below this share are left out of its sentence.
  private static let leastShare = 0.01
  /// So many classes are told, those on which most time was spent.
  private static let mostClasses = 12

  package init(_ result: SavedResult, opened: [OpenedAccount]) {
    self.result = result
    self.opened = opened
  }

  package var sections: [[String]] { [classes, resources, stations].filter { !$0.isEmpty } }

  // MARK: Opened percentiles

  private var classes: [String] {
    let ranked = opened.enumerated().sorted { a, b in
      let (x, y) = (spent(a.element), spent(b.element))
      return x == y ? a.offset < b.offset : x > y
    }.map(\.element).filter { $0.breakdown.meanSeconds > 0 }
    guard let first = ranked.first else { return [] }
    let from = first.percentile.percent
    let title =
      from == 0
      ? "all requests of a class took on average:"
      : "the slowest \(QuantityText.number(100 - from)) % of a class (above \(first.percentile.name))"
        + " took on average:"
    let left = ranked.count - Self.mostClasses
    return [title] + ranked.prefix(Self.mostClasses).map { "  " + sentence($0) }
      + (left > 0 ? ["  (\(left) more classes with less time are in --json)"] : [])
  }

  private func spent(_ account: OpenedAccount) -> Double {
    Double(account.count) * account.breakdown.meanSeconds
  }

  /// `p99 client PATCH nodes 41 s = 71 % etcd disk, 20 % waiting for client`.
  private func sentence(_ account: OpenedAccount) -> String {
    let parts = account.breakdown.parts.filter { $0.share >= Self.leastShare }.map {
      "\(Self.percent($0.share)) "
        + ($0.phase == AccountPhase.waiting.rawValue ? "waiting for \($0.resource)" : $0.resource)
    }
    let rest = account.breakdown.unaccountedShare
    let several = Set(opened.map(\.cluster)).count > 1
    return "\(several ? account.cluster + ": " : "")\(account.name) "
      + QuantityText.text(account.breakdown.meanSeconds, in: .seconds) + " = "
      + (parts + (rest >= Self.leastShare ? ["\(Self.percent(rest)) not accounted"] : []))
      .joined(separator: ", ")
  }

  // MARK: Resources and stations

  var resources: [String] {
    let uses = ResourceUse.all(in: result).filter { $0.waitShare + $0.serviceShare >= 0.0005 }
    guard !uses.isEmpty else { return [] }
    var table = TextTable([.left, .right, .right, .right, .right, .right])
    table.add(["  resource", "used", "mean queue", "in service", "waiting", "service"])
    for use in uses {
      table.add([
        "  " + use.resource, use.utilisation.map(Self.percent) ?? "-",
        Self.small(use.meanQueue), Self.small(use.meanInService),
        Self.percent(use.waitShare), Self.percent(use.serviceShare),
      ])
    }
    return ["resources, with their share of the requests' time:"] + table.lines()
  }

  private var stations: [String] {
    let visited = (result.littlesLaw ?? []).filter {
      !$0.name.hasPrefix("requests: ") && $0.meanInside > 0
    }
    guard !visited.isEmpty else { return [] }
    let several = Set(visited.map(\.cluster)).count > 1
    var table = TextTable([.left, .right, .right, .right, .right, .right, .right, .left])
    table.add(["  station", "peak", "L", "λ", "W", "λW", "L/λW"])
    for station in visited {
      table.add([
        "  " + (several ? "\(station.cluster): " : "") + station.name,
        station.peak.map { QuantityText.number(Double($0)) } ?? "-", Self.small(station.meanInside),
        station.departuresPerSecond.map { QuantityText.number($0) + "/s" } ?? "-",
        station.meanStaySeconds.map { QuantityText.text($0, in: .seconds) } ?? "-",
        Self.small(station.throughputTimesStay),
        station.throughputTimesStay > 0
          ? QuantityText.number(station.meanInside / station.throughputTimesStay) : "-",
        station.holds ? "holds" : "does not hold",
      ])
    }
    return ["requests inside each station (Little's law, L = λW; visits cut off at the end aside):"]
      + table.lines()
  }

  private static func small(_ value: Double) -> String {
    value < 0.0005 && value > 0 ? "<0.001" : QuantityText.number((value * 1_000).rounded() / 1_000)
  }

  private static func percent(_ share: Double) -> String {
    QuantityText.number((share * 1_000).rounded() / 10) + "%"
  }

  // MARK: For machines

  /// Members of the verb's document.
  package var members: [(String, JSONValue)] {
    [
      (
        "accounts",
        .array(
          opened.map { account in
            .object([
              "cluster": .string(account.cluster), "class": .string(account.name),
              "count": .integer(account.count), "above": .string(account.percentile.name),
              "meanSeconds": .number(account.breakdown.meanSeconds),
              "parts": .array(
                account.breakdown.parts.map {
                  .object([
                    "resource": .string($0.resource), "phase": .string($0.phase),
                    "meanSeconds": .number($0.meanSeconds), "share": .number($0.share),
                  ])
                }),
              "unaccountedShare": .number(account.breakdown.unaccountedShare),
            ])
          })
      ),
      (
        "resources",
        .array(
          ResourceUse.all(in: result).map { use in
            .object([
              "resource": .string(use.resource), "utilisation": .optional(use.utilisation),
              "meanQueue": .number(use.meanQueue), "meanInService": .number(use.meanInService),
              "waitShare": .number(use.waitShare), "serviceShare": .number(use.serviceShare),
            ])
          })
      ),
      (
        "stations",
        .array(
          (result.littlesLaw ?? []).map { station in
            .object([
              "cluster": .string(station.cluster), "name": .string(station.name),
              "peak": station.peak.map { .integer($0) } ?? .null, "L": .number(station.meanInside),
              "lambdaPerSecond": .optional(station.departuresPerSecond),
              "WSeconds": .optional(station.meanStaySeconds),
              "lambdaW": .number(station.throughputTimesStay),
              "ratio": .optional(
                station.throughputTimesStay > 0
                  ? station.meanInside / station.throughputTimesStay : nil),
              "holds": .boolean(station.holds),
            ])
          })
      ),
    ]
  }
}
