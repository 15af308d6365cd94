// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario
import Stochastics

/// What a fault hits at once.
package enum FaultScope: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// One GPU of a node, with its memory and links.
  case gpu
  /// A whole machine.
  case node
  /// All machines behind one switch or in one rack.
  case domain
}

/// What a fault does.
package enum FaultEffect: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// It is noticed, and nothing running is touched (a remapped row, correctable errors).
  case light
  /// Pods that use the part fail, and so do those that start on it (a GPU off the bus, uncontained
  /// memory errors, a link that is down).
  case serious
  /// The program on the part ends with an error, and nothing is left to repair (Xid 13, 31, 43, 94, a
  /// software bug, a collective's time-out).
  case application
  /// The machine stops, and everything on it.
  case nodeDown = "node-down"
  /// The part works, but slower.
  case slow
  /// The cloud announces that it will stop the machine, and does.
  case maintenance
  /// The part computes wrong results or hangs; only a test of the part or a failing pod tells.
  case silent

  /// Whether a passive check of the node sees it.
  package var isSeenByChecks: Bool {
    switch self {
    case .light, .serious, .nodeDown, .maintenance: true
    case .application, .slow, .silent: false
    }
  }
}

/// How checks take a fault.
package enum FaultSeverity: String, KnobChoice, CaseIterable, Codable, Sendable {
  case light, serious
}

