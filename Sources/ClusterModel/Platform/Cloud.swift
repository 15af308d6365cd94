// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
package import Scenario
package import Stochastics

/// The cloud that clusters get their machines from: `cloud`.
package struct CloudConfiguration: Configurable {
  package var path: KnobPath
  package var terminationTime: DurationDistribution

  package static let terminationTime = Knob<DurationDistribution>(
    "termination-time", default: "30s",
    help: "Time from asking the cloud to delete a machine to the machine's end.",
    source: "not published; clouds grant instances about 30 s to shut down")

  package static let declaration = SectionDeclaration(
    "cloud", help: "The cloud that machines come from."
  ) { terminationTime }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    terminationTime = reader[Self.terminationTime]
  }
}

/// Everything that can happen at the cloud, which all clusters of a world share.
package enum CloudEvent: BitwiseCopyable, Codable, Sendable {
  /// A cluster asks for a machine.
  case provision(NodePoolID)
  /// A cluster asks to delete a machine.
  case terminate(NodeID)
}

/// Machines on request: they boot after a while and end after a while.
package struct Cloud: Codable, Sendable {
  private let termination: Distribution
  /// By cluster and pool.
  private let bootTimes: [[Distribution]]
  private var stream: RandomStream

  package init(
    _ configuration: CloudConfiguration, bootTimes: [[Distribution]], seed: UInt64
  ) {
    termination = configuration.terminationTime.seconds
    self.bootTimes = bootTimes
    stream = RandomStream(seed: seed, name: "cloud")
  }

  package mutating func handle(
    _ event: CloudEvent, from cluster: ClusterID, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .provision(let pool):
      let delay = bootTimes[cluster.index][pool.index].sample(&stream)
      agenda.schedule(
        .nodes(.machineStarted(pool)), in: cluster,
        at: agenda.now + SimDuration(roundingSeconds: delay))
    case .terminate(let node):
      let delay = termination.sample(&stream)
      agenda.schedule(
        .nodes(.machineStopped(node)), in: cluster,
        at: agenda.now + SimDuration(roundingSeconds: delay))
    }
  }

  /// Replaces the luck from here on.
  package mutating func reseed(_ seed: UInt64) {
    stream = RandomStream(seed: seed, name: "cloud")
  }
}
