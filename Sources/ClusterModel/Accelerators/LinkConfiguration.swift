// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// What a link between GPUs is made of; sets the latency of a step over it.
package enum LinkKind: String, KnobChoice, Sendable {
  case nvlink
  case pcie
  case network
}

/// A generation of links between GPUs: an entry of `links`.
package struct LinkConfiguration: Configurable {
  package var path: KnobPath
  package var kind: LinkKind
  package var bandwidth: ByteRate
  package var efficiency: Fraction
  package var nvlsEfficiency: Fraction?
  package var nvlsChannels: Int
  package var latency: SimDuration

  package static let kind = Knob<LinkKind>(
    required: "kind",
    help: "nvlink or pcie: between the GPUs of a node; network: of a node's network card.")
  package static let bandwidth = Knob<ByteRate>(
    required: "bandwidth",
    in: ByteRate(bytesPerSecond: 1_000_000)...ByteRate(bytesPerSecond: 1e14),
    help: "Nominal rate one way: of all links of one GPU, or of one network card.",
    source: "the vendor's data sheet")
  package static let efficiency = Knob<Fraction>(
    "efficiency", default: Fraction(1), in: Fraction(0.01)...Fraction(1),
    help: "Share of the nominal rate that large collectives reach: one constant a generation.",
    source: "1: the wire; state a measured one")
  package static let nvlsEfficiency = Knob<Fraction?>(
    optional: "nvls-efficiency", in: Fraction(0.01)...Fraction(1),
    help: "Share of the usable rate left when the switches reduce (NVLS); absent: they cannot.",
    source: "NVIDIA/nccl at 5067397, src/graph/tuning.cc: 0.85 Hopper, 0.74 Blackwell, else none")
  package static let nvlsChannels = Knob<Int>(
    "nvls-channels", default: 16, in: 1...64,
    help: "Channels that work side by side when the switches reduce (NCCL_NVLS_NCHANNELS).",
    source: "NVIDIA/nccl, src/transport/nvls.cc: 16 Hopper, 24 Blackwell in a node")
  package static let latency = Knob<SimDuration>(
    "latency", default: .zero, in: .zero ... .seconds(1),
    help: "The network card's own latency, added to each step between nodes.",
    source: "0: none is published for NDR and later; 0.5 us EDR, 0.6 us HDR")

  package static let declaration = SectionDeclaration(
    "link", help: "A generation of links between GPUs."
  ) {
    kind
    bandwidth
    efficiency
    nvlsEfficiency
    nvlsChannels
    latency
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    kind = reader[Self.kind]
    bandwidth = reader[Self.bandwidth]
    efficiency = reader[Self.efficiency]
    nvlsEfficiency = reader[Self.nvlsEfficiency]
    nvlsChannels = reader[Self.nvlsChannels]
    latency = reader[Self.latency]
    if nvlsEfficiency != nil, kind != .nvlink {
      reader.fail(
        Self.nvlsEfficiency, "only NVLink switches reduce, and the link is '\(kind.rawValue)'")
    }
    if latency > .zero, kind != .network {
      reader.fail(
        Self.latency, "belongs to a network card, and the link is '\(kind.rawValue)'",
        hint: "steps within a node have the latencies of NCCL's cost model")
    }
  }
}
