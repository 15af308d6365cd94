// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// Clients that watch keys of etcd without an API server between: `etcd-watchers`.
package struct StoreWatchersConfiguration: Configurable {
  package var path: KnobPath
  package var store: String
  package var prefix: String
  package var watchers: Int
  package var streams: Int?
  package var at: SimDuration
  package var startBehind: Int
  package var clientTime: SimDuration
  package var connectionBuffer: ByteCount

  package static let store = Knob<String>(
    "store", default: "main", help: "Which etcd cluster they watch.",
    source: "every cluster has the store `main`")
  package static let prefix = Knob<String>(
    required: "prefix", help: "Key space that they watch: the `prefix` or name of `etcd-clients`.")
  package static let watchers = Knob<Int>(
    required: "watchers", in: 1...1_000_000, help: "Watchers of the whole prefix.")
  package static let streams = Knob<Int?>(
    optional: "streams", in: 1...1_000_000,
    help: "Watch streams that they share evenly; absent: one for each.",
    source: "clientv3: the watchers of a client share a stream for each context")
  package static let at = Knob<SimDuration>(
    "at", default: .zero, in: .zero ... .hours(24 * 365), help: "When they are opened.",
    source: "stated by the scenario")
  package static let startBehind = Knob<Int>(
    "start-behind", default: 0, in: 0...1_000_000_000,
    help: "Revisions before the present from which they want all events; all are of the prefix.",
    source: "etcdctl watch --rev: the present")
  package static let clientTime = Knob<SimDuration>(
    "client-time-per-event", default: .zero, in: .zero ... .hours(1),
    help: "Time that a stream's client needs for each event of each of its watchers.",
    source: "stated by the scenario")
  package static let connectionBuffer = Knob<ByteCount>(
    "connection-buffer-bytes", default: ByteCount(bytes: 65_535),
    in: ByteCount(bytes: 0)...ByteCount(bytes: 1 << 34),
    help: "Bytes under way on a stream to a client that is slow to read, beyond the channel.",
    source: "grpc-go internal/transport/defaults.go: defaultWindowSize = 65535")

  package static let declaration = SectionDeclaration(
    "etcd-watchers", help: "Direct watchers of etcd."
  ) {
    store
    prefix
    watchers
    streams
    at
    startBehind
    clientTime
    connectionBuffer
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    store = reader[Self.store]
    prefix = reader[Self.prefix]
    watchers = reader[Self.watchers]
    streams = reader[Self.streams]
    at = reader[Self.at]
    startBehind = reader[Self.startBehind]
    clientTime = reader[Self.clientTime]
    connectionBuffer = reader[Self.connectionBuffer]
    if let streams, streams > watchers {
      reader.fail(Self.streams, "more streams than watchers")
    }
  }
}
