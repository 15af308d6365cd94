// SPDX-License-Identifier: Apache-2.0

/// Measured values as a distribution.
///
/// The inverse distribution function runs in straight lines between the sorted values, from the
/// smallest (p = 0) to the largest (p = 1). For equal weights value i of n stands at
/// p = i / (n - 1), the "type 7" of R. J. Hyndman, Y. Fan, "Sample quantiles in statistical
/// packages", 1996. With weights, a value stands at the middle of its share of the total weight,
/// stretched so that the first is at 0 and the last at 1; equal weights give the same again. So no
/// draw lies outside what was measured, and repeated values keep a probability of their own.
///
/// Mean and variance are those of the interpolated distribution, which differ from the sample's
/// by the order of 1 / n. Copies share the arrays.
package struct EmpiricalSample: Sendable, Hashable {
  /// The values in ascending order, at least one.
  package let values: [Double]
  /// The position of each value in [0, 1], ascending; empty for equal weights.
  let positions: [Double]
  /// The mean of the interpolated distribution.
  package let mean: Double
  /// The variance of the interpolated distribution.
  package let variance: Double

  /// A sample of equally likely values, in any order.
  ///
  /// - Throws: `DistributionError` for an empty sample and for values that are negative or not
  ///   finite.
  package init(_ values: [Double]) throws(DistributionError) {
    try Self.validate(values)
    self.init(sorted: values.sorted(), positions: [])
  }

  /// A sample whose value i counts `weights[i]` times; weights need not be whole numbers nor add
  /// up to one, and values of weight zero are left out.
  ///
  /// - Throws: `DistributionError`, as above, and for weights that are negative, not finite, all
  ///   zero or not as many as the values.
  package init(_ values: [Double], weights: [Double]) throws(DistributionError) {
    guard values.count == weights.count else {
      throw .weightCountMismatch(values: values.count, weights: weights.count)
    }
    try Self.validate(values)
    if let index = weights.firstIndex(where: { !($0 >= 0 && $0 < .infinity) }) {
      throw .unusableWeight(index: index)
    }
    let heaviest = weights.max() ?? 0
    guard heaviest > 0 else {
      throw .unusableWeight(index: nil)
    }
    let kept = values.indices.filter { weights[$0] > 0 }.sorted { values[$0] < values[$1] }
    // Divided by the heaviest, the weights' sum cannot overflow.
    let shares = kept.map { weights[$0] / heaviest }
    let isEqual = shares.allSatisfy { $0 == 1 }
    self.init(
      sorted: kept.map { values[$0] }, positions: isEqual ? [] : Self.positions(of: shares))
  }

  /// How many values there are.
  package var count: Int { values.count }

  /// The value below which a share `p` of the distribution lies.
  ///
  /// - Precondition: `p` is from 0 to 1.
  package func quantile(_ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a probability is from 0 to 1")
    let last = values.count - 1
    // At p = 1 negligible weights may leave several values at one position.
    guard last > 0, p < 1 else {
      return values[last]
    }
    let lower: Int
    let fraction: Double
    if positions.isEmpty {
      let place = p * Double(last)
      lower = min(Int(place), last - 1)
      fraction = place - Double(lower)
    } else {
      lower = lastPosition(notAbove: p)
      fraction = (p - positions[lower]) / (positions[lower + 1] - positions[lower])
    }
    return values[lower] + fraction * (values[lower + 1] - values[lower])
  }

  /// The index, not the last one, of the highest position that is at most `p`. Binary search.
  func lastPosition(notAbove p: Double) -> Int {
    var low = 0
    var high = positions.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if positions[middle] <= p {
        low = middle
      } else {
        high = middle
      }
    }
    return low
  }

  /// The share of the distribution at or below `x`: the inverse of `quantile`. Binary search.
  package func cdf(_ x: Double) -> Double {
    let last = values.count - 1
    guard x >= values[0] else {
      return 0
    }
    guard x < values[last] else {
      return 1
    }
    // The last value at or below x: with repeated values, the whole step counts.
    var low = 0
    var high = last
    while high - low > 1 {
      let middle = (low + high) / 2
      if values[middle] <= x {
        low = middle
      } else {
        high = middle
      }
    }
    let fraction = (x - values[low]) / (values[low + 1] - values[low])
    return position(low) + fraction * (position(low + 1) - position(low))
  }

  /// The sample with every value multiplied by `factor`.
  ///
  /// - Precondition: `factor` is finite and above zero.
  package func scaled(by factor: Double) -> EmpiricalSample {
    precondition(factor > 0 && factor < .infinity, "a scale factor is finite and above zero")
    return EmpiricalSample(
      sorted: values.map { min($0 * factor, .greatestFiniteMagnitude) }, positions: positions)
  }

  /// A sample as it was stored: values in ascending order, and their positions unless equal.
  init(values: [Double], positions: [Double]) throws(DistributionError) {
    try Self.validate(values)
    func isAscending(_ list: [Double]) -> Bool {
      zip(list, list.dropFirst()).allSatisfy { $0 <= $1 }
    }
    guard isAscending(values) else {
      throw .storedSampleInconsistent
    }
    if !positions.isEmpty {
      let isStretched = positions.first == 0 && positions.last == 1
      guard positions.count == values.count, isStretched, isAscending(positions) else {
        throw .storedSampleInconsistent
      }
    }
    self.init(sorted: values, positions: positions)
  }

  init(sorted values: [Double], positions: [Double]) {
    self.values = values
    self.positions = positions
    (mean, variance) = Self.moments(values, positions)
  }

  private func position(_ index: Int) -> Double {
    positions.isEmpty ? Double(index) / Double(values.count - 1) : positions[index]
  }

  private static func validate(_ values: [Double]) throws(DistributionError) {
    guard !values.isEmpty else {
      throw .emptySample
    }
    if let index = values.firstIndex(where: { !($0 >= 0 && $0 < .infinity) }) {
      throw .unusableSampleValue(index: index, value: values[index])
    }
  }

  /// The middles of the shares, stretched to [0, 1].
  private static func positions(of shares: [Double]) -> [Double] {
    var before = 0.0
    var middles: [Double] = []
    middles.reserveCapacity(shares.count)
    for share in shares {
      middles.append(before + share / 2)
      before += share
    }
    guard let first = middles.first, let last = middles.last, last > first else {
      return []
    }
    return middles.map { ($0 - first) / (last - first) }
  }

  /// Mean and variance of the piecewise uniform distribution between the values.
  private static func moments(
    _ values: [Double], _ positions: [Double]
  ) -> (mean: Double, variance: Double) {
    guard values.count > 1 else {
      return (values[0], 0)
    }
    let equalWidth = 1 / Double(values.count - 1)
    func width(_ index: Int) -> Double {
      positions.isEmpty ? equalWidth : positions[index + 1] - positions[index]
    }
    var mean = 0.0
    for index in 0..<values.count - 1 {
      mean += width(index) * 0.5 * (values[index] + values[index + 1])
    }
    var variance = 0.0
    for index in 0..<values.count - 1 {
      let a = values[index] - mean
      let b = values[index + 1] - mean
      variance += width(index) * (a * a + a * b + b * b) / 3
    }
    return (mean, variance)
  }
}
