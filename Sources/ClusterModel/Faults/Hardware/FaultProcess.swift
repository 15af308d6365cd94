// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
import Measurement
package import Scenario
package import Stochastics

/// A component that fails, with its names looked up, and when each of its units does next.
package struct FaultProcess: Codable, Sendable {
  /// What has a clock of its own.
  package enum Unit: UInt8, Codable, Sendable {
    case gpu, machine, domain
  }

  package let path: KnobPath
  /// Name of the component; with the seed and the number of a unit it gives the unit's luck.
  package let component: String
  package let scope: FaultScope
  package let effect: FaultEffect
  package let severity: FaultSeverity?
  package let slowDown: Double
  package let timeToError: Distribution
  package let notice: Distribution
  package let repairTime: Distribution?
  package let lemons: LemonConfiguration?
  package let nodesPerDomain: Int
  /// By pool of the cluster.
  package let pools: [Bool]
  package let unit: Unit
  /// Time between faults of a unit, by pool; `nil`: the component does not fail at random.
  package let intervals: [Distribution]?
  package let times: [SimTime]
  package let units: [Int]
  package let gpu: UInt8
  package let probability: Double
  package var clock = FaultClock()
  /// Domains by their number among all of the component, with pool and number within it.
  package var domains: [Domain] = []
  package var faults: UInt64 = 0
  package var repairs: UInt64 = 0
  /// Stream of the repair times and times to error.
  let stream: StreamID
  let metrics: FaultMetrics

  package struct Domain: Codable, Sendable, Equatable {
    package let pool: NodePoolID
    package let number: Int
  }

  /// - Parameter pools: whether the component is in each pool of the cluster, and its machine.
  init(
    _ configuration: FaultConfiguration, component: String,
    pools: [(isMeant: Bool, gpus: Int)], _ context: inout ClusterContext
  ) {
    path = configuration.path
    self.component = component
    scope = configuration.scope
    effect = configuration.effect
    severity = configuration.severity
    slowDown = configuration.effect == .slow ? configuration.slowDown : 1
    timeToError = configuration.timeToError.seconds
    notice = configuration.notice.seconds
    repairTime = configuration.repairTime?.seconds
    lemons = configuration.lemons
    nodesPerDomain = configuration.nodesPerDomain ?? 1
    let hasGPUs = configuration.scope == .gpu
    self.pools = pools.map { $0.isMeant && (!hasGPUs || $0.gpus > 0) }
    times = (configuration.at ?? []).map { .zero + $0 }
    units = configuration.units
    gpu = UInt8(configuration.gpu)
    probability = configuration.probability?.value ?? 0
    switch configuration.scope {
    case .domain: unit = .domain
    case .gpu: unit = configuration.timeToFailure == nil ? .machine : .gpu
    case .node: unit = .machine
    }
    intervals = Self.intervals(configuration, gpus: pools.map(\.gpus))
    stream = context.streams.stream("faults/\(component)")
    metrics = FaultMetrics(component: component, &context.instruments)
  }

  /// The time between faults of a unit. Exponential clocks of a machine's GPUs are one clock with the sum
  /// of their rates.
  private static func intervals(
    _ configuration: FaultConfiguration, gpus: [Int]
  ) -> [Distribution]? {
    if let time = configuration.timeToFailure { return gpus.map { _ in time.seconds } }
    var mean: Double
    if let rate = configuration.rate {
      guard rate > 0 else { return nil }
      mean = 1_000 * 86_400 / rate
      if configuration.scope == .domain { mean /= Double(configuration.nodesPerDomain ?? 1) }
    } else if let time = configuration.timeBetweenFailures {
      mean = time.seconds
    } else {
      return nil
    }
    let isPerGPU = configuration.timeBetweenFailures != nil && configuration.scope == .gpu
    return gpus.map { exponential(mean: isPerGPU ? mean / Double(max(1, $0)) : mean) }
  }

  private static func exponential(mean: Double) -> Distribution {
    do {
      return try .exponential(mean: mean)
    } catch {
      preconditionFailure("a mean time between faults of \(mean) s: \(error)")
    }
  }
}

/// The instruments of a component.
struct FaultMetrics: Codable, Sendable {
  let faults: CounterID
  let open: GaugeID
  let failedPods: CounterID

  init(component: String, _ instruments: inout Instruments) {
    let label = MetricLabel("component", component)
    faults = instruments.counter(.hardwareFaults, [label])
    open = instruments.gauge(.hardwareFaultsOpen, [label])
    instruments.set(0, open, at: .zero)
    instruments.trace(open)
    failedPods = instruments.counter(.hardwareFailedPods, [label])
  }
}
