// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// The controllers of Endpoints and EndpointSlices: a group of knobs of `kube-controller-manager`.
package struct EndpointsConfiguration: Codable, Sendable {
  package var endpointSyncs: Int
  package var sliceSyncs: Int
  package var endpointsBatchPeriod: SimDuration
  package var slicesBatchPeriod: SimDuration
  package var writesSlices: Bool
  package var maxEndpointsPerSlice: Int
  package var endpointsCapacity: Int?
  package var endpointBytes: ByteCount

  package static let endpointSyncs = Knob<Int>(
    "concurrent-endpoint-syncs", default: 5, in: 1...1_000,
    help: "Workers of the Endpoints controller.",
    source: "kube-controller-manager --concurrent-endpoint-syncs: 5")
  package static let sliceSyncs = Knob<Int>(
    "concurrent-service-endpoint-syncs", default: 5, in: 1...1_000,
    help: "Workers of the EndpointSlice controller.",
    source: "kube-controller-manager --concurrent-service-endpoint-syncs: 5")
  package static let endpointsBatchPeriod = Knob<SimDuration>(
    "endpoint-updates-batch-period", default: .zero, in: .zero ... .hours(1),
    help: "Time from a pod's change to the sync of its service's Endpoints.",
    source: "kube-controller-manager --endpoint-updates-batch-period: 0; scale tests 500 ms")
  package static let slicesBatchPeriod = Knob<SimDuration>(
    "endpointslice-updates-batch-period", default: .zero, in: .zero ... .hours(1),
    help: "Time from a pod's change to the sync of its service's EndpointSlices.",
    source: "kube-controller-manager --endpointslice-updates-batch-period: 0; scale tests 500 ms")
  package static let writesSlices = Knob<Bool>(
    "EndpointSlice", default: true, help: "The addresses are written into EndpointSlices too.",
    source: "feature gate EndpointSlice: on since 1.18; kube-proxy reads them since 1.19")
  package static let maxEndpointsPerSlice = Knob<Int>(
    "max-endpoints-per-slice", default: 100, in: 1...1_000,
    help: "Addresses that an EndpointSlice holds.",
    source: "kube-controller-manager --max-endpoints-per-slice: 100")
  package static let endpointsCapacity = Knob<Int?>(
    optional: "endpoints-capacity", in: 1...1_000_000,
    help: "Addresses that an Endpoints object holds; absent: all.",
    source: "pkg/controller/endpoint maxCapacity: 1,000 since 1.22 (control-plane.md §2.5)")
  package static let endpointBytes = Knob<ByteCount>(
    "endpoint-bytes", default: ByteCount(bytes: 100),
    in: ByteCount(bytes: 10)...ByteCount(bytes: 10_000),
    help: "Bytes of an address in Endpoints and EndpointSlices.",
    source: "KEP-0752: 100 addresses ~10 KB, 20,000 ~2 MB; KEP-1152: 5,000 ~1 MB")

  /// What a section's declaration lists.
  package static var members: [any SectionMember] {
    [
      endpointSyncs, sliceSyncs, endpointsBatchPeriod, slicesBatchPeriod, writesSlices,
      maxEndpointsPerSlice, endpointsCapacity, endpointBytes,
    ]
  }

  package init(_ reader: inout SectionReader) {
    endpointSyncs = reader[Self.endpointSyncs]
    sliceSyncs = reader[Self.sliceSyncs]
    endpointsBatchPeriod = reader[Self.endpointsBatchPeriod]
    slicesBatchPeriod = reader[Self.slicesBatchPeriod]
    writesSlices = reader[Self.writesSlices]
    maxEndpointsPerSlice = reader[Self.maxEndpointsPerSlice]
    endpointsCapacity = reader[Self.endpointsCapacity]
    endpointBytes = reader[Self.endpointBytes]
  }
}
