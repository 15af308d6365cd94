// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// A small world in which every part has something to do within a minute: heartbeats as in 1.8,
/// Events that expire, polling agents, churn, jobs with images, an autoscaler, dying and new
/// machines.
enum RichWorld {
  static let yaml = """
    cluster:
      nodePools:
        - { name: workers, machine: worker, count: 20, max-count: 30, boot-time: 5s }
        - { name: fleet, machine: worker, count: 4, standalone: true }
      etcd:
        main:
          members: 3
          disk: ssd
          machine: small
          range-blocks-apply: true
          cpu-per-read: 300us
      kube-apiserver:
        replicas: 2
        machine: small
        etcd-compaction-interval: 15s
        event-ttl: 20s
        uncached-resources: [events]
      kubelet: { node-lease: false, node-object-bytes: 18KB }
      kube-controller-manager:
        { node-monitor-grace-period: 15s, pod-eviction-timeout: 5s, node-eviction-rate: 1/s }
      kubernetes-ec2-autoscaler: { sleep: 8s, phase: 5s, idle-threshold: 20s, spare-agents: 1 }
      name-resolution: { ttl: 5s }
    machines:
      small: { cpu: 2 }
      worker: { cpu: 4, disk: ssd }
    disks: { ssd: { write-latency: "lognormal(median: 1ms, sigma: 0.5)", iops: 2000/s } }
    images: { trainer: { size: 200MB }, tool: { size: 20MB } }
    cloud: { termination-time: 2s }
    workload:
      - { name: events, requests: { verb: create, resource: events, rate: 10/s } }
      - { name: agents, agents: { verb: list, resource: events, every: 6s, timeout: 2s } }
      - { name: churn, requests: { verb: update, resource: configmaps, rate: 10/s, objects: 50 } }
      - name: batch
        jobs: { rate: 0.5/s, pods: 2, work: "exponential(mean: 10s)", image: trainer, cpu: 2 }
      - name: model
        training-jobs:
          at: [2s]
          machines: { pool: fleet, count: 3, replacement-time: "exponential(mean: 1s)" }
          compute: 100ms
          checkpoint: { every: 2s, save: asynchronous, pause: 100ms, size: 10GB, blob-store-bandwidth: 10GB/s }
          restart: { initialization-time: 1s }
      - { name: tools, jobs: { at: [3s, 25s], pods: 4, work: 5s, image: tool, cpu: 1 } }
    timeline:
      - { at: 8s, stop-nodes: { pool: workers, count: 4 } }
      - { at: 12s, stop-nodes: { pool: fleet, count: 1 } }
      - { at: 20s, scale: { pool: workers, to: 20, over: 5s } }
      - { at: 30s, name-resolution: { up: false } }
      - { at: 40s, start-nodes: { pool: workers, count: 2 } }
      - { at: 42s, via: api, stop-workload: { workload: agents } }
    """

  static func simulation(seed: UInt64 = 1) throws -> ClusterSimulation {
    ClusterSimulation(try SmallWorld(yaml).configuration, seed: seed)
  }
}
