// SPDX-License-Identifier: Apache-2.0

/// Many tests at once, with the chance of even one false alarm held at the level.
///
/// Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal
/// of Statistics 6(2), 1979. It holds whatever the dependence of the tests, and rejects at least
/// what Bonferroni rejects.
package enum Holm {
  /// Which hypotheses are rejected at a family-wise `level`, in the order of `pValues`, each of
  /// which is between 0 and 1.
  package static func rejections(_ pValues: [Double], level: Double) -> [Bool] {
    adjusted(pValues).map { $0 <= level }
  }

  /// The smallest family-wise level at which each hypothesis is rejected, in the order of
  /// `pValues`, each of which is between 0 and 1.
  package static func adjusted(_ pValues: [Double]) -> [Double] {
    precondition(
      pValues.allSatisfy { (0...1).contains($0) }, "a p-value lies between 0 and 1")
    let ascending = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var adjusted = pValues
    var largest = 0.0
    for (rank, index) in ascending.enumerated() {
      largest = max(largest, min(1, pValues[index] * Double(pValues.count - rank)))
      adjusted[index] = largest
    }
    return adjusted
  }
}
