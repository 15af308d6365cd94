// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// `restart-prometheus`: the process ends and starts again.
package struct RestartPrometheusConfiguration: Configurable, Codable {
  package var pause: SimDuration

  package static let pause = Knob<SimDuration>(
    "pause", default: .seconds(10), in: .zero ... .hours(1_000),
    help: "Time before it starts again.", source: "kubelet: first back-off of a container, 10 s")

  package static let declaration = SectionDeclaration(
    "restart-prometheus", help: "The process of Prometheus ends and starts again."
  ) { pause }

  package init(_ reader: inout SectionReader) { pause = reader[Self.pause] }
}
