// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// Everything that can happen to direct clients of etcd.
package enum StoreClientEvent: BitwiseCopyable, Codable, Sendable {
  /// A client's call is answered.
  case answered(RequestID)
  /// Client (second) of a group (first) makes its next call.
  case next(UInt16, UInt32)
}

/// Clients of etcd without an API server between.
package struct StoreClients: Codable, Sendable {
  private struct Group: Codable, Sendable {
    var store: StoreID
    var member: APIServerID
    var requestClass: RequestClassID
    var operation: StoreClientOperation
    var clients: Int
    var bytes: UInt32
    /// Keys used in rotation; 0: one for each client.
    var keys: UInt32
    var nextKey: UInt32 = 0
    var limit: Int64?
    var pause: SimDuration
    /// Calls that are still to be made; `nil` without an end.
    var callsLeft: Int?
    var puts: CounterID
    /// By outcome.
    var operations: [CounterID]
  }

  private var groups: [Group] = []

  package init() {}

  package mutating func add(
    _ configuration: StoreClientsConfiguration, name: String, store: StoreID,
    requestClass: RequestClassID, _ context: inout ClusterContext
  ) {
    let method = configuration.operation.grpcMethod
    groups.append(
      Group(
        store: store, member: APIServerID(configuration.member), requestClass: requestClass,
        operation: configuration.operation, clients: configuration.clients,
        bytes: UInt32(clamping: configuration.valueBytes.bytes),
        keys: UInt32(configuration.keys ?? 0), limit: configuration.limit.map { Int64($0) },
        pause: configuration.pause, callsLeft: configuration.calls,
        puts: context.instruments.counter(.storeClientPuts, [MetricLabel("workload", name)]),
        operations: RequestOutcome.allCases.map {
          context.instruments.counter(
            .storeClientOperations,
            [
              MetricLabel("workload", name), MetricLabel("grpc_method", method),
              MetricLabel("grpc_code", $0.grpcCode),
            ])
        }))
  }

  package mutating func start(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    for group in groups.indices {
      for client in 0..<groups[group].clients {
        call(group, client: UInt32(client), &context, &agenda)
      }
    }
  }

  package mutating func handle(
    _ event: StoreClientEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .answered(let id): finish(id, &context, &agenda)
    case .next(let group, let client): call(Int(group), client: client, &context, &agenda)
    }
  }

  private mutating func finish(
    _ id: RequestID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let row = context.requests[id]
    guard let index = groups.firstIndex(where: { $0.requestClass == row.classID }) else { return }
    let group = groups[index]
    context.charge(id, .network, serviceUntil: now)
    if let limit = group.limit, row.outcome == .ok, row.keys == limit {
      // A full page: the list goes on behind it.
      context.requests[id].payload += UInt64(limit)
      context.requests[id].stamp = now
      send(id, group, context, &agenda)
      return
    }
    let metrics = context.classes[row.classID.index].metrics
    context.accounts.close(row.account, at: now)
    context.classes[row.classID.index].metrics.occupancy.leave(
      enteredAt: row.submitted, at: now)
    context.instruments.record(now - row.issued, in: metrics.clientDuration, at: now)
    context.instruments.add(1, to: group.operations[Int(row.outcome.rawValue)], at: now)
    if row.outcome == .ok, group.operation == .put {
      context.instruments.add(1, to: group.puts, at: now)
    }
    context.requests.endServerSide(id)
    context.requests.endClientSide(id)
    // A refusal costs the client no round trip when the scenario has none: the clock must go on.
    let pause =
      row.outcome == .ok ? group.pause : max(group.pause, context.storeRoundTrip, .microseconds(10))
    if pause > .zero {
      agenda.schedule(
        .storeClients(.next(UInt16(index), row.subject)), in: context.cluster, at: now + pause)
    } else {
      call(index, client: row.subject, &context, &agenda)
    }
  }

  private mutating func call(
    _ index: Int, client: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    if let left = groups[index].callsLeft {
      guard left > 0 else { return }
      groups[index].callsLeft = left - 1
    }
    let group = groups[index]
    let now = agenda.now
    var key = client
    if group.keys > 0 {
      key = group.nextKey
      groups[index].nextKey = (key + 1) % group.keys
    }
    let metrics = context.classes[group.requestClass.index].metrics
    let account = context.accounts.open(metrics.account, at: now, subject: UInt64(client))
    var row = RequestRow(
      classID: group.requestClass, server: group.member, subject: client, object: key, payload: 0,
      origin: .none, objectBytes: group.bytes, issued: now, submitted: now, stamp: now,
      account: account)
    row.serverWorks = true
    let id = context.requests.insert(row)
    context.classes[group.requestClass.index].metrics.occupancy.enter(at: now)
    send(id, group, context, &agenda)
  }

  private func send(
    _ id: RequestID, _ group: Group, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let event: StoreEvent
    switch group.operation {
    case .put, .delete, .leaseGrant: event = .write(id)
    case .get, .range, .leaseKeepAlive: event = .read(id)
    }
    agenda.schedule(
      .store(group.store, event), in: context.cluster,
      at: agenda.now + context.storeRoundTrip / 2)
  }
}
