// SPDX-License-Identifier: Apache-2.0
import Experiments
import Measurement
import Scenario
import Testing

@Suite struct RunnerTests {
  @Test func runs() throws {
    let result = try ExperimentRunner().run(try TinyScenario.document())
    let point = result.points[0]
    for metric in point.metrics where metric.summary.hasSamples { print(metric.summary.name, metric.labels, metric.summary.mean as Any, metric.summary.rate as Any, metric.summary.p99 as Any) }
    for a in point.accounts { print(a.profile.name, a.overall!.meanLatency, a.overall!.ranked.map { "\($0.resource) \($0.phase) \($0.share)" }) }
    for b in point.bottlenecks { print(b) }
    for b in point.stations { print(b) }
    print(point.engine, point.warnings)
    #expect(point.engine.events > 100)
  }
}
