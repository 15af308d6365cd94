// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// A machine type of the scenario (`machines:`).
package struct MachineConfiguration: Configurable, Codable {
  package var path: KnobPath
  package var cpu: Int
  package var cpuSpeed: Double
  package var memory: ByteCount
  package var gpus: Int
  package var pricePerHour: Double?
  package var gpuModel: Reference?
  package var gpuNetwork: Reference?
  package var gpuNetworkCards: Int
  package var pods: Int
  package var networkBandwidth: ByteRate
  package var disk: Reference?
  package var overlayBandwidth: ByteRate?
  package var externalLookups: Rate?
  package var neighbours: NeighbourConfiguration

  package static let cpu = Knob<Int>(
    "cpu", default: 8, in: 1...4096, help: "Cores.", source: "none: state the machine's own")
  package static let cpuSpeed = Knob<Double>(
    "cpu-speed", default: 1, in: 0.01...100,
    help: "Speed of a core relative to the machine that CPU costs were measured on.",
    source:
      "facts/real-calibration.md: 1 is a core with SHA-256 at 1.63 GB/s, AES-128-GCM at 2.80 GB/s")
  package static let memory = Knob<ByteCount>(
    "memory", default: ByteCount(bytes: 32 << 30),
    in: ByteCount(bytes: 1 << 20)...ByteCount(bytes: 1 << 46),
    help: "Memory that pods may request.", source: "none: state the machine's own")
  package static let gpus = Knob<Int>(
    "gpus", default: 0, in: 0...64, help: "GPUs.", source: "none: state the machine's own")
  package static let pricePerHour = Knob<Double?>(
    optional: "price-per-hour", in: 0...100_000,
    help: "What an hour of it costs, in any currency; 'orrery compare' adds it up.",
    source: "none: state the price list's own")
  package static let gpuModel = Knob<Reference?>(
    optional: "gpu-model", to: ReferenceTarget("gpus"),
    help: "Model of the GPUs; absent: GPUs that are only counted.",
    source: "none: state the machine's own")
  package static let gpuNetwork = Knob<Reference?>(
    optional: "gpu-network", to: ReferenceTarget("links"),
    help: "Cards that connect GPUs of different nodes; absent: the machine's own card does.",
    source: "none: state the machine's own")
  package static let gpuNetworkCards = Knob<Int>(
    "gpu-nics", default: 1, in: 1...64, help: "Number of those cards.",
    source: "none: state the machine's own")
  package static let pods = Knob<Int>(
    "max-pods", default: 110, in: 1...10_000, help: "Pods that fit on a node.",
    source: "kubelet --max-pods: 110")
  package static let networkBandwidth = Knob<ByteRate>(
    "network-bandwidth", default: ByteRate(bytesPerSecond: 1_250_000_000),
    in: ByteRate(bytesPerSecond: 1_000)...ByteRate(bytesPerSecond: 1_000_000_000_000),
    help: "Rate of the network card, outbound.",
    source: "10 Gbit/s: usual of cloud machines; state the machine's own")
  package static let disk = Knob<Reference?>(
    optional: "disk", to: ReferenceTarget("disks"),
    help: "Disk type of the system disk (images are kept on it).",
    source: "none: without it image extraction is bound by download and CPU alone")
  package static let overlayBandwidth = Knob<ByteRate?>(
    optional: "overlay-bandwidth",
    in: ByteRate(bytesPerSecond: 1_000)...ByteRate(bytesPerSecond: 1_000_000_000_000),
    help: "Most encapsulated pod traffic that it can carry, each way; absent: the card's.",
    source: "flannel on bare metal: no loss (OpenAI 2018); state a virtual machine's own")
  package static let externalLookups = Knob<Rate?>(
    optional: "external-lookups", in: Rate(perSecond: 0.01)...Rate(perSecond: 1_000_000),
    help: "DNS queries per second that the cloud's resolver answers one machine; absent: all.",
    source: "a cloud's limit for each machine, such as Azure's 200/s (OpenAI 2018)")
  package static let neighbours = Subsection<NeighbourConfiguration>("net.ipv4.neigh.default")

  package static let declaration = SectionDeclaration("machine", help: "A type of machine.") {
    cpu
    cpuSpeed
    memory
    gpus
    pricePerHour
    gpuModel
    gpuNetwork
    gpuNetworkCards
    pods
    networkBandwidth
    disk
    overlayBandwidth
    externalLookups
    neighbours
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    cpu = reader[Self.cpu]
    cpuSpeed = reader[Self.cpuSpeed]
    memory = reader[Self.memory]
    gpus = reader[Self.gpus]
    pricePerHour = reader[Self.pricePerHour]
    gpuModel = reader[Self.gpuModel]
    gpuNetwork = reader[Self.gpuNetwork]
    gpuNetworkCards = reader[Self.gpuNetworkCards]
    pods = reader[Self.pods]
    networkBandwidth = reader[Self.networkBandwidth]
    disk = reader[Self.disk]
    overlayBandwidth = reader[Self.overlayBandwidth]
    externalLookups = reader[Self.externalLookups]
    neighbours = reader.section(Self.neighbours)
  }

  /// CPU time on this machine of work that takes `time` on the machine that costs were measured on.
  package func cpuTime(_ time: SimDuration) -> SimDuration {
    cpuSpeed == 1 ? time : time.scaled(by: 1 / cpuSpeed)
  }

  /// The machine of a part whose scenario names none: the knobs' defaults.
  package static let unnamed = MachineConfiguration()

  private init() {
    path = KnobPath()
    cpu = 8
    cpuSpeed = 1
    memory = ByteCount(bytes: 32 << 30)
    gpus = 0
    pricePerHour = nil
    gpuModel = nil
    gpuNetwork = nil
    gpuNetworkCards = 1
    pods = 110
    networkBandwidth = ByteRate(bytesPerSecond: 1_250_000_000)
    disk = nil
    overlayBandwidth = nil
    externalLookups = nil
    neighbours = .unnamed
  }
}
