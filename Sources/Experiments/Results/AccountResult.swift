// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
package import Measurement

/// Where the time of one class of requests, or of the pods of a workload, went, over all replications of a point.
package struct AccountResult: Sendable {
  /// One of the slowest, opened.
  package struct Slow: Sendable, Hashable {
    /// Time in one phase of one resource.
    package struct Part: Sendable, Hashable {
      package let resource: String
      package let phase: AccountPhase
      package let seconds: Double
    }

    /// Of which replication, from 0.
    package let replication: Int
    /// When it began.
    package let openedSeconds: Double
    /// How long it took.
    package let seconds: Double
    /// Where time was spent, in the order of the layout.
    package let parts: [Part]
  }

  /// How many of the slowest are opened.
  private static let slowestOpened = 10

  package let cluster: String
  package let profile: AccountProfile
  /// All accounts; nil when none was closed.
  package let overall: AccountBreakdown?
  /// The slowest hundredth.
  package let aboveP99: AccountBreakdown?

  /// The slowest, slowest first.
  package var slowest: [Slow] {
    profile.slowest.prefix(Self.slowestOpened).map { Slow($0, profile.layout) }
  }

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

extension AccountResult.Slow {
  fileprivate init(_ account: KeptAccount, _ layout: AccountLayout) {
    replication = account.run
    openedSeconds = account.opened.seconds
    seconds = account.latency.seconds
    parts = layout.resources.enumerated().flatMap { index, resource in
      [
        Part(
          resource: resource, phase: .waiting, seconds: account.waiting(index).seconds),
        Part(
          resource: resource, phase: .service, seconds: account.service(index).seconds),
      ]
    }.filter { $0.seconds > 0 }
  }
}
