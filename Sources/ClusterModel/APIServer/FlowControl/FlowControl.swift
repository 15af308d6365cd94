// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Stochastics

/// API Priority and Fairness of all replicas: each has its own seats and queues.
package struct FlowControl: Codable, Sendable {
  /// apf_controller.go `borrowingAdjustmentPeriod`.
  static var adjustmentPeriod: SimDuration { .seconds(10) }
  /// config.go `GetRequestTimeout`: a request may wait a quarter of its time-out, at most 1 min.
  private static var longestWait: SimDuration { .minutes(1) }
  /// mutating_work_estimator.go: a write costs 5 ms of a seat for each ten watchers.
  private static var eventAdditionalDuration: SimDuration { .milliseconds(5) }
  private static let watchersPerSeat = 10
  private static let maximumWriteSeats = 10

  /// A class of requests, sorted.
  struct SortedClass: Codable, Sendable {
    var level: UInt8
    var schema: UInt8
    var flow: UInt64
    /// Each node's kubelet is a user, hence a flow.
    var flowPerNode: Bool
  }

  package let levels: [PriorityLevel]
  let schemas: [FlowSchema]
  private let listWorkEstimate: ListWorkEstimate
  /// Seats at one server.
  package let nominalSeats: [Int]
  /// Seats that a request may take at most.
  private let widest: [Int]
  /// By server, then level.
  package internal(set) var servers: [[FairQueues]]
  private var classes: [SortedClass] = []
  var waits: DeadlineLane<RequestReference>
  var metrics: FlowControlMetrics

  init(_ configuration: APIServerConfiguration, _ instruments: inout Instruments) {
    let seats = configuration.maxRequestsInflight + configuration.maxMutatingRequestsInflight
    let levels = configuration.priorityLevels
    self.levels = levels
    schemas = configuration.flowSchemas
    listWorkEstimate = configuration.listWorkEstimate
    let nominal = PriorityLevel.nominalSeats(levels, of: seats)
    nominalSeats = nominal
    // apf_controller.go: 15 % of the level's seats, and no more than a hand of queues leaves.
    widest = levels.indices.map { index in
      let share = (nominal[index] * 15 + 99) / 100
      return max(1, min(share, nominal[index] / max(1, levels[index].handSize)))
    }
    let isOn = configuration.flowControl == .priorityAndFairness
    servers = (0..<(isOn ? configuration.replicas : 0)).map { _ in
      levels.indices.map { index in
        // A level starts with half of what it may lend lent out.
        let lent = Self.lendable(levels[index], nominal[index]) / 2
        return FairQueues(levels[index], limit: nominal[index] - lent)
      }
    }
    waits = DeadlineLane(
      timeout: min(
        SimDuration(nanoseconds: configuration.requestTimeout.nanoseconds / 4), Self.longestWait))
    metrics = FlowControlMetrics(
      isOn ? levels : [], isOn ? configuration.flowSchemas : [], nominal: nominal,
      replicas: configuration.replicas, &instruments)
  }

  static func lendable(_ level: PriorityLevel, _ nominal: Int) -> Int {
    (nominal * level.lendablePercent + 50) / 100
  }

  /// Finds level and flow of every class of requests, once all are declared.
  mutating func sortClasses(_ context: borrowing ClusterContext) {
    classes = context.classes.indices.map { index in
      let requestClass = context.classes[index]
      let resource = context.objects.name(of: requestClass.resource)
      guard
        let schema = schemas.firstIndex(where: {
          $0.matches(requestClass.identity, resource)
        }), let level = levels.firstIndex(where: { $0.name == schemas[schema].level })
      else { preconditionFailure("every request has a flow schema") }
      let byUser = schemas[schema].byUser
      let isComponent =
        requestClass.identity == .controllerManager || requestClass.identity == .scheduler
      let user = isComponent ? componentUser(requestClass.identity) : UInt64(index)
      return SortedClass(
        level: UInt8(level), schema: UInt8(schema),
        flow: SplitMix64.scramble(UInt64(schema) << 48 | (byUser ? user << 1 | 1 : 0)),
        flowPerNode: byUser && requestClass.identity == .node)
    }
  }

  /// A number for the one user that all classes of a component share.
  private func componentUser(_ identity: ClientIdentity) -> UInt64 {
    identity == .scheduler ? 1 << 40 : 1 << 41
  }

  func sorted(_ requestClass: RequestClassID) -> SortedClass { classes[requestClass.index] }

  func flow(of row: RequestRow) -> UInt64 {
    let sorted = classes[row.classID.index]
    guard sorted.flowPerNode else { return sorted.flow }
    return SplitMix64.scramble(UInt64(sorted.schema) << 48 | UInt64(row.origin.rawValue) << 1)
  }

  /// Seats that a request takes while it is under way.
  func seats(
    of row: RequestRow, _ requestClass: RequestClass, readsStore: Bool, watchers: Int, level: Int,
    _ context: borrowing ClusterContext
  ) -> Int {
    switch requestClass.verb {
    case .get, .watch: return 1
    case .list:
      return min(
        max(1, widest[level]), listSeats(of: row, requestClass, readsStore: readsStore, context))
    case .create, .update, .patch, .delete:
      return min(max(1, widest[level]), Self.finalSeats(watchers: watchers))
    }
  }

  private func listSeats(
    of row: RequestRow, _ requestClass: RequestClass, readsStore: Bool,
    _ context: borrowing ClusterContext
  ) -> Int {
    let count = context.objects.count(requestClass.resource)
    switch listWorkEstimate {
    case .oneSeat: return 1
    case .objectCount:
      var objects = count
      if readsStore, let limit = requestClass.limit {
        objects = requestClass.selector == .none ? min(count, 2 * limit) : count
      }
      return Int(min(10, max(1, (objects + 99) / 100)))
    case .size:
      guard count > 0 else { return 1 }
      var objects = count
      if readsStore, let limit = requestClass.limit {
        objects = requestClass.selector == .none ? limit : max(limit, count / 2)
      }
      let bytes = context.objects.totalBytes(requestClass.resource) / count * min(objects, count)
      return Int(min(readsStore ? 100 : 10, max(1, (bytes + 99_999) / 100_000)))
    }
  }

  /// Seats that a write keeps for its watchers; 1 when there are fewer than ten.
  static func finalSeats(watchers: Int) -> Int {
    guard watchers >= watchersPerSeat else { return 1 }
    return min(maximumWriteSeats, (watchers + watchersPerSeat - 1) / watchersPerSeat)
  }

  /// How long a write keeps its seats after its answer: one seat for 5 ms for each ten watchers, in
  /// as many seats as it has.
  static func latencyAfterAnswer(watchers: Int, seats: Int) -> SimDuration {
    guard watchers >= watchersPerSeat else { return .zero }
    let units = (watchers + watchersPerSeat - 1) / watchersPerSeat
    return SimDuration(
      nanoseconds: eventAdditionalDuration.nanoseconds * Int64(units) / Int64(max(1, seats)))
  }

  /// Lends and borrows seats for the next period.
  mutating func adjust(server: Int, at now: SimTime) {
    var ranges: [SeatRange] = []
    var seats = Double(nominalSeats.reduce(0, +))
    var peaks: [Int] = []
    for level in levels.indices {
      peaks.append(servers[server][level].demand.endPeriod(at: now))
      if levels[level].isExempt { seats -= servers[server][level].demand.smoothed }
    }
    let limited = levels.indices.filter { !levels[$0].isExempt }
    for level in limited {
      let nominal = nominalSeats[level]
      let own = nominal - Self.lendable(levels[level], nominal)
      let inUse = max(own, min(nominal, peaks[level]))
      let most = levels[level].borrowingLimitPercent.map { nominal + (nominal * $0 + 50) / 100 }
      ranges.append(
        SeatRange(
          low: Double(inUse), high: Double(most ?? nominalSeats.reduce(0, +)),
          target: max(Double(inUse), servers[server][level].demand.smoothed)))
    }
    for (level, share) in zip(limited, SeatRange.divide(seats, among: ranges)) {
      servers[server][level].limit = share
    }
  }
}
