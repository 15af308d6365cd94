// SPDX-License-Identifier: Apache-2.0

/// Little's law at one station, over all replications of a point.
package struct StationResult: Sendable, Hashable {
  package let cluster: String
  package let name: String
  /// Mean number inside, L.
  package let meanInside: Double
  /// Throughput times mean stay of finished visits, λW.
  package let throughputTimesStay: Double
  /// Throughput, λ.
  package let departuresPerSecond: Double
  /// Mean stay of finished visits, W.
  package let meanStaySeconds: Double
  /// The most that were inside at once in any replication.
  package let peakInside: Int
  /// Whether the two tallies agree in every replication.
  package let holds: Bool

  /// The stations that anybody visited.
  static func all(of replications: [ReplicationResult]) -> [StationResult] {
    guard let first = replications.first else { return [] }
    return first.clusters.indices.flatMap { index in
      first.clusters[index].stations.indices.compactMap { station in
        let records = replications.map { $0.clusters[index].stations[station] }
        let sum = records.dropFirst().reduce(records[0]) { $0.adding($1) }
        guard sum.meanInside > 0 || !sum.holds else { return nil }
        return StationResult(
          cluster: first.clusters[index].name, name: sum.name, meanInside: sum.meanInside,
          throughputTimesStay: sum.throughputTimesStay,
          departuresPerSecond: sum.departuresPerSecond, meanStaySeconds: sum.meanStaySeconds,
          peakInside: sum.peak, holds: sum.holds)
      }
    }
  }
}
