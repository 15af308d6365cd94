// SPDX-License-Identifier: Apache-2.0
package import Scenario
package import Stochastics

/// `gpu-test` of a pod template: its containers test the GPUs that they were given, alone on them.
package struct GPUTestConfiguration: Configurable {
  package var path: KnobPath
  package var duration: Distribution
  package var detects: Fraction
  package var removesTaint: String?

  package static let duration = Knob<DurationDistribution>(
    required: "duration",
    help: "Time of a test; of a Job's pods instead of 'work'.",
    source: "stated by the scenario; dcgmi diag: level 1 seconds, 2 about 2 min, 3 about 15 min")
  package static let detects = Knob<Fraction>(
    "detects", default: Fraction(1), in: Fraction(0)...Fraction(1),
    help: "Share of the silent and slow faults of its GPUs that a test finds.",
    source: "1: not published")
  package static let removesTaint = Knob<String?>(
    optional: "removes-taint",
    help:
      "Taint (key or key=value) of the pool's nodes that a test which finds nothing takes away.",
    source: "OpenAI 2021: a preflight test takes its node's taint and label away")

  package static let declaration = SectionDeclaration(
    "gpu-test", help: "The pods test the GPUs that they were given."
  ) {
    duration
    detects
    removesTaint
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    duration = reader[Self.duration].seconds
    detects = reader[Self.detects]
    removesTaint = reader[Self.removesTaint]
  }
}

/// A test with its taint looked up.
package struct GPUTest: Codable, Sendable {
  package var path: KnobPath
  package var duration: Distribution
  package var detects: Double
  package var removedTaints: NodeTaints

  package init(_ configuration: GPUTestConfiguration, removedTaints: NodeTaints) {
    path = configuration.path
    duration = configuration.duration
    detects = configuration.detects.value
    self.removedTaints = removedTaints
  }
}

/// `pod-disruption-budget` of a pod template.
package struct DisruptionBudgetConfiguration: Configurable {
  package var path: KnobPath
  package var minAvailable: Int

  package static let minAvailable = Knob<Int>(
    required: "minAvailable", in: 0...1_000_000,
    help: "Pods of the workload that have to be left running for an eviction to be allowed.",
    source: "PodDisruptionBudget spec.minAvailable")

  package static let declaration = SectionDeclaration(
    "pod-disruption-budget", help: "How many pods of the workload have to stay."
  ) { minAvailable }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    minAvailable = reader[Self.minAvailable]
  }
}

/// A disruption budget of a workload.
package struct DisruptionBudget: Codable, Sendable {
  package var path: KnobPath
  package var minAvailable: Int
}
