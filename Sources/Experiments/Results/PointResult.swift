// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
package import Scenario

/// What the runs of one point have shown: a variant at one point of the sweep.
package struct PointResult: Sendable {
  /// What the runs cost the machine; a resumed run, what it cost since.
  package struct Engine: Sendable, Hashable {
    /// Over all replications, warm-up included.
    package let events: UInt64
    /// Over all replications, in seconds.
    package let cpuSeconds: Double
    /// Sum over all replications, which may have run side by side, in seconds.
    package let wallSeconds: Double
    /// Of the process so far, in bytes.
    package let peakResidentBytes: Int

    /// Events a second of CPU time.
    package var eventsPerSecond: Double { cpuSeconds > 0 ? Double(events) / cpuSeconds : 0 }
  }

  package let variant: String
  package let coordinates: [ScenarioPoint.Coordinate]
  package let run: RunSettings
  /// Everything the runs used, with its sources.
  package let configuration: ResolvedConfiguration
  /// In order; at least one.
  package let replications: [ReplicationResult]
  /// Hash over the events of all replications.
  package let fingerprint: UInt64
  package let engine: Engine
  package let metrics: [MetricResult]
  package let accounts: [AccountResult]
  package let stations: [StationResult]
  package let bottlenecks: [Bottleneck]
  /// Those that hold for this variant.
  package let calibrated: [CalibratedValue]
  /// Stated knobs without influence in any replication.
  package let unusedKnobs: [KnobPath]
  package let warnings: [String]

  init(
    _ point: ScenarioPoint, configuration: ResolvedConfiguration, calibrated: [CalibratedValue],
    replications: [ReplicationResult]
  ) {
    self.init(
      variant: point.variant, coordinates: point.coordinates, run: point.run,
      configuration: configuration, calibrated: calibrated, replications: replications)
  }

  package init(
    variant: String, coordinates: [ScenarioPoint.Coordinate], run: RunSettings,
    configuration: ResolvedConfiguration, calibrated: [CalibratedValue],
    replications: [ReplicationResult]
  ) {
    precondition(!replications.isEmpty, "a point has at least one replication")
    self.variant = variant
    self.coordinates = coordinates
    self.run = run
    self.configuration = configuration
    self.replications = replications
    fingerprint = CombinedFingerprint.of(replications.map(\.fingerprint))
    engine = Engine(
      events: replications.reduce(0) { $0 + $1.events },
      cpuSeconds: replications.reduce(0) { $0 + $1.cpuSeconds },
      wallSeconds: replications.reduce(0) { $0 + $1.wallSeconds },
      peakResidentBytes: HostClock.peakResidentBytes)
    metrics = MetricResult.all(of: replications)
    accounts = AccountResult.all(of: replications)
    stations = StationResult.all(of: replications)
    bottlenecks = Bottleneck.ranked(accounts, metrics: metrics)
    self.calibrated = calibrated.filter { $0.variants.isEmpty || $0.variants.contains(variant) }
    unusedKnobs = replications[0].unusedKnobs.filter { knob in
      replications.allSatisfy { $0.unusedKnobs.contains(knob) }
    }
    warnings = PointWarnings.all(
      accounts: accounts, stations: stations, metrics: metrics, configuration: configuration)
  }

  /// Simulated time of each replication, warm-up included.
  package var simulatedSeconds: Double { run.duration.seconds }
  /// Its part that was not measured.
  package var warmUpSeconds: Double { run.warmUp.seconds }

  /// Variant and coordinates as one short text, such as `local-ssd count=400`.
  package var name: String { Self.name(variant: variant, coordinates: coordinates) }

  static func name(variant: String, coordinates: [ScenarioPoint.Coordinate]) -> String {
    ([variant] + coordinates.map { "\($0.path.elements.last ?? "")=\($0.value)" })
      .joined(separator: " ")
  }
}
