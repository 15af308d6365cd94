// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
package import Scenario

/// A group of equal nodes: an entry of `cluster.nodePools`.
package struct NodePoolConfiguration: Configurable {
  package var path: KnobPath
  package var machine: Reference
  package var count: Int
  package var maxCount: Int?
  package var minCount: Int
  package var isManaged: Bool
  package var bootTime: DurationDistribution
  package var joinReads: Int
  package var joinResource: String
  package var preloadedImages: [Reference]
  package var natGateway: String?
  package var taints: [String]
  package var zone: String?
  package var hostDisk: String?
  package var quotaCores: Int?
  package var isStandalone: Bool

  package static let machine = Knob<Reference>(
    required: "machine", to: ReferenceTarget("machines"), help: "Machine type of each node.")
  package static let count = Knob<Int>(
    required: "count", in: 0...1_000_000, help: "Nodes that are ready when the run starts.",
    source: "stated by the scenario")
  package static let maxCount = Knob<Int?>(
    optional: "max-count", in: 0...1_000_000,
    help: "Nodes that the autoscaler may grow the pool to; absent: `count`.",
    source: "the cloud's scale-set limit")
  package static let minCount = Knob<Int>(
    "min-count", default: 0, in: 0...1_000_000,
    help: "Nodes that the Cluster Autoscaler leaves the pool at least.",
    source: "cluster-autoscaler --nodes=min:max:name: stated by the operator")
  package static let isManaged = Knob<Bool>(
    "autoscaled", default: true, help: "The autoscaler may add and remove nodes of the pool.",
    source: "kubernetes-ec2-autoscaler: manages all node groups it finds")
  package static let bootTime = Knob<DurationDistribution>(
    "boot-time", default: "3m",
    help: "Time from asking the cloud for a machine to its kubelet's start.",
    source: "Cluster Autoscaler FAQ: 3 to 4 min on GCE from request to schedulable")
  package static let joinReads = Knob<Int>(
    "join-requests", default: 6, in: 0...1_000,
    help: "Reads that a joining kubelet makes before its first heartbeat.",
    source: "control-plane.md §2.4: 18 watches per node start with a LIST each; not published")
  package static let joinResource = Knob<String>(
    "join-resource", default: "nodes",
    help: "Resource that those reads list whole, from the watch cache.",
    source: "flannel and kube-proxy list nodes; kube-proxy services and endpoints: not published")
  package static let preloadedImages = Knob<[Reference]>(
    "preloaded-images", default: [], to: ReferenceTarget("images"),
    help: "Images that are part of the machine image.", source: "none are by default")
  package static let natGateway = Knob<String?>(
    optional: "nat-gateway",
    help:
      "Nodes of all pools that name the same one leave by one address; absent: each has its own.",
    source: "a cloud's NAT: one public address for a subnet")
  package static let taints = Knob<[String]>(
    "taints", default: [], help: "Taints of each node, as key=value:Effect.",
    source: "kubelet --register-with-taints: none")
  package static let zone = Knob<String?>(
    optional: "zone", help: "Zone of the nodes (label topology.kubernetes.io/zone).",
    source: "none: set by the cloud provider")
  package static let hostDisk = Knob<String?>(
    optional: "host-disk",
    help: "Name of the disk that images are extracted to, shared with all who give the same name:"
      + " node i has that of the etcd member i; absent: a disk of the node's own.",
    source: "stated by the scenario")

  package static let quotaCores = Knob<Int?>(
    optional: "quota-cores", in: 1...100_000_000,
    help: "Cores that the cloud lets the pool's machines have together; absent: no limit.",
    source:
      "a cloud's quota for each family of machines: Azure's 'standardDSv3Family Cores'")

  package static let isStandalone = Knob<Bool>(
    "standalone", default: false,
    help: "The machines are no nodes of the cluster: no Node objects, heartbeats or pods;"
      + " only `training-jobs` with `machines` use them. Without other work the control plane"
      + " stands still.",
    source: "kubelet standalone mode (no --kubeconfig), or a fleet under another manager")

  package static let declaration = SectionDeclaration("nodePool", help: "A group of equal nodes.") {
    machine
    count
    maxCount
    minCount
    isManaged
    bootTime
    joinReads
    joinResource
    preloadedImages
    natGateway
    taints
    zone
    hostDisk
    quotaCores
    isStandalone
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    machine = reader[Self.machine]
    count = reader[Self.count]
    maxCount = reader[Self.maxCount]
    minCount = reader[Self.minCount]
    isManaged = reader[Self.isManaged]
    bootTime = reader[Self.bootTime]
    joinReads = reader[Self.joinReads]
    joinResource = reader[Self.joinResource]
    preloadedImages = reader[Self.preloadedImages]
    natGateway = reader[Self.natGateway]
    taints = reader[Self.taints]
    zone = reader[Self.zone]
    hostDisk = reader[Self.hostDisk]
    quotaCores = reader[Self.quotaCores]
    isStandalone = reader[Self.isStandalone]
    for taint in taints where PoolTaint(taint) == nil {
      reader.fail(
        Self.taints, "'\(taint)' is not a taint",
        hint: "key=value:Effect or key:Effect; NoSchedule, PreferNoSchedule or NoExecute")
    }
    if let maxCount, maxCount < count {
      reader.fail(Self.maxCount, "the pool starts with more nodes (\(count)) than it may have")
    }
  }
}
