// SPDX-License-Identifier: Apache-2.0
import Measurement

/// Where the time of one class of requests goes above a percentile.
package struct OpenedAccount: Sendable, Hashable {
  package let cluster: String
  package let name: String
  /// Of the whole class.
  package let count: Int
  package let percentile: Percentile
  package let breakdown: SavedResult.Account.Breakdown

  /// Of a live result, which can open any percentile.
  package static func all(in point: PointResult, at percentile: Percentile) -> [OpenedAccount] {
    point.accounts.compactMap { account in
      account.profile.breakdown(above: percentile.percent).map { breakdown in
        OpenedAccount(
          cluster: account.cluster, name: account.profile.name, count: account.profile.count,
          percentile: percentile,
          breakdown: .init(
            meanSeconds: breakdown.meanLatency,
            parts: breakdown.ranked.map {
              .init(
                resource: $0.resource, phase: $0.phase.rawValue, meanSeconds: $0.mean,
                share: $0.share)
            }, unaccountedShare: breakdown.unaccountedShare))
      }
    }
  }

  /// Of a kept result, which holds two of them.
  package static func all(
    in result: SavedResult, at percentile: Percentile
  ) throws(Percentile.Problem) -> [OpenedAccount] {
    guard [0, 99].contains(percentile.percent) else { throw .notKept(percentile.name) }
    return result.accounts.compactMap { account in
      (percentile.percent == 0 ? account.overall : account.aboveP99).map {
        OpenedAccount(
          cluster: account.cluster, name: account.class, count: account.count,
          percentile: percentile, breakdown: $0)
      }
    }
  }
}
