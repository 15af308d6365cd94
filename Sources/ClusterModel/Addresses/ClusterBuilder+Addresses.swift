// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Scenario

/// Address management; without `cluster.node-ipam` every node has what its pods need.
extension ClusterBuilder {
  mutating func makeNodeIPAM() -> NodeIPAM? {
    guard let settings = configuration.nodeIPAM else { return nil }
    let nodes = context.builtin.nodes
    context.objects.addReactor(.nodeIPAM, to: nodes)
    let bytes = Int(configuration.kubelet.nodeStatusBytes.bytes)
    let limit = controllerLimit()
    func write(_ client: String) -> RequestClassID {
      // A client of its own each, with a token bucket of its own.
      declare(client, .nodeIPAM, .patch, nodes, bytes: bytes) {
        $0.rateLimit = limit
        $0.clientTimeout = .seconds(60)
      }
    }
    return NodeIPAM(
      settings, writeBlock: write("node-ipam-controller"),
      writeCondition: write("route-controller"), &context)
  }
}
