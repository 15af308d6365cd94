// SPDX-License-Identifier: Apache-2.0

/// What the machines of a configuration cost an hour: those that are stated, not what autoscalers add.
package struct MachineCost: Sendable, Hashable {
  /// In the currency of the prices; only machines whose type has one (`price-per-hour`).
  package let perHour: Double
  /// Machine types without a price.
  package let unpriced: [String]

  /// The knob that says how many there are, beside the one that names the machine.
  private static let counts = ["count", "members", "replicas"]

  package init(of result: SavedResult) {
    let values = Dictionary(
      result.configuration.map { ($0.path, $0.value) }, uniquingKeysWith: { first, _ in first })
    var sum = 0.0
    var unpriced: [String] = []
    for knob in result.configuration
    where knob.path.hasPrefix("cluster") && knob.path.hasSuffix(".machine") && knob.value != "null"
    {
      let owner = knob.path.dropLast(".machine".count)
      let count = Self.counts.lazy.compactMap { values["\(owner).\($0)"] }.first.flatMap(
        Double.init)
      if let price = values["machines.\(knob.value).price-per-hour"].flatMap(Double.init) {
        sum += price * (count ?? 1)
      } else if !unpriced.contains(knob.value) {
        unpriced.append(knob.value)
      }
    }
    perHour = sum
    self.unpriced = unpriced
  }
}
