// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// How an API server lets requests in.
package enum FlowControlKind: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// Two limits, for reads and for writes; what is above is answered with 429.
  case maxInFlight = "max-in-flight"
  /// API Priority and Fairness: levels with seats of their own, and queues.
  case priorityAndFairness = "priority-and-fairness"
}

/// How many seats a LIST takes.
package enum ListWorkEstimate: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// Every request takes one seat.
  case oneSeat = "one-seat"
  /// One seat for each 100 objects, at most 10.
  case objectCount = "object-count"
  /// One seat for each 100 kB of the estimated answer, at most 100; from the cache at most 10.
  case size
}

/// An entry of `priority-levels`: changes a level of Kubernetes 1.36 or adds one.
package struct PriorityLevelConfiguration: Configurable {
  package var shares: Int?
  package var lendablePercent: Int?
  package var borrowingLimitPercent: Int?
  package var queues: Int?
  package var handSize: Int?
  package var queueLengthLimit: Int?
  package var rejects: Bool?

  private static let source = "pkg/apis/flowcontrol/bootstrap/default.go (1.36)"

  package static let shares = Knob<Int?>(
    optional: "nominal-concurrency-shares", in: 0...1_000_000,
    help: "Share of the server's seats.", source: source)
  package static let lendablePercent = Knob<Int?>(
    optional: "lendable-percent", in: 0...100,
    help: "Share of its seats that other levels may borrow.", source: source)
  package static let borrowingLimitPercent = Knob<Int?>(
    optional: "borrowing-limit-percent", in: 0...1_000_000,
    help: "What it may borrow, as a share of its own seats; absent: no limit.", source: source)
  package static let queues = Knob<Int?>(
    optional: "queues", in: 1...10_000, help: "Queues of the level.", source: source)
  package static let handSize = Knob<Int?>(
    optional: "hand-size", in: 1...10, help: "Queues that each flow is dealt.", source: source)
  package static let queueLengthLimit = Knob<Int?>(
    optional: "queue-length-limit", in: 1...1_000_000, help: "Requests that fit into a queue.",
    source: source)
  package static let rejects = Knob<Bool?>(
    optional: "rejects", help: "Answers with 429 instead of queueing.", source: source)

  package static let declaration = SectionDeclaration(
    "priority level", help: "A level of Priority and Fairness; what is absent is as in 1.36."
  ) {
    shares
    lendablePercent
    borrowingLimitPercent
    queues
    handSize
    queueLengthLimit
    rejects
  }

  package init(_ reader: inout SectionReader) {
    shares = reader[Self.shares]
    lendablePercent = reader[Self.lendablePercent]
    borrowingLimitPercent = reader[Self.borrowingLimitPercent]
    queues = reader[Self.queues]
    handSize = reader[Self.handSize]
    queueLengthLimit = reader[Self.queueLengthLimit]
    rejects = reader[Self.rejects]
    if let queues, let handSize, handSize > queues {
      reader.fail(Self.handSize, "'hand-size' is more than there are 'queues'")
    }
  }
}

/// A priority level, resolved.
package struct PriorityLevel: Codable, Sendable, Hashable {
  package var name: String
  package var shares = 30
  package var lendablePercent = 0
  package var borrowingLimitPercent: Int?
  package var queues = 64
  package var handSize = 8
  package var queueLengthLimit = 50
  /// Answers with 429 instead of queueing.
  package var rejects = false
  /// Neither limit nor queue.
  package var isExempt = false

  /// The levels of Kubernetes 1.36 (pkg/apis/flowcontrol/bootstrap/default.go).
  package static let builtin = [
    PriorityLevel(name: "exempt", shares: 0, isExempt: true),
    PriorityLevel(name: "node-high", shares: 40, lendablePercent: 25, handSize: 6),
    PriorityLevel(name: "system", shares: 30, lendablePercent: 33, handSize: 6),
    PriorityLevel(name: "leader-election", shares: 10, queues: 16, handSize: 4),
    PriorityLevel(
      name: "workload-high", shares: 40, lendablePercent: 50, queues: 128, handSize: 6),
    PriorityLevel(
      name: "workload-low", shares: 100, lendablePercent: 90, queues: 128, handSize: 6),
    PriorityLevel(
      name: "global-default", shares: 20, lendablePercent: 50, queues: 128, handSize: 6),
    PriorityLevel(name: "catch-all", shares: 5, rejects: true),
  ]

  /// The built-in levels as a scenario changes them, and its own.
  package static func all(_ stated: [Named<PriorityLevelConfiguration>]) -> [PriorityLevel] {
    var levels = builtin
    for entry in stated {
      let index = levels.firstIndex { $0.name == entry.name } ?? levels.count
      if index == levels.count { levels.append(PriorityLevel(name: entry.name)) }
      let value = entry.value
      if let shares = value.shares { levels[index].shares = shares }
      if let percent = value.lendablePercent { levels[index].lendablePercent = percent }
      levels[index].borrowingLimitPercent = value.borrowingLimitPercent
      if let queues = value.queues { levels[index].queues = queues }
      levels[index].handSize = min(
        value.handSize ?? levels[index].handSize, levels[index].queues)
      if let limit = value.queueLengthLimit { levels[index].queueLengthLimit = limit }
      if let rejects = value.rejects { levels[index].rejects = rejects }
    }
    return levels
  }

  /// Seats of each level: ceil(seats x share / sum of shares); 0 for an exempt level, which has no
  /// limit.
  package static func nominalSeats(_ levels: [PriorityLevel], of seats: Int) -> [Int] {
    let sum = levels.reduce(0) { $0 + ($1.isExempt ? 0 : $1.shares) }
    guard sum > 0 else { return levels.map { _ in 0 } }
    return levels.map { $0.isExempt ? 0 : (seats * $0.shares + sum - 1) / sum }
  }
}

