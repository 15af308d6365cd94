// SPDX-License-Identifier: Apache-2.0
package import Measurement

/// Where the time of one class of requests went, over all replications of a point.
package struct AccountResult: Sendable {
  package let cluster: String
  package let profile: AccountProfile
  /// All accounts; nil when none was closed.
  package let overall: AccountBreakdown?
  /// The slowest hundredth.
  package let aboveP99: AccountBreakdown?

  init(cluster: String, profile: AccountProfile) {
    self.cluster = cluster
    self.profile = profile
    overall = profile.breakdown(above: 0)
    aboveP99 = profile.breakdown(above: 99)
  }

  /// All classes of a point that closed an account, in the order of the model.
  static func all(of replications: [ReplicationResult]) -> [AccountResult] {
    guard let first = replications.first else { return [] }
    return first.clusters.indices.flatMap { index in
      first.clusters[index].accounts.indices.map { account in
        var profile = first.clusters[index].accounts[account]
        for other in replications.dropFirst() {
          profile.merge(other.clusters[index].accounts[account])
        }
        return AccountResult(cluster: first.clusters[index].name, profile: profile)
      }
    }.filter { $0.profile.count > 0 }
  }
}
