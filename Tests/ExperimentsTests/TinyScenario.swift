// SPDX-License-Identifier: Apache-2.0
import Experiments
import Scenario

/// A cluster of a few nodes under a light load: a run takes milliseconds.
enum TinyScenario {
  /// The text of a scenario; `more` is appended at the top level.
  static func text(_ more: String = "", run: String = "{ duration: 30s, warmUp: 10s, seed: 7 }")
    -> String
  {
    """
    orrery: 1
    title: a few nodes
    machines:
      small: { cpu: 8, memory: 32GiB, network-bandwidth: 10Gbps }
    disks:
      ssd: { write-latency: "lognormal(median: 1ms, sigma: 0.3)" }
    cluster:
      nodePools:
        - { name: workers, machine: small, count: 5 }
      etcd:
        main: { members: 3, disk: ssd, machine: small }
      kube-apiserver: { machine: small }
    run: \(run)
    \(more)
    """
  }

  static let load = """
    workload:
      - name: writer
        requests: { verb: update, resource: configmaps, rate: 20/s, objects: 10, object-bytes: 1kB }
    """

  /// Reads a scenario; its file need not exist.
  static func document(
    _ more: String = load, run: String = "{ duration: 30s, warmUp: 10s, seed: 7 }",
    file: String = "tiny.yaml"
  ) throws -> ScenarioDocument {
    try ScenarioLibrary().load(text: text(more, run: run), file: file)
  }
}
