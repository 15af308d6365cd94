// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// What a workload says of its pods, as the pod template of a Job or Deployment does: a group of
/// knobs that every kind of pod-making workload has in its own section.
package struct PodTemplateConfiguration: Sendable {
  package var image: Reference
  package var cpu: Double
  package var memory: ByteCount
  package var gpus: Int
  package var hostNetwork: Bool
  package var ingressBandwidth: ByteRate?
  package var egressBandwidth: ByteRate?
  package var exitsAfter: SimDuration?
  package var configMapVolumes: Int
  package var hasService: Bool
  package var scheduling: PodSchedulingConfiguration
  package var gpuTest: GPUTestConfiguration?
  package var budget: DisruptionBudgetConfiguration?

  package static let image = Knob<Reference>(
    required: "image", to: ReferenceTarget("images"), help: "Image of the pods.")
  package static let cpu = Knob<Double>(
    "cpu", default: 1, in: 0...4096, help: "Cores that each pod requests.",
    source: "stated by the scenario")
  package static let memory = Knob<ByteCount>(
    "memory", default: ByteCount(bytes: 1 << 30),
    in: ByteCount(bytes: 0)...ByteCount(bytes: 1 << 46), help: "Memory that each pod requests.",
    source: "stated by the scenario")
  package static let gpus = Knob<Int>(
    "gpus", default: 0, in: 0...64, help: "GPUs that each pod requests.",
    source: "stated by the scenario")
  package static let hostNetwork = Knob<Bool>(
    "hostNetwork", default: false, help: "The pods use their node's network, past the overlay.",
    source: "Pod spec.hostNetwork: false")

  /// Limits of the CNI plug-in for traffic shaping; pods with `hostNetwork` are past it.
  private static let bandwidths =
    ByteRate(bytesPerSecond: 125)...ByteRate(bytesPerSecond: 1.25e14)
  package static let ingressBandwidth = Knob<ByteRate?>(
    optional: "kubernetes.io/ingress-bandwidth", in: bandwidths,
    help: "Most that each pod receives over the fabric; absent: what the links give.",
    source: "Pod annotation, CNI plug-in bandwidth: 1 kbit/s to 1 Pbit/s, none by default")
  package static let egressBandwidth = Knob<ByteRate?>(
    optional: "kubernetes.io/egress-bandwidth", in: bandwidths,
    help: "Most that each pod sends over the fabric; absent: what the links give.",
    source: "Pod annotation, CNI plug-in bandwidth: 1 kbit/s to 1 Pbit/s, none by default")

  package static let exitsAfter = Knob<SimDuration?>(
    optional: "exits-after", in: .milliseconds(1) ... .hours(8760),
    help: "Time after which the container exits with an error, each time; absent: it does not.",
    source: "stated by the scenario")
  package static let configMapVolumes = Knob<Int>(
    "configmap-volumes", default: 0, in: 0...10_000,
    help: "ConfigMaps of its own that a pod mounts; its kubelet gets each before the sandbox.",
    source: "none by default")

  package static let hasService = Knob<Bool>(
    "service", default: false, help: "A Service selects the pods: their addresses are written.",
    source: "none by default")

  package static let gpuTest = OptionalSubsection<GPUTestConfiguration>("gpu-test")
  package static let budget = OptionalSubsection<DisruptionBudgetConfiguration>(
    "pod-disruption-budget")

  /// What a section's declaration lists.
  package static var members: [any SectionMember] {
    [
      image, cpu, memory, gpus, hostNetwork, ingressBandwidth, egressBandwidth, exitsAfter,
      configMapVolumes, hasService,
    ]
      + [gpuTest, budget] + PodSchedulingConfiguration.members
  }

  package init(_ reader: inout SectionReader) {
    image = reader[Self.image]
    cpu = reader[Self.cpu]
    memory = reader[Self.memory]
    gpus = reader[Self.gpus]
    hostNetwork = reader[Self.hostNetwork]
    ingressBandwidth = reader[Self.ingressBandwidth]
    egressBandwidth = reader[Self.egressBandwidth]
    exitsAfter = reader[Self.exitsAfter]
    configMapVolumes = reader[Self.configMapVolumes]
    hasService = reader[Self.hasService]
    scheduling = PodSchedulingConfiguration(&reader)
    gpuTest = reader.optionalSection(Self.gpuTest)
    budget = reader.optionalSection(Self.budget)
    if gpuTest != nil, gpus == 0 {
      reader.fail(Self.gpus, "a test of GPUs needs some", hint: "gpus: 8")
    }
  }
}

/// A pod template with its names looked up; `ClusterContext.podTemplates` holds one a workload.
package struct PodTemplate: Codable, Sendable {
  package var image = ImageID(0)
  package var milliCPU: UInt32 = 0
  package var mebibytes: UInt32 = 0
  package var gpus: UInt16 = 0
  /// Its pods belong to their nodes (DaemonSet) and are not evicted from them.
  package var isPerNode = false
  package var hostNetwork = false
  /// Bytes per second that each pod may receive and send over the fabric.
  package var ingressLimit: Double?
  package var egressLimit: Double?
  package var exitsAfter: SimDuration?
  package var configMapVolumes = 0
  /// A Service selects its pods.
  package var hasService = false
  /// `spec.priority`.
  package var priority: Int32 = 0
  /// The taints that its pods tolerate.
  package var tolerations: NodeTaints = []
  /// Pools that its node selector allows; empty: all.
  package var pools: [NodePoolID] = []
  package var affinity: [PodAffinityTerm] = []
  package var spread: [TopologySpreadConstraint] = []
  /// Its pods are the members of training jobs.
  package var isTraining = false
  /// Its pods belong to a Service, ReplicaSet or StatefulSet, which the scheduler spreads.
  package var isSpreadByDefault = false
  /// Team of its submitter.
  package var team: String?
  /// What a preempted pod takes to end.
  package var terminationGracePeriod = SimDuration.zero
  /// The gang that the pods of an owner form.
  package var podGroup: PodGroupConfiguration?
  /// Its pods test the GPUs that they have.
  package var gpuTest: GPUTest?
  package var budget: DisruptionBudget?

  /// `restartPolicy: Always`: its containers are started again after an exit.
  package var isRestarted: Bool { isPerNode || isSpreadByDefault }

  /// The template of a workload that makes no pods.
  package init() {}

  package init(_ configuration: PodTemplateConfiguration, image: ImageID) {
    self.image = image
    milliCPU = UInt32((configuration.cpu * 1000).rounded())
    mebibytes = UInt32(clamping: configuration.memory.bytes >> 20)
    gpus = UInt16(configuration.gpus)
    hostNetwork = configuration.hostNetwork
    if !hostNetwork {
      ingressLimit = configuration.ingressBandwidth?.bytesPerSecond
      egressLimit = configuration.egressBandwidth?.bytesPerSecond
    }
    exitsAfter = configuration.exitsAfter
    configMapVolumes = configuration.configMapVolumes
    hasService = configuration.hasService
    priority = Int32(configuration.scheduling.priority)
    podGroup = configuration.scheduling.podGroup
    team = configuration.scheduling.team
    terminationGracePeriod = configuration.scheduling.terminationGracePeriod
    budget = configuration.budget.map {
      DisruptionBudget(path: $0.path, minAvailable: $0.minAvailable)
    }
  }

  /// Whether its pods may run on new nodes of the pool: node selector and the pool's taints.
  func allows(_ pool: NodePool, _ id: NodePoolID) -> Bool {
    (pools.isEmpty || pools.contains(id)) && pool.taints.isSubset(of: tolerations)
  }
}
