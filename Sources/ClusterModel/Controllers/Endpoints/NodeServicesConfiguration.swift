// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// Services of which every node is a member: `node-services`.
package struct NodeServicesConfiguration: Configurable {
  package var path: KnobPath
  package var count: Int
  package var headless: Int

  package static let count = Knob<Int>(
    "count", default: 1, in: 1...1_000, help: "Services of this kind.",
    source: "stated by the scenario; OpenAI 2021 names two: kubelet and node-exporter")
  package static let headless = Knob<Int>(
    "headless", default: 0, in: 0...1_000,
    help: "Those of them without a cluster address (clusterIP: None).",
    source: "Service spec.clusterIP: not None by default")

  package static let declaration = SectionDeclaration(
    "node-services", help: "Services of which every node is a member, such as node-exporter."
  ) {
    count
    headless
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    count = reader[Self.count]
    headless = reader[Self.headless]
    if headless > count {
      reader.fail(Self.headless, "there are only \(count) services")
    }
  }
}
