// SPDX-License-Identifier: Apache-2.0
import Measurement

/// A resource and how much of the requests' time it cost. A suggestion: the proof is causal and
/// comes from running again with the resource relieved.
package struct Bottleneck: Sendable, Hashable {
  package let resource: String
  /// Share of the measured window in which the busiest of its machines worked; nil where the model
  /// reports none.
  package let utilisation: Double?
  /// Time spent waiting for it as a share of the time of all accounts.
  package let waitShare: Double
  /// Time spent in its service as a share of the time of all accounts.
  package let serviceShare: Double

  /// All resources on which requests spent time, by wait share; equal ones by service, then by the order
  /// of the layout.
  static func ranked(_ accounts: [AccountResult], metrics: [MetricResult]) -> [Bottleneck] {
    // Those of pods have columns of their own, and much of their time is that of their requests.
    guard let layout = accounts.first?.profile.layout else { return [] }
    let accounts = accounts.filter { $0.profile.layout == layout }
    let total = accounts.reduce(0.0) { $0 + Double($1.profile.totalLatency.value) }
    guard total > 0 else { return [] }
    func share(_ resource: Int, _ phase: AccountPhase) -> Double {
      accounts.reduce(0.0) { $0 + Double($1.profile.total(resource, phase).value) } / total
    }
    let all = layout.resources.indices.map { resource in
      Bottleneck(
        resource: layout.resources[resource],
        utilisation: utilisation(of: layout.resources[resource], metrics),
        waitShare: share(resource, .waiting), serviceShare: share(resource, .service))
    }
    return all.enumerated()
      .filter { $0.element.waitShare > 0 || $0.element.serviceShare > 0 }
      .sorted { a, b in
        (a.element.waitShare, a.element.serviceShare, b.offset)
          > (b.element.waitShare, b.element.serviceShare, a.offset)
      }
      .map(\.element)
  }

  /// What is said of the utilisation of resources: the gauge of each that has one.
  private static func utilisation(of resource: String, _ metrics: [MetricResult]) -> Double? {
    let gauges = ["etcd disk": "node_disk_io_time_ratio"]
    guard let gauge = gauges[resource] else { return nil }
    return metrics.filter { $0.summary.name == gauge && $0.summary.hasSamples }
      .compactMap(\.summary.last).max()
  }
}