/// An entry of `faults`: one component that fails, how often, and what that does.
package struct FaultConfiguration: Configurable {
  package var path: KnobPath
  package var cluster: String?
  package var scope: FaultScope
  package var nodesPerDomain: Int?
  package var pools: [Reference]
  package var rate: Double?
  package var timeBetweenFailures: SimDuration?
  package var timeToFailure: DurationDistribution?
  package var at: [SimDuration]?
  package var probability: Fraction?
  package var units: [Int]
  package var gpu: Int
  package var lemons: LemonConfiguration?
  package var effect: FaultEffect
  package var severity: FaultSeverity?
  package var slowDown: Double
  package var timeToError: DurationDistribution
  package var notice: DurationDistribution
  package var repairTime: DurationDistribution?

  package static let cluster = Knob<String?>(
    optional: "in-cluster", help: "Name of the cluster; absent: the first.",
    source: "stated by the scenario")
  package static let scope = Knob<FaultScope>(
    "scope", default: .node, help: "What one fault hits.", source: "stated by the scenario")
  package static let nodesPerDomain = Knob<Int?>(
    optional: "nodes-per-domain", in: 1...1_000_000,
    help: "Nodes of a domain: so many consecutive machines of a pool.",
    source: "the topology: nodes behind a leaf switch, or in a rack")
  package static let pools = Knob<[Reference]>(
    "pools", default: [], to: ReferenceTarget("cluster.nodePools"),
    help: "Pools whose machines fail; none: all.", source: "all by default")
  package static let rate = Knob<Double?>(
    optional: "rate-per-1000-node-days", in: 0...1_000_000,
    help: "Faults per 1,000 days of running machines, at random, whatever the scope.",
    source: "stated by the scenario; the unit of Kokolis et al. (HPCA 2025)")
  package static let timeBetweenFailures = Knob<SimDuration?>(
    optional: "mtbf", in: .seconds(1) ... .hours(876_000),
    help: "Mean time between failures of one GPU, machine or domain, at random.",
    source: "stated by the scenario")
  package static let timeToFailure = Knob<DurationDistribution?>(
    optional: "time-to-failure",
    help: "Time from a GPU's, machine's or domain's start or repair to its next fault.",
    source: "stated by the scenario")
  package static let at = Knob<[SimDuration]?>(
    optional: "at", help: "Moments at which it fails.", source: "stated by the scenario")
  package static let probability = Knob<Fraction?>(
    optional: "probability-per-new-machine", in: Fraction(0)...Fraction(1),
    help: "Share of machines that have the fault when they start, those of the beginning included.",
    source: "stated by the scenario")
  package static let units = Knob<[Int]>(
    "units", default: [0], each: 0...10_000_000,
    help: "With 'at': which machines of the pools, or which domains, fail, counted from 0.",
    source: "stated by the scenario")
  package static let gpu = Knob<Int>(
    "gpu", default: 0, in: 0...63, help: "With 'at': which GPU of the machine fails.",
    source: "stated by the scenario")
  package static let lemons = OptionalSubsection<LemonConfiguration>("lemons")
  package static let effect = Knob<FaultEffect>(
    required: "effect", help: "What the fault does.")
  package static let severity = Knob<FaultSeverity?>(
    optional: "severity",
    help: "How checks take it; absent: 'light' and 'maintenance' lightly, the rest seriously.",
    source: "NVIDIA's catalogue of Xid errors: 48, 64, 79 and 95 evict at once")
  package static let slowDown = Knob<Double>(
    "slow-down", default: 1.1, in: 1...1_000,
    help: "With 'slow': factor on the time of work on the machine.",
    source: "MegaScale (NSDI 2024): machines about 10 % slow")
  package static let timeToError = Knob<DurationDistribution>(
    "time-to-error", default: "0s",
    help: "With 'silent': time that a pod runs on the part until it fails.",
    source: "stated by the scenario: until a result is checked or a collective times out")
  package static let notice = Knob<DurationDistribution>(
    "notice", default: "15m",
    help: "With 'maintenance': time from its announcement to the machine's stop.",
    source: "Azure Scheduled Events: at least 15 min before a reboot; from memory")
  package static let repairTime = Knob<DurationDistribution?>(
    optional: "repair-time",
    help: "Time until the part works again; absent: not before the machine is replaced.",
    source: "stated by the scenario")

  package static let declaration = SectionDeclaration(
    "fault", help: "A component of the hardware that fails."
  ) {
    cluster
    scope
    nodesPerDomain
    pools
    OneOf {
      rate
      timeBetweenFailures
      timeToFailure
      at
      probability
    }
    units
    gpu
    lemons
    effect
    severity
    slowDown
    timeToError
    notice
    repairTime
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    cluster = reader[Self.cluster]
    scope = reader[Self.scope]
    nodesPerDomain = reader[Self.nodesPerDomain]
    pools = reader[Self.pools]
    rate = reader[Self.rate]
    timeBetweenFailures = reader[Self.timeBetweenFailures]
    timeToFailure = reader[Self.timeToFailure]
    at = reader[Self.at]
    probability = reader[Self.probability]
    units = reader[Self.units]
    gpu = reader[Self.gpu]
    lemons = reader.optionalSection(Self.lemons)
    effect = reader[Self.effect]
    severity = reader[Self.severity]
    slowDown = reader[Self.slowDown]
    timeToError = reader[Self.timeToError]
    notice = reader[Self.notice]
    repairTime = reader[Self.repairTime]
    check(reader)
  }

  private func check(_ reader: SectionReader) {
    func refuse(_ name: String, unless isUsed: Bool, _ message: String) {
      if reader.states(name), !isUsed { reader.fail(name, message) }
    }
    if scope == .domain, nodesPerDomain == nil {
      reader.fail(Self.nodesPerDomain, "a domain needs a size", hint: "nodes-per-domain: 16")
    }
    refuse(Self.nodesPerDomain.name, unless: scope == .domain, "only 'scope: domain' has domains")
    refuse(
      Self.severity.name, unless: effect.isSeenByChecks, "no check sees '\(effect.rawValue)'")
    refuse(Self.units.name, unless: at != nil, "units are for faults with 'at'")
    refuse(
      Self.gpu.name, unless: at != nil && scope == .gpu, "a GPU is for 'scope: gpu' with 'at'")
    refuse(Self.slowDown.name, unless: effect == .slow, "only 'effect: slow' slows work down")
    refuse(
      Self.timeToError.name, unless: effect == .silent, "only 'effect: silent' has errors later")
    refuse(
      Self.notice.name, unless: effect == .maintenance, "only 'effect: maintenance' is announced")
    if lemons != nil, at != nil || probability != nil || scope == .domain {
      reader.fail(
        "lemons", "lemons are machines with a higher rate",
        hint: "with 'rate-per-1000-node-days', 'mtbf' or 'time-to-failure', of GPUs or nodes")
    }
    if probability != nil, scope == .domain {
      reader.fail(Self.probability, "a domain does not start", hint: "scope: gpu or node")
    }
    if effect == .nodeDown || effect == .maintenance, scope == .gpu {
      reader.fail(Self.effect, "a GPU's fault does not stop its machine", hint: "scope: node")
    }
    refuse(
      Self.repairTime.name, unless: effect != .application,
      "'effect: application' leaves nothing to repair")
    if let timeToFailure, timeToFailure.seconds.mean <= 0 {
      reader.fail(Self.timeToFailure, "a time to failure is above zero")
    }
  }
}

/// `lemons`: machines that fail more often than others.
package struct LemonConfiguration: Configurable, Codable {
  package var share: Fraction
  package var factor: Double

  package static let share = Knob<Fraction>(
    required: "share", in: Fraction(0)...Fraction(1),
    help: "Share of machines that are lemons, drawn for each machine.")
  package static let factor = Knob<Double>(
    required: "factor", in: 0...1_000_000, help: "How many times as often they fail.")

  package static let declaration = SectionDeclaration(
    "lemons", help: "Machines that fail more often than others."
  ) {
    share
    factor
  }

  package init(_ reader: inout SectionReader) {
    share = reader[Self.share]
    factor = reader[Self.factor]
  }

  /// Factor on the rate of all machines together.
  package var meanFactor: Double { 1 + share.value * (factor - 1) }
}
