// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// `stock-out`: the cloud has no machines of a pool's type for a while.
package struct StockOutConfiguration: Configurable, Codable {
  package var pool: Reference
  package var lasts: SimDuration

  package static let pool = Knob<Reference>(
    required: "pool", to: ReferenceTarget("cluster.nodePools"), help: "Which pool.")
  package static let lasts = Knob<SimDuration>(
    required: "for", in: .seconds(1) ... .hours(10_000), help: "How long.")

  package static let declaration = SectionDeclaration(
    "stock-out", help: "The cloud runs out of a pool's machines."
  ) {
    pool
    lasts
  }

  package init(_ reader: inout SectionReader) {
    pool = reader[Self.pool]
    lasts = reader[Self.lasts]
  }
}
