// SPDX-License-Identifier: Apache-2.0
package import ClusterModel
package import DiscreteEvents
package import Measurement
package import Scenario

/// What one run of one point has shown.
package struct ReplicationResult: Sendable {
  package let seed: UInt64
  package let fingerprint: UInt64
  /// Events executed, warm-up included.
  package let events: UInt64
  /// CPU time of the thread that ran it, in seconds.
  package let cpuSeconds: Double
  /// Wall time, in seconds.
  package let wallSeconds: Double
  /// When it ended.
  package let end: SimTime
  /// In the order of the scenario.
  package let clusters: [ClusterRecord]
  /// Stated knobs whose mechanism never came into play.
  package let unusedKnobs: [KnobPath]
  /// The nodes over time; in the first replication of a point only.
  package let nodes: NodeSurvey?

  package init(
    seed: UInt64, fingerprint: UInt64, events: UInt64, cpuSeconds: Double, wallSeconds: Double,
    end: SimTime, clusters: [ClusterRecord], unusedKnobs: [KnobPath] = [],
    nodes: NodeSurvey? = nil
  ) {
    self.seed = seed
    self.fingerprint = fingerprint
    self.events = events
    self.cpuSeconds = cpuSeconds
    self.wallSeconds = wallSeconds
    self.end = end
    self.clusters = clusters
    self.unusedKnobs = unusedKnobs
    self.nodes = nodes
  }
}

/// What was recorded in one cluster.
package struct ClusterRecord: Sendable {
  package let name: String
  package let series: [MetricSeriesSnapshot]
  /// What each batch of the measuring window saw of each series, nil where that is not known; empty
  /// where none were cut.
  package let batches: [SeriesBatches?]
  package let traces: [MetricTrace]
  package let accounts: [AccountProfile]
  package let stations: [StationRecord]

  package init(
    name: String, series: [MetricSeriesSnapshot], batches: [SeriesBatches?] = [],
    traces: [MetricTrace] = [], accounts: [AccountProfile] = [], stations: [StationRecord] = []
  ) {
    self.name = name
    self.series = series
    self.batches = batches
    self.traces = traces
    self.accounts = accounts
    self.stations = stations
  }
  /// The batches of the series at an index; nil where they are not known.
  func batches(ofSeries index: Int) -> SeriesBatches? {
    batches.indices.contains(index) ? batches[index] : nil
  }
}
