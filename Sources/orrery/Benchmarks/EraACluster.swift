// SPDX-License-Identifier: Apache-2.0

/// The cluster that benchmarks run: control plane of 2018 (Kubernetes 1.8, etcd 3.2), where every
/// node writes its status every ten seconds through the API servers to etcd. Frozen, so that figures
/// stay comparable; it takes nothing from profiles. Its store has no quota to speak of: a hundred
/// thousand nodes fill the usual 2 GiB within minutes, and then nothing moves any more.
enum EraACluster {
  /// What keeps the cluster busy besides heartbeats.
  enum Load: String, CaseIterable {
    /// Heartbeats only.
    case heartbeat
    /// Also clients that update, get and list objects.
    case request
  }

  /// The scenario.
  ///
  /// - Parameters:
  ///   - nodes: at least 1.
  ///   - pods: on all nodes together, each running to the end.
  static func scenario(nodes: Int, load: Load = .heartbeat, pods: Int = 0) -> String {
    """
    orrery: 1
    title: Benchmark cluster
    disks:
      ssd: { write-latency: 'lognormal(median: 1ms, sigma: 0.3)', iops: 5000/s, bandwidth: 200MB/s }
    machines:
      master: { cpu: 16, memory: 64GiB }
      worker: { cpu: 128, memory: 512GiB, gpus: 8 }
    images:
      job: { size: 1GB }
    cluster:
      nodePools:
        - { name: gpu, machine: worker, count: \(nodes), preloaded-images: [job] }
      etcd:
        main: { members: 3, machine: master, disk: ssd, quota-backend-bytes: 1TiB }
      kube-apiserver: { replicas: 3, machine: master }\(pods > 0 ? unlimitedClients : "")
    run: { duration: 1000h }
    workload:\(workloads(load: load, pods: pods))
    """
  }

  /// So that pods start as fast as they come: one that waits for its controller's client is a request
  /// under way, which is not state of a pod.
  private static let unlimitedClients = """

      kube-controller-manager: { kube-api-qps: 200/s, kube-api-burst: 200 }
      kube-scheduler: { kube-api-qps: 200/s, kube-api-burst: 200, cpu-per-pod: 100us }
    """

  private static func workloads(load: Load, pods: Int) -> String {
    var entries: [String] = []
    if load == .request {
      entries += [
        "{ name: writers, requests: { verb: update, resource: configmaps, rate: 200/s, objects: 1000 } }",
        "{ name: readers, requests: { verb: get, resource: configmaps, rate: 400/s, objects: 1000 } }",
        "{ name: listers, agents: { resource: nodes, every: 60s, resource-version-zero: true } }",
      ]
    }
    if pods > 0 {
      entries.append(
        "{ name: batch, jobs: { rate: 100/s, count: \(pods), work: 1000h, image: job } }")
    }
    return entries.isEmpty ? " []" : entries.map { "\n  - \($0)" }.joined()
  }
}
