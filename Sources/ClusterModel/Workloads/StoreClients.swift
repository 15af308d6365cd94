// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
package import Scenario

/// Clients that talk to etcd directly in a closed loop, like `etcdctl check perf`: `etcd-clients`.
package struct StoreClientsConfiguration: Configurable {
  package var path: KnobPath
  package var store: String
  package var clients: Int
  package var valueBytes: ByteCount

  package static let store = Knob<String>(
    "store", default: "main", help: "Which etcd cluster they talk to.",
    source: "every cluster has the store `main`")
  package static let clients = Knob<Int>(
    required: "clients", in: 1...1_000_000,
    help: "Clients, each with one put under way at a time.")
  package static let valueBytes = Knob<ByteCount>(
    "value-bytes", default: ByteCount(bytes: 256),
    in: ByteCount(bytes: 1)...ByteCount(bytes: 1 << 30), help: "Size of the values put.",
    source: "etcd benchmark put --val-size: 8; measurements here use 256 B")

  package static let declaration = SectionDeclaration(
    "etcd-clients", help: "A closed loop of puts to etcd."
  ) {
    store
    clients
    valueBytes
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    store = reader[Self.store]
    clients = reader[Self.clients]
    valueBytes = reader[Self.valueBytes]
  }
}

/// Everything that can happen to direct clients of etcd.
package enum StoreClientEvent: BitwiseCopyable, Codable, Sendable {
  /// A client's put is answered; it sends the next one at once.
  case answered(RequestID)
}

/// Clients of etcd without an API server between.
package struct StoreClients: Codable, Sendable {
  private struct Group: Codable, Sendable {
    var store: StoreID
    var requestClass: RequestClassID
    var clients: Int
    var bytes: UInt32
    var firstKey: UInt32
    var puts: CounterID
  }

  private var groups: [Group] = []

  package init() {}

  package mutating func add(
    _ configuration: StoreClientsConfiguration, name: String, store: StoreID,
    requestClass: RequestClassID, _ context: inout ClusterContext
  ) {
    groups.append(
      Group(
        store: store, requestClass: requestClass, clients: configuration.clients,
        bytes: UInt32(clamping: configuration.valueBytes.bytes), firstKey: 0,
        puts: context.instruments.counter(.storeClientPuts, [MetricLabel("workload", name)])))
  }

  package mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    for group in groups {
      for client in 0..<group.clients {
        put(group, client: UInt32(client), &context, &agenda)
      }
    }
  }

  package mutating func handle(
    _ event: StoreClientEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .answered(let id):
      let row = context.requests[id]
      guard let group = groups.first(where: { $0.requestClass == row.classID }) else { return }
      let metrics = context.classes[row.classID.index].metrics
      context.charge(id, .network, serviceUntil: agenda.now)
      context.accounts.close(row.account, at: agenda.now)
      context.classes[row.classID.index].metrics.occupancy.leave(
        enteredAt: row.submitted, at: agenda.now)
      context.instruments.record(
        agenda.now - row.issued, in: metrics.clientDuration, at: agenda.now)
      if row.outcome == .ok { context.instruments.add(1, to: group.puts, at: agenda.now) }
      context.requests.endServerSide(id)
      context.requests.endClientSide(id)
      put(group, client: row.subject, &context, &agenda)
    }
  }

  private func put(
    _ group: Group, client: UInt32, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let metrics = context.classes[group.requestClass.index].metrics
    let account = context.accounts.open(metrics.account, at: now, subject: UInt64(client))
    var row = RequestRow(
      classID: group.requestClass, subject: client, object: group.firstKey + client, payload: 0,
      origin: .none, objectBytes: group.bytes, issued: now, submitted: now, stamp: now,
      account: account)
    row.serverWorks = true
    let id = context.requests.insert(row)
    context.classes[group.requestClass.index].metrics.occupancy.enter(at: now)
    agenda.schedule(
      .store(group.store, .write(id)), in: context.cluster,
      at: now + context.storeRoundTrip / 2)
  }
}
