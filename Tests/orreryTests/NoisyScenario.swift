// SPDX-License-Identifier: Apache-2.0

/// A few nodes whose store has a disk with luck: replications differ.
enum NoisyScenario {
  static let bounded =
    "{ id: fast, that: mean(etcd_disk_wal_fsync_duration_seconds) < 1s, class: T4, because: a bound }"

  /// - Parameters:
  ///   - latency: median of a write of the disk.
  ///   - expecting: members of `expect`.
  static func text(
    latency: String = "1ms", replications: Int = 6, expecting: String = bounded
  ) -> String {
    """
    orrery: 1
    title: a few nodes
    machines: { small: { cpu: 8, memory: 32GiB, network-bandwidth: 10Gbps } }
    disks: { ssd: { write-latency: "lognormal(median: \(latency), sigma: 0.1)" } }
    cluster:
      nodePools: [ { name: workers, machine: small, count: 5 } ]
      etcd: { main: { members: 3, disk: ssd, machine: small } }
      kube-apiserver: { machine: small }
    workload:
      - name: writer
        requests: { verb: update, resource: configmaps, rate: 20/s, objects: 10 }
    run: { duration: 12s, warmUp: 2s, seed: 7, replications: \(replications) }
    expect:
      - \(expecting)

    """
  }
}
