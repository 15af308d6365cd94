// SPDX-License-Identifier: Apache-2.0

/// How much a resource is used and queued for, as a result tells it.
package struct ResourceUse: Sendable, Hashable {
  package let resource: String
  /// Share of its capacity at work; nil where the model tells none, or the capacity has no one number.
  package let utilisation: Double?
  /// Requests that wait for it, on average: their waiting time over the measured time.
  package let meanQueue: Double
  /// Requests in its service, on average.
  package let meanInService: Double
  /// Of the time of all requests.
  package let waitShare: Double
  package let serviceShare: Double

  /// The resources that took any time, most waited for first.
  package static func all(in result: SavedResult) -> [ResourceUse] {
    let measured =
      (result.simulatedSeconds - result.warmUpSeconds) * Double(result.replications)
    guard measured > 0 else { return [] }
    // Bottlenecks speak of requests; accounts of starting pods have resources of their own.
    let known = Set(result.bottlenecks.map(\.resource))
    let spent = result.accounts.compactMap { account -> Double? in
      guard let overall = account.overall,
        overall.parts.allSatisfy({ known.contains($0.resource) })
      else { return nil }
      return Double(account.count) * overall.meanSeconds
    }.reduce(0, +)
    return result.bottlenecks.map { part in
      ResourceUse(
        resource: part.resource,
        utilisation: part.utilisation ?? cpuUtilisation(of: part.resource, in: result),
        meanQueue: part.waitShare * spent / measured,
        meanInService: part.serviceShare * spent / measured,
        waitShare: part.waitShare, serviceShare: part.serviceShare)
    }
  }

  /// CPU seconds a second of a process over the cores of its machines; nil for other resources, and
  /// where several clusters share the name.
  private static func cpuUtilisation(of resource: String, in result: SavedResult) -> Double? {
    guard resource == "kube-apiserver CPU" else { return nil }
    func value(_ path: String) -> String? {
      result.configuration.first { $0.path == path }?.value
    }
    let processes = result.metrics.filter {
      $0.name == "process_cpu_seconds_total" && $0.labels["job"] == "kube-apiserver"
    }
    guard processes.count == 1, let rate = processes[0].rate,
      let machine = value("cluster.kube-apiserver.machine"),
      let cores = value("machines.\(machine).cpu").flatMap(Double.init),
      let replicas = value("cluster.kube-apiserver.replicas").flatMap(Double.init)
    else { return nil }
    return rate / (cores * replicas)
  }
}
