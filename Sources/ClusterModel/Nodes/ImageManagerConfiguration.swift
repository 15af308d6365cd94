// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// How a node gets its images: the part of `cluster.kubelet` that the kubelet's image manager and the
/// container runtime obey.
package struct ImageManagerConfiguration: Sendable {
  package var serializeImagePulls: Bool
  package var maxParallelImagePulls: Int
  package var progressDeadline: SimDuration?
  package var registryQPS: Rate
  package var registryBurst: Int
  package var maxConcurrentDownloads: Int
  package var infraImage: Reference?
  package var dataRoot: Reference?
  package var downloadRate: ByteRate
  package var decompressionRate: ByteRate
  package var extractionWriteBytes: ByteCount

  package static let serializeImagePulls = Knob<Bool>(
    "serialize-image-pulls", default: true, help: "One image at a time on a node.",
    source: "kubelet --serialize-image-pulls: true in all versions")
  package static let maxParallelImagePulls = Knob<Int>(
    "max-parallel-image-pulls", default: 1_000, in: 1...1_000_000,
    help: "Images pulled at the same time on a node once pulls are not serial.",
    source: "KubeletConfiguration maxParallelImagePulls (1.27): no limit by default")
  package static let progressDeadline = Knob<SimDuration?>(
    optional: "image-pull-progress-deadline", in: .seconds(1) ... .hours(24),
    help: "Time without a downloaded byte after which a pull is cancelled; absent: none.",
    source: "kubelet --image-pull-progress-deadline: 1 min; gone with dockershim in 1.24")
  package static let registryQPS = Knob<Rate>(
    "registry-qps", default: Rate(perSecond: 5),
    in: Rate(perSecond: 0.01)...Rate(perSecond: 1_000_000),
    help: "Pulls per second that a kubelet asks for; one more fails at once.",
    source: "kubelet --registry-qps: 5 in all versions, pkg/kubelet/images/puller.go")
  package static let registryBurst = Knob<Int>(
    "registry-burst", default: 10, in: 1...1_000_000,
    help: "Pulls that a kubelet may ask for at once.",
    source: "kubelet --registry-burst: 10 in all versions")
  package static let maxConcurrentDownloads = Knob<Int>(
    "max-concurrent-downloads", default: 3, in: 1...1_000_000,
    help: "Layers that a node downloads at the same time, of all its pulls.",
    source: "dockerd --max-concurrent-downloads: 3")
  package static let infraImage = Knob<Reference?>(
    optional: "pod-infra-container-image", to: ReferenceTarget("images"),
    help: "Image of the sandbox, pulled before a node's first; absent: it is there.",
    source: "kubelet --pod-infra-container-image: gcr.io/google_containers/pause (1.8)")
  package static let dataRoot = Knob<Reference?>(
    optional: "data-root", to: ReferenceTarget("disks"),
    help: "Disk type that images are extracted to, instead of the machine's system disk.",
    source: "dockerd --data-root (--graph in 2017): on the system disk by default")
  package static let downloadRate = Knob<ByteRate>(
    "image-download-rate", default: ByteRate(bytesPerSecond: 50_000_000),
    in: ByteRate(bytesPerSecond: 1_000)...ByteRate(bytesPerSecond: 100_000_000_000),
    help: "Rate at which one layer comes from the registry, the node's card permitting.",
    source: "control-plane.md §10: 30 to 100 MB/s per node today")
  package static let decompressionRate = Knob<ByteRate>(
    "image-decompression-rate", default: ByteRate(bytesPerSecond: 100_000_000),
    in: ByteRate(bytesPerSecond: 1_000)...ByteRate(bytesPerSecond: 100_000_000_000),
    help: "Rate at which one layer is decompressed, on one core.",
    source: "gzip: about 100 MB/s a core; layers of an image are extracted one after the other")
  package static let extractionWriteBytes = Knob<ByteCount>(
    "image-extraction-write-bytes", default: ByteCount(bytes: 131_072),
    in: ByteCount(bytes: 512)...ByteCount(bytes: 1 << 30),
    help: "Bytes that extraction writes before it waits for the disk.",
    source: "Linux read-ahead and write-back unit of 128 KiB; depends on the storage driver")

  /// What the section's declaration lists.
  package static var members: [any SectionMember] {
    [
      serializeImagePulls, maxParallelImagePulls, progressDeadline, registryQPS, registryBurst,
      maxConcurrentDownloads, infraImage, dataRoot, downloadRate, decompressionRate,
      extractionWriteBytes,
    ]
  }

  package init(_ reader: inout SectionReader) {
    serializeImagePulls = reader[Self.serializeImagePulls]
    maxParallelImagePulls = reader[Self.maxParallelImagePulls]
    progressDeadline = reader[Self.progressDeadline]
    registryQPS = reader[Self.registryQPS]
    registryBurst = reader[Self.registryBurst]
    maxConcurrentDownloads = reader[Self.maxConcurrentDownloads]
    infraImage = reader[Self.infraImage]
    dataRoot = reader[Self.dataRoot]
    downloadRate = reader[Self.downloadRate]
    decompressionRate = reader[Self.decompressionRate]
    extractionWriteBytes = reader[Self.extractionWriteBytes]
  }

  /// Pulls that a kubelet runs at the same time.
  package var parallelPulls: Int { serializeImagePulls ? 1 : maxParallelImagePulls }
}

/// The rates at which a node of a pool gets and unpacks images.
package struct PullSpeeds: Codable, Sendable {
  /// Bytes per second of one layer's download.
  package var stream: Double
  /// Bytes per second of all downloads of a node: its network card.
  package var card: Double
  /// Bytes per second of one layer's extraction when nothing else is extracted: one core's
  /// decompression, or a disk that is waited for after each write.
  package var extraction: Double
  /// Bytes per second of the image disk for all extractions; `nil` without a cap.
  package var disk: Double?
  /// Layers are written to a disk that others use too, write by write; the two rates above do not hold.
  package var sharesDisk: Bool

  /// - Parameters:
  ///   - writeLatency: mean time in seconds of a write of the image disk; `nil` without a disk.
  package init(
    _ images: ImageManagerConfiguration, card: Double, writeLatency: Double?, disk: Double?,
    sharesDisk: Bool = false
  ) {
    stream = images.downloadRate.bytesPerSecond
    self.card = card
    self.disk = disk
    self.sharesDisk = sharesDisk
    var rate = images.decompressionRate.bytesPerSecond
    if let writeLatency, writeLatency > 0 {
      rate = min(rate, Double(images.extractionWriteBytes.bytes) / writeLatency)
    }
    if let disk { rate = min(rate, disk) }
    extraction = rate
  }

  func downloadTime(_ bytes: Int64) -> SimDuration {
    SimDuration(roundingSeconds: Double(bytes) / stream)
  }

  func extractionTime(_ bytes: Int64) -> SimDuration {
    SimDuration(roundingSeconds: Double(bytes) / extraction)
  }
}
