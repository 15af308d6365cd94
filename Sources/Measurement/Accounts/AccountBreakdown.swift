// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// Where the time of some accounts went. Shares and `unaccountedShare` add up to one.
package struct AccountBreakdown: Hashable, Sendable, Codable {
  /// Time in one phase of one resource.
  package struct Part: Hashable, Sendable, Codable {
    /// The resource, by its name in the layout.
    package let resource: String
    /// Waiting or service.
    package let phase: AccountPhase
    /// Mean per account, in seconds.
    package let mean: Double
    /// Share of the latency; 0 if there was no latency.
    package let share: Double
  }

  /// How many accounts it speaks about; a fraction where a percentile cuts through a bucket.
  package let accounts: Double
  /// Mean latency, in seconds.
  package let meanLatency: Double
  /// Bounds of the latencies, as sharp as the buckets.
  package let shortest: SimDuration
  /// Bounds of the latencies, as sharp as the buckets.
  package let longest: SimDuration
  /// Every resource and phase, in the order of the layout.
  package let parts: [Part]
  /// Mean time charged to no resource, in seconds; negative if too much was charged.
  package let unaccounted: Double
  /// Its share of the latency.
  package let unaccountedShare: Double

  /// The parts that took time, the largest first; equal ones in the order of the layout.
  package var ranked: [Part] {
    let order = parts.indices.sorted { (parts[$0].mean, $1) > (parts[$1].mean, $0) }
    return order.map { parts[$0] }.filter { $0.mean > 0 }
  }
}

extension AccountProfile {
  /// Opens the accounts above a percentile (0 for all of them); nil if there are none.
  package func breakdown(above percent: Double) -> AccountBreakdown? {
    breakdown(between: percent, and: 100)
  }

  /// Opens one percentile: the accounts of the bucket, 6 % wide, into which it falls.
  package func breakdown(at percent: Double) -> AccountBreakdown? {
    precondition((0...100).contains(percent), "a percentile lies between 0 and 100")
    let rank = max(1, (percent / 100 * Double(count)).rounded(.up))
    var before = 0
    for (bucket, content, sums) in ascending {
      before += content.count
      if Double(before) >= rank {
        var mixture = Mixture(width: layout.width)
        mixture.add(content, sums, weight: 1, bucket: bucket)
        return mixture.breakdown(layout)
      }
    }
    return nil
  }

  /// Opens the accounts between two percentiles, 0...100; nil if there are none.
  ///
  /// Where a percentile cuts through a bucket, the accounts of that bucket enter with the fraction
  /// on the wanted side and with the mean of the bucket, whose latencies differ by 6 % at most. At
  /// bucket bounds, and for all accounts, the result is exact.
  package func breakdown(between lower: Double, and upper: Double) -> AccountBreakdown? {
    precondition(0 <= lower && lower <= upper && upper <= 100, "percentiles ascend within 0...100")
    let from = lower / 100 * Double(count)
    let to = upper / 100 * Double(count)
    var mixture = Mixture(width: layout.width)
    var before = 0
    for (bucket, content, sums) in ascending {
      let after = before + content.count
      let inside = min(to, Double(after)) - max(from, Double(before))
      if inside > 0 {
        mixture.add(content, sums, weight: inside / Double(content.count), bucket: bucket)
      }
      before = after
    }
    return mixture.breakdown(layout)
  }

  /// Weighted sum of buckets on the way to a breakdown, in nanoseconds.
  private struct Mixture {
    var accounts = 0.0
    var latency = 0.0
    var parts: [Double]
    var buckets: ClosedRange<Int>?

    init(width: Int) {
      parts = Array(repeating: 0, count: width)
    }

    mutating func add(
      _ content: Bucket, _ sums: ArraySlice<ExactSum>, weight: Double, bucket: Int
    ) {
      accounts += weight * Double(content.count)
      latency += weight * Double(content.latency.value)
      for (column, sum) in sums.enumerated() { parts[column] += weight * Double(sum.value) }
      buckets = (buckets?.lowerBound ?? bucket)...bucket
    }

    func breakdown(_ layout: AccountLayout) -> AccountBreakdown? {
      guard let buckets else { return nil }
      let perAccount = 1 / accounts / Double(MetricUnit.seconds.grain)
      func share(_ part: Double) -> Double { latency > 0 ? part / latency : 0 }
      let unaccounted = parts.reduce(latency, -)
      return AccountBreakdown(
        accounts: accounts, meanLatency: latency * perAccount,
        shortest: SimDuration(nanoseconds: LatencyScale.lowerBound(of: buckets.lowerBound)),
        longest: SimDuration(nanoseconds: LatencyScale.upperBound(of: buckets.upperBound)),
        parts: layout.resources.enumerated().flatMap { position, resource in
          AccountPhase.allCases.map { phase in
            let part = parts[layout.column(position, phase)]
            return AccountBreakdown.Part(
              resource: resource, phase: phase, mean: part * perAccount, share: share(part))
          }
        },
        unaccounted: unaccounted * perAccount, unaccountedShare: share(unaccounted))
    }
  }
}
