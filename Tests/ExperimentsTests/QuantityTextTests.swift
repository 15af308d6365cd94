// SPDX-License-Identifier: Apache-2.0
import Experiments
import Measurement
import Testing

@Suite struct QuantityTextTests {
  private static let texts: [(Double, MetricUnit?, String)] = [
    (0, .seconds, "0 s"), (0.0213, .seconds, "21.3 ms"), (1, .seconds, "1 s"),
    (90, .seconds, "90 s"), (120, .seconds, "2 min"), (5_400, .seconds, "90 min"),
    (7_200, .seconds, "2 h"), (1.5e-6, .seconds, "1.5 µs"), (-0.002, .seconds, "-2 ms"),
    (0, .bytes, "0 B"), (999, .bytes, "999 B"), (2_147_483_648, .bytes, "2.147 GB"),
    (5e6, .bytesPerSecond, "5 MB/s"), (12_345, .count("requests"), "12,345 requests"),
    (0.25, .ratio, "0.25"), (1_234_567, nil, "1,234,567"), (-1_000, nil, "-1,000"),
    (0.00001234, nil, "1.234e-05"), (1.0 / 3, nil, "0.3333"), (2e20, nil, "2.000e+20"),
    (42.5, .percent, "42.5%"), (.infinity, .seconds, "inf"),
  ]

  @Test("Numbers as people read them", arguments: texts)
  func text(value: Double, unit: MetricUnit?, text: String) {
    #expect(QuantityText.text(value, in: unit) == text)
  }
}
