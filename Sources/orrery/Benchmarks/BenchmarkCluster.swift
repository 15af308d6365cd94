// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import Experiments
import Scenario

extension EraACluster {
  /// Builds the cluster; its clocks stand still.
  static func build(nodes: Int, load: Load = .heartbeat, pods: Int = 0) throws -> ClusterSimulation
  {
    let document = try ScenarioLibrary().load(
      text: scenario(nodes: nodes, load: load, pods: pods), file: "benchmark-cluster.yaml")
    guard let point = try document.points().first else {
      throw CommandFailure.broken("the benchmark cluster has no point to run")
    }
    let (configuration, _) = try point.configuration(as: WorldConfiguration.self)
    return ClusterSimulation(configuration, seed: 1)
  }
}
