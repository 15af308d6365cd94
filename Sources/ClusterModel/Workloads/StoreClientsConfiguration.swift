// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// What a direct client of etcd calls.
package enum StoreClientOperation: String, KnobChoice, CaseIterable, Codable, Sendable {
  case put
  case get
  /// All keys of the prefix, in pages where `limit` is given.
  case range
  case delete
  case leaseGrant = "lease-grant"
  case leaseKeepAlive = "lease-keepalive"

  /// The `grpc_method` label.
  package var grpcMethod: String {
    switch self {
    case .put: "Put"
    case .get, .range: "Range"
    case .delete: "DeleteRange"
    case .leaseGrant: "LeaseGrant"
    case .leaseKeepAlive: "LeaseKeepAlive"
    }
  }
}

/// Clients that talk to etcd directly in a closed loop, like `etcdctl check perf`: `etcd-clients`.
package struct StoreClientsConfiguration: Configurable {
  package var path: KnobPath
  package var store: String
  package var member: Int
  package var clients: Int
  package var operation: StoreClientOperation
  package var valueBytes: ByteCount
  package var prefix: String?
  package var keys: Int?
  package var initialKeys: Int
  package var isSerializable: Bool
  package var limit: Int?
  package var timeToLive: SimDuration
  package var pause: SimDuration
  package var calls: Int?

  package static let store = Knob<String>(
    "store", default: "main", help: "Which etcd cluster they talk to.",
    source: "every cluster has the store `main`")
  package static let member = Knob<Int>(
    "member", default: 0, in: 0...8, help: "Which member serves their reads.",
    source: "stated by the scenario; writes go to the leader")
  package static let clients = Knob<Int>(
    required: "clients", in: 1...1_000_000,
    help: "Clients, each with one call under way at a time.")
  package static let operation = Knob<StoreClientOperation>(
    "operation", default: .put, help: "What they call.", source: "stated by the scenario")
  package static let valueBytes = Knob<ByteCount>(
    "value-bytes", default: ByteCount(bytes: 256),
    in: ByteCount(bytes: 1)...ByteCount(bytes: 1 << 30),
    help: "Size of the values put or read.",
    source: "etcd benchmark put --val-size: 8; measurements here use 256 B")
  package static let prefix = Knob<String?>(
    optional: "prefix", help: "Key space that they work on; absent: their own.",
    source: "stated by the scenario")
  package static let keys = Knob<Int?>(
    optional: "keys", in: 1...100_000_000,
    help: "Keys that are put, read or deleted one after the other; absent: one for each client.",
    source: "etcd benchmark put --key-space-size: 1")
  package static let initialKeys = Knob<Int>(
    "initial-keys", default: 0, in: 0...100_000_000,
    help: "Keys of the prefix that exist when the run starts.", source: "stated by the scenario")
  package static let isSerializable = Knob<Bool>(
    "serializable", default: false, help: "Reads take what their member has, without a read index.",
    source: "etcd benchmark range --consistency l")
  package static let limit = Knob<Int?>(
    optional: "limit", in: 1...100_000_000,
    help: "Keys of a page of a range; the pages of a list follow each other.",
    source: "etcdctl get --limit: none")
  package static let timeToLive = Knob<SimDuration>(
    "lease-ttl", default: .seconds(100), in: .seconds(1) ... .hours(24 * 365),
    help: "Time to live of the leases granted.", source: "etcdctl lease grant: no default")
  package static let pause = Knob<SimDuration>(
    "pause", default: .zero, in: .zero ... .hours(24),
    help: "Time from an answer to the client's next call.", source: "a closed loop has none")

  package static let calls = Knob<Int?>(
    optional: "calls", in: 1...1_000_000_000,
    help: "Calls after which the clients stop, all together; absent: they go on.",
    source: "etcd benchmark put --total: 10,000")

  package static let declaration = SectionDeclaration(
    "etcd-clients", help: "A closed loop of calls to etcd."
  ) {
    store
    member
    clients
    operation
    valueBytes
    prefix
    keys
    initialKeys
    isSerializable
    limit
    timeToLive
    pause
    calls
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    store = reader[Self.store]
    member = reader[Self.member]
    clients = reader[Self.clients]
    operation = reader[Self.operation]
    valueBytes = reader[Self.valueBytes]
    prefix = reader[Self.prefix]
    keys = reader[Self.keys]
    initialKeys = reader[Self.initialKeys]
    isSerializable = reader[Self.isSerializable]
    limit = reader[Self.limit]
    timeToLive = reader[Self.timeToLive]
    pause = reader[Self.pause]
    calls = reader[Self.calls]
    if limit != nil, operation != .range {
      reader.fail(Self.limit, "only ranges come in pages", hint: "state 'operation: range'")
    }
    if isSerializable, operation != .get, operation != .range {
      reader.fail(Self.isSerializable, "only reads can be serializable")
    }
  }
}
