// SPDX-License-Identifier: Apache-2.0
import Experiments
import Testing

/// Which knobs are relieved, and by how much.
struct ExplainTests {
  private func knob(_ path: String, _ value: String) -> SavedResult.Knob {
    .init(path: path, value: value, from: "scenario")
  }

  private func reliefs(_ knobs: [(String, String)], factor: Double = 2) -> [String: [String]] {
    Dictionary(
      uniqueKeysWithValues: Relief.all(in: knobs.map { knob($0.0, $0.1) }, factor: factor)
        .map { ($0.resource, $0.overrides) })
  }

  @Test func wholeResources() {
    let found = reliefs([
      ("disks.azure/P30.write-latency", "lognormal(median: 2ms, sigma: 0.3)"),
      ("disks.azure/P30.iops", "5000/s"), ("disks.azure/P30.bandwidth", "null"),
      ("disks.spare.write-latency", "1ms"),
      ("cluster.etcd.main.disk", "azure/P30"),
      ("cluster.kube-apiserver.max-requests-inflight", "400"),
      ("cluster.kube-apiserver.max-mutating-requests-inflight", "200"),
      ("cluster.kube-scheduler.kube-api-qps", "50/s"),
      ("cluster.kubelet.serialize-image-pulls", "true"),
      ("machines.m.v2.cpu", "8"), ("machines.other.cpu", "8"),
      ("cluster.kube-apiserver.machine", "m.v2"),
      ("cluster.kube-apiserver.cpu-per-read", "380us"),
    ])
    #expect(
      found == [
        "disk azure/P30": [
          "disks.azure/P30.write-latency=lognormal(median: 1ms, sigma: 0.3)",
          "disks.azure/P30.iops=10000/s",
        ],
        "in-flight limit": [
          "cluster.kube-apiserver.max-requests-inflight=800",
          "cluster.kube-apiserver.max-mutating-requests-inflight=400",
        ],
        "client limit of kube-scheduler": ["cluster.kube-scheduler.kube-api-qps=100/s"],
        "image pulls at a time": ["cluster.kubelet.serialize-image-pulls=false"],
        "cores of m.v2": ["machines.m.v2.cpu=16"],
        "CPU of kube-apiserver": ["cluster.kube-apiserver.cpu-per-read=190us"],
      ])
  }

  @Test func oddAmounts() {
    let found = reliefs([("disks.d.write-latency", "5us"), ("cluster.etcd.main.disk", "d")])
    #expect(found == ["disk d": ["disks.d.write-latency=2.5us"]])
    #expect(
      reliefs([("cluster.kube-apiserver.max-requests-inflight", "3")], factor: 1.5)
        == ["in-flight limit": ["cluster.kube-apiserver.max-requests-inflight=5"]])
    #expect(reliefs([("cluster.kube-apiserver.max-requests-inflight", "null")]).isEmpty)
  }
}
