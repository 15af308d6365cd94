// SPDX-License-Identifier: Apache-2.0
@testable import DiscreteEvents
import Testing

@Suite("Kernel benchmarks")
struct BenchmarkTests {
  @Test("both sides pop the same events in each load")
  func hashesAgree() {
    for benchmark in KernelBenchmark.all where benchmark.size < 100_000 {
      let (kernel, reference) = (benchmark.kernel(), benchmark.reference())
      for _ in 0..<2 {
        #expect(kernel.run(events: 20_000) == reference.run(events: 20_000))
      }
    }
  }

  @Test("the loop over the public API is the hold load")
  func insideHoldIsHold() {
    let inside = KernelRun(insideHold: 1_000)
    let hold = KernelRun(reference: HoldLoad(size: 1_000))
    #expect(inside.run(events: 10_000) == hold.run(events: 10_000))
  }

  @Test("the exponential draws have mean and variance 1, but for the cut tail")
  func exponentialMoments() {
    var random = BenchmarkRandom(seed: 77)
    let count = 200_000
    let draws = (0..<count).map { _ in random.exponential(mean: .seconds(1)).seconds }
    let mean = draws.reduce(0, +) / Double(count)
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    #expect(abs(mean - 1) < 0.01)
    #expect(abs(variance - 1) < 0.03)
  }
}
