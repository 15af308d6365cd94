// SPDX-License-Identifier: Apache-2.0
import Experiments

/// Results of a few nodes under a light load.
enum SmallExperiment {
  private static let cluster = """
    orrery: 1
    title: a few nodes
    source: { post: A post, experiment: X-1 }
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
    workload:
      - name: writer
        requests: { verb: update, resource: configmaps, rate: 20/s, objects: 10 }

    """

  /// Two variants, three replications, expectations of every verdict.
  static let variants =
    cluster + """
      run: { duration: 8s, warmUp: 2s, seed: 7, replications: 3 }
      variants:
        slow/disk: { disks.ssd.write-latency: 20ms }
      calibrated:
        - { key: disks.ssd.write-latency, because: the disk is not published }
      expect:
        - id: slower
          that: p50(etcd_request_duration_seconds) < variant(slow/disk)
          class: T4
          published: slower
        - { id: impossible, that: p99(etcd_request_duration_seconds) > 1h, class: T4, because: nobody waits so long }
        - { id: wide, that: 'rate(apiserver_request_total{verb=PUT}) ~ 20/s within 0.1%', class: T1 }
        - { id: tuned, that: p50(etcd_request_duration_seconds) < 1s, class: T3, fitted: true }

      """

  /// One point without expectations.
  static let single = cluster + "run: { duration: 8s, warmUp: 2s, seed: 7 }\n"

  static func result(_ text: String, variants: [String]? = nil) throws -> ExperimentResult {
    let document = try ScenarioLibrary().load(text: text, file: "scenarios/small.yaml")
    return try ExperimentRunner().run(document, variants: variants)
  }
}
