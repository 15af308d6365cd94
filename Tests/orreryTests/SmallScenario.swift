// SPDX-License-Identifier: Apache-2.0

/// A scenario of a few thousand events.
enum SmallScenario {
  static func text(expecting expectation: String? = nil, duration: String = "30s") -> String {
    let expect =
      expectation.map { "expect:\n  - { id: only, that: '\($0)', class: T4, because: a test }\n" }
      ?? ""
    return """
      orrery: 1
      title: A small cluster
      disks: { ssd: { write-latency: 1ms } }
      machines: { worker: { cpu: 8 } }
      cluster:
        nodePools: [ { name: gpu, machine: worker, count: 20 } ]
        etcd: { main: { disk: ssd } }
      run: { duration: \(duration), quick: { duration: 20s } }
      variants:
        slow: { cluster.etcd.main.disk: hdd, disks: { hdd: { write-latency: 10ms } } }
      \(expect)
      """
  }
}