/// An entry of `flow-schemas`: changes a schema of Kubernetes 1.36 or adds one.
package struct FlowSchemaConfiguration: Configurable {
  package var precedence: Int?
  package var level: String?
  package var identities: [String]?
  package var resources: [String]?
  package var byUser: Bool?

  private static let source = "pkg/apis/flowcontrol/bootstrap/default.go (1.36)"

  package static let precedence = Knob<Int?>(
    optional: "matching-precedence", in: 1...10_000,
    help: "The schema with the least number that matches a request has it.", source: source)
  package static let level = Knob<String?>(
    optional: "priority-level", help: "Level of its requests.", source: source)
  package static let identities = Knob<[String]?>(
    optional: "identities", help: "Whose requests it matches; absent: everybody's.",
    source: source)
  package static let resources = Knob<[String]?>(
    optional: "resources", help: "Which resources it matches; absent: all.", source: source)
  package static let byUser = Knob<Bool?>(
    optional: "distinguishes-users", help: "Each user is a flow of its own.", source: source)

  package static let declaration = SectionDeclaration(
    "flow schema",
    help: "Which requests go to which level of Priority and Fairness; what is absent is as in 1.36."
  ) {
    precedence
    level
    identities
    resources
    byUser
  }

  package init(_ reader: inout SectionReader) {
    precedence = reader[Self.precedence]
    level = reader[Self.level]
    identities = reader[Self.identities]
    resources = reader[Self.resources]
    byUser = reader[Self.byUser]
    for identity in identities ?? [] where ClientIdentity(rawValue: identity) == nil {
      reader.fail(
        Self.identities, "no identity is called '\(identity)'",
        hint: "identities: " + ClientIdentity.allCases.map(\.rawValue).joined(separator: ", "))
    }
  }
}

/// A flow schema, resolved.
package struct FlowSchema: Codable, Sendable, Hashable {
  package var name: String
  package var precedence: Int
  package var level: String
  /// Whom it matches; `nil`: everybody.
  package var identities: [ClientIdentity]?
  /// What it matches; `nil`: every resource.
  package var resources: [String]?
  /// Each user is a flow of its own; otherwise all its requests are one flow.
  package var byUser = true

  /// Schemas of Kubernetes 1.36 (pkg/apis/flowcontrol/bootstrap/default.go), as far as the model
  /// tells requests apart: probes and what only one controller sends are left out. Where the real
  /// schema distinguishes by namespace, all requests are one flow: the model has one namespace.
  package static let builtin: [FlowSchema] = [
    FlowSchema(
      name: "exempt", precedence: 1, level: "exempt", identities: [.masters], byUser: false),
    FlowSchema(
      name: "system-leader-election", precedence: 100, level: "leader-election",
      identities: [.controllerManager, .scheduler], resources: ["leases"]),
    FlowSchema(
      name: "workload-leader-election", precedence: 200, level: "leader-election",
      identities: [.systemServiceAccount], resources: ["leases"]),
    FlowSchema(
      name: "system-node-high", precedence: 400, level: "node-high", identities: [.node],
      resources: ["nodes", "leases"]),
    FlowSchema(name: "system-nodes", precedence: 500, level: "system", identities: [.node]),
    FlowSchema(
      name: "kube-controller-manager", precedence: 800, level: "workload-high",
      identities: [.controllerManager], byUser: false),
    FlowSchema(
      name: "kube-scheduler", precedence: 800, level: "workload-high", identities: [.scheduler],
      byUser: false),
    FlowSchema(
      name: "kube-system-service-accounts", precedence: 900, level: "workload-high",
      identities: [.systemServiceAccount], byUser: false),
    FlowSchema(
      name: "service-accounts", precedence: 9_000, level: "workload-low",
      identities: [.serviceAccount, .systemServiceAccount]),
    FlowSchema(
      name: "global-default", precedence: 9_900, level: "global-default",
      identities: ClientIdentity.allCases.filter { $0 != .anonymous }),
    FlowSchema(name: "catch-all", precedence: 10_000, level: "catch-all"),
  ]

  /// The built-in schemas as a scenario changes them, and its own, in the order in which they are
  /// tried.
  package static func all(_ stated: [Named<FlowSchemaConfiguration>]) -> [FlowSchema] {
    var schemas = builtin
    for entry in stated {
      let index = schemas.firstIndex { $0.name == entry.name } ?? schemas.count
      if index == schemas.count {
        schemas.append(FlowSchema(name: entry.name, precedence: 1_000, level: "global-default"))
      }
      let value = entry.value
      if let precedence = value.precedence { schemas[index].precedence = precedence }
      if let level = value.level { schemas[index].level = level }
      if let identities = value.identities {
        schemas[index].identities = identities.compactMap(ClientIdentity.init(rawValue:))
      }
      if let resources = value.resources { schemas[index].resources = resources }
      if let byUser = value.byUser { schemas[index].byUser = byUser }
    }
    // Equal numbers are tried by name, as the real ones are.
    return schemas.sorted { ($0.precedence, $0.name) < ($1.precedence, $1.name) }
  }

  package func matches(_ identity: ClientIdentity, _ resource: String) -> Bool {
    (identities?.contains(identity) ?? true) && (resources?.contains(resource) ?? true)
  }
}
