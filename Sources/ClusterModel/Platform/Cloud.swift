// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
package import Scenario
package import Stochastics

/// Why the cloud gives no machine.
package enum MachineRefusal: UInt8, BitwiseCopyable, Codable, Sendable, CaseIterable {
  /// The subscription may not have so many cores.
  case quota
  /// There are no such machines left.
  case stockOut

  /// Value of the label `reason`; what the Cluster Autoscaler's cloud providers call the error class
  /// is in both cases OutOfResource.
  package var reason: String {
    switch self {
    case .quota: "quota-exceeded"
    case .stockOut: "stock-out"
    }
  }
}

/// Everything that can happen at the cloud, which all clusters of a world share.
package enum CloudEvent: BitwiseCopyable, Codable, Sendable {
  /// A cluster asks for machines, in one request.
  case provision(NodePoolID, UInt32)
  /// A cluster asks to delete a machine.
  case terminate(NodeID)
  /// A machine of the pool is gone for good.
  case released(NodePoolID)
  /// Machines of the pool's type run out, or are there again.
  case setStock(NodePoolID, isThere: Bool)
}

/// Machines on request: they boot after a while and end after a while, if the cloud gives them at all.
package struct Cloud: Codable, Sendable {
  /// What the cloud knows of a pool.
  package struct Pool: Codable, Sendable {
    package var bootTime: Distribution
    /// Cores of a machine.
    package var cores: Int
    /// Cores that its machines may have together.
    package var quota: Int?
    /// Cores that they have, those that are booting included.
    package var used: Int
    package var isInStock = true
    /// Of its own knobs.
    package var path: KnobPath
    var wasAsked = false

    package init(bootTime: Distribution, cores: Int, quota: Int?, used: Int, path: KnobPath) {
      self.bootTime = bootTime
      self.cores = cores
      self.quota = quota
      self.used = used
      self.path = path
    }
  }

  private let path: KnobPath
  private let termination: Distribution
  private let refusal: Distribution
  private let quotaCores: Int?
  private let startInterval: SimDuration
  private let refusesWholeRequests: Bool
  /// By cluster and pool.
  private var pools: [[Pool]]
  /// Cores of all machines.
  private var used: Int
  /// When the next machine may be started.
  private var nextStart: SimTime = .zero
  private var stream: RandomStream
  private var provisioned = 0
  private var refused = 0
  private var terminated = 0

  package init(_ configuration: CloudConfiguration, pools: [[Pool]], seed: UInt64) {
    path = configuration.path
    termination = configuration.terminationTime.seconds
    refusal = configuration.refusalTime.seconds
    quotaCores = configuration.quotaCores
    startInterval =
      configuration.provisioningRate.map { SimDuration(roundingSeconds: 1 / $0.perSecond) } ?? .zero
    refusesWholeRequests = configuration.refusesWholeRequests
    self.pools = pools
    used = pools.joined().reduce(0) { $0 + $1.used }
    stream = RandomStream(seed: seed, name: "cloud")
  }

  package mutating func handle(
    _ event: CloudEvent, from cluster: ClusterID, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .provision(let pool, let count):
      provision(Int(count), pool, from: cluster, &agenda)
    case .terminate(let node):
      terminated += 1
      let delay = termination.sample(&stream)
      agenda.schedule(
        .nodes(.machineTerminated(node)), in: cluster,
        at: agenda.now + SimDuration(roundingSeconds: delay))
    case .released(let pool):
      let cores = pools[cluster.index][pool.index].cores
      pools[cluster.index][pool.index].used -= cores
      used -= cores
    case .setStock(let pool, let isThere):
      pools[cluster.index][pool.index].isInStock = isThere
    }
  }

  private mutating func provision(
    _ count: Int, _ pool: NodePoolID, from cluster: ClusterID, _ agenda: inout WorldAgenda
  ) {
    pools[cluster.index][pool.index].wasAsked = true
    let row = pools[cluster.index][pool.index]
    let room = min(
      row.quota.map { $0 - row.used } ?? .max, quotaCores.map { $0 - used } ?? .max)
    var granted = row.isInStock ? min(count, max(0, room) / row.cores) : 0
    if granted < count, refusesWholeRequests { granted = 0 }
    pools[cluster.index][pool.index].used += granted * row.cores
    used += granted * row.cores
    provisioned += granted
    for _ in 0..<granted {
      let boot = SimDuration(roundingSeconds: row.bootTime.sample(&stream))
      agenda.schedule(
        .nodes(.machineStarted(pool)), in: cluster, at: start(at: agenda.now) + boot)
    }
    guard granted < count else { return }
    refused += count - granted
    let reason: MachineRefusal = row.isInStock ? .quota : .stockOut
    let delay = refusal.sample(&stream)
    agenda.schedule(
      .nodes(.machinesRefused(pool, UInt32(count - granted), reason)), in: cluster,
      at: agenda.now + SimDuration(roundingSeconds: delay))
  }

  /// When the cloud begins with the next machine.
  private mutating func start(at now: SimTime) -> SimTime {
    let start = max(now, nextStart)
    nextStart = start + startInterval
    return start
  }

  /// Replaces the luck from here on.
  package mutating func reseed(_ seed: UInt64) {
    stream = RandomStream(seed: seed, name: "cloud")
  }

  func addIdleKnobs(to idle: inout IdleKnobs) {
    for pool in pools.joined() {
      idle.add([NodePoolConfiguration.quotaCores.name], in: pool.path, unless: pool.wasAsked)
    }
    typealias Knobs = CloudConfiguration
    idle.add([Knobs.terminationTime.name], in: path, unless: terminated > 0)
    idle.add(
      [Knobs.quotaCores.name, Knobs.provisioningRate.name], in: path,
      unless: provisioned + refused > 0)
    idle.add(
      [Knobs.refusalTime.name, Knobs.refusesWholeRequests.name], in: path, unless: refused > 0)
  }
}
