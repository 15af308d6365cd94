// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// Memory of an API server: `cluster.kube-apiserver.memory`. The limit is its machine's memory.
package struct MemoryConfiguration: Configurable, Codable {
  package var path: KnobPath
  package var base: ByteCount
  package var perObject: ByteCount
  package var objectFactor: Double
  package var perWatch: ByteCount
  package var listFactor: Double
  package var watchList: Bool
  package var streamingEncoders: Bool
  package var streamBytes: ByteCount
  package var restartDelay: SimDuration
  package var nonHeap: ByteCount
  package var retainExtra: Double

  package static let base = Knob<ByteCount>(
    "base-bytes", default: ByteCount(bytes: 285_000_000),
    in: ByteCount(bytes: 0)...ByteCount(bytes: 1 << 40),
    help: "Resident memory without any object.",
    source: "data/real-control-plane/k8s_memory.csv, stage start: 285 MB (1.36)")
  package static let perObject = Knob<ByteCount>(
    "cache-bytes-per-object", default: ByteCount(bytes: 49_600),
    in: ByteCount(bytes: 0)...ByteCount(bytes: 1 << 30),
    help: "Resident memory of an object in a watch cache, its bytes apart.",
    source: "fitted with cache-factor on two rows of k8s_memory.csv: nodes 5000, pods 30000 (1.36)")
  package static let objectFactor = Knob<Double>(
    "cache-factor", default: 1.08, in: 0...100,
    help: "Resident memory of an object in a watch cache for each byte stored.",
    source: "fitted with cache-bytes-per-object on k8s_memory.csv; CRDs are 5.2 to 7 (issue 142062)"
  )
  package static let perWatch = Knob<ByteCount>(
    "bytes-per-watch", default: ByteCount(bytes: 20_000),
    in: ByteCount(bytes: 0)...ByteCount(bytes: 1 << 30), help: "Resident memory of a watch.",
    source: "not measured: a stream's goroutines and buffers; etcd needs 1 to 95 KB for one")
  package static let listFactor = Knob<Double>(
    "list-factor", default: 5, in: 0...100,
    help: "Memory of a LIST under way for each byte of its answer.",
    source: "KEP-3157: watchers x page x object x 5")
  package static let watchList = Knob<Bool>(
    "watch-list", default: false,
    help: "Informers get their first objects as a stream instead of a LIST.",
    source: "KEP-3157: on since 1.32 (off in 1.33); client-go default since 1.35")
  package static let streamingEncoders = Knob<Bool>(
    "streaming-encoders", default: false,
    help: "The answer to a LIST is encoded object by object.",
    source: "KEP-5116: beta 1.33, GA 1.34")
  package static let streamBytes = Knob<ByteCount>(
    "stream-bytes", default: ByteCount(bytes: 2_000_000),
    in: ByteCount(bytes: 0)...ByteCount(bytes: 1 << 30),
    help: "Memory of an answer that is sent as a stream, whatever its size.",
    source: "KEP-3157: about 2 MB for each request")
  package static let restartDelay = Knob<SimDuration>(
    "restart-delay", default: .seconds(10), in: .zero ... .hours(1),
    help: "Time from a kill to the start of the new process.",
    source: "kubelet: crash-loop back-off starts at 10 s")

  package static let nonHeap = Knob<ByteCount>(
    "non-heap-bytes", default: ByteCount(bytes: 157_000_000),
    in: ByteCount(bytes: 0)...ByteCount(bytes: 1 << 40),
    help: "The part of `base-bytes` that is not the heap in use: text, stacks, free spans.",
    source: "k8s_memory.csv, stage start: 285 MB resident, 128 MB of them heap in use (1.36)")
  package static let retainExtra = Knob<Double>(
    "retain-extra-percent", default: 10, in: 0...1_000,
    help: "Garbage of answers that stays resident above the heap's goal, in percent of it.",
    source:
      "Go runtime/mgcscavenge.go: retainExtraPercent = 10, since Go 1.13 (1.16 of Kubernetes);"
      + " before, pages idle for 5 min were returned")

  package static let declaration = SectionDeclaration(
    "memory", help: "Memory of an API server, its machine's being the limit."
  ) {
    base
    perObject
    objectFactor
    perWatch
    listFactor
    watchList
    streamingEncoders
    streamBytes
    restartDelay
    nonHeap
    retainExtra
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    base = reader[Self.base]
    perObject = reader[Self.perObject]
    objectFactor = reader[Self.objectFactor]
    perWatch = reader[Self.perWatch]
    listFactor = reader[Self.listFactor]
    watchList = reader[Self.watchList]
    streamingEncoders = reader[Self.streamingEncoders]
    streamBytes = reader[Self.streamBytes]
    restartDelay = reader[Self.restartDelay]
    nonHeap = reader[Self.nonHeap]
    retainExtra = reader[Self.retainExtra]
  }

  /// Memory of so many cached versions with so many bytes.
  func cached(objects: Int64, bytes: Int64) -> Int64 {
    objects * Int64(perObject.bytes) + Int64((Double(bytes) * objectFactor).rounded())
  }
}
