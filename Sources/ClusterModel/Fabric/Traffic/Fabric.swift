// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement
import Scenario

/// Everything that can happen in the fabric.
package enum FabricEvent: BitwiseCopyable, Codable, Sendable {
  /// A transmission begins.
  case begin(TransmissionID)
  /// A transmission is no longer wanted.
  case cancel(TransmissionID)
  /// All changes of this instant have been made, after that many more rounds of messages.
  case settle(UInt8)
  /// A flow ends, if nothing has changed since.
  case due
}

/// The network of a cluster: transmissions between nodes, and from the Internet, are flows that share
/// its links by max-min fairness (``FlowNetwork``).
///
/// A transmission is divided evenly over the cards of its nodes; each part takes one of the paths of
/// equal cost by hash. Transmissions within a node take no time.
package struct Fabric: Codable, Sendable {
  /// What a NAT gateway has and what waits for it.
  struct Gateway: Codable, Sendable {
    let links: LinkPair
    let ports: Int
    var connections = 0
    var waiting: Deque<TransmissionID> = []
  }

  /// What the fabric knows of a transmission.
  struct Progress: BitwiseCopyable, Codable, Sendable {
    /// Parts that are on their way.
    var parts: UInt16 = 0
    /// Takes a port of its destination's gateway.
    var hasPort = false
    var isWaiting = false
  }

  var network = FlowNetwork()
  let topology: FabricTopology
  /// By pool.
  let links: [PodLinks]
  /// By pool; `nil`: its nodes have addresses of their own.
  let gatewayOfPool: [Int?]
  var gateways: [Gateway] = []
  /// Of the link to the Internet.
  let internet: LinkPair?
  /// By host, the pool of the node that is there, for the rate of its cards.
  var poolOfHost: [NodePoolID?]
  /// By host, its links for encapsulated traffic, once it has had any.
  var overlays: [LinkPair?]
  /// By transmission.
  var progress: [Progress] = []
  /// By transmission and card.
  var flows: [FlowID] = []
  var path: [LinkID] = []
  /// Distinguishes flows of the same ends, as source ports do.
  var nextPort: UInt64 = 0
  /// When the next `due` comes.
  var alarm = SimTime.end
  var isSettling = false
  var hasEncapsulated = false
  let configuration: FabricKnobs
  let metrics: FabricMetrics

  package mutating func handle(
    _ event: FabricEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch event {
    case .begin(let id):
      begin(id, &context, &agenda)
      requestSettling(context, &agenda)
    case .cancel(let id):
      cancel(id, &context, &agenda)
      requestSettling(context, &agenda)
    case .settle(0):
      isSettling = false
      settle(&context, &agenda)
    case .settle(let rounds):
      agenda.send(.fabric(.settle(rounds - 1)), in: context.cluster)
    case .due:
      if alarm <= agenda.now { alarm = .end }
      finish(&context, &agenda)
      requestSettling(context, &agenda)
    }
  }

  /// Who is told of an end begins something new in the next round of messages: one solve for all.
  private mutating func requestSettling(
    _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard !isSettling else { return }
    isSettling = true
    agenda.send(.fabric(.settle(2)), in: context.cluster)
  }

  private mutating func settle(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    network.settle(at: agenda.now)
    if let next = network.nextCompletion, next < alarm {
      alarm = next
      agenda.schedule(.fabric(.due), in: context.cluster, at: next)
    }
    context.instruments.set(network.flowCount, metrics.flows, at: agenda.now)
    if let internet, let received = metrics.received, let utilisation = metrics.utilisation {
      let rate = network.throughput(of: internet.down)
      context.instruments.set(rate, received, at: agenda.now)
      context.instruments.set(
        min(1, rate / network.capacity(of: internet.down)), utilisation, at: agenda.now)
    }
    if let connections = metrics.connections, let waiting = metrics.waiting {
      context.instruments.set(
        gateways.reduce(0) { $0 + $1.connections }, connections, at: agenda.now)
      context.instruments.set(
        gateways.reduce(0) { $0 + $1.waiting.count }, waiting, at: agenda.now)
    }
  }

  // MARK: Life of a transmission

  private mutating func begin(
    _ id: TransmissionID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    while progress.count <= id.index {
      progress.append(Progress())
      flows.append(contentsOf: repeatElement(.none, count: topology.cards))
    }
    progress[id.index] = Progress()
    let transmission = context.flows[id]
    if transmission.source == .none, let number = gateway(of: transmission, context) {
      guard gateways[number].connections < gateways[number].ports else {
        progress[id.index].isWaiting = true
        gateways[number].waiting.append(id)
        return
      }
      gateways[number].connections += 1
      progress[id.index].hasPort = true
    }
    launch(id, transmission, context, agenda.now)
    if progress[id.index].parts == 0 { tell(id, context, &agenda) }
  }

  private mutating func launch(
    _ id: TransmissionID, _ transmission: Transmission, _ context: borrowing ClusterContext,
    _ now: SimTime
  ) {
    guard transmission.source != transmission.destination else { return }
    let cards = topology.cards
    for card in 0..<cards {
      path.removeAll(keepingCapacity: true)
      addPath(of: transmission, card: card, context)
      flows[id.index * cards + card] = network.start(
        bytes: transmission.bytes / Double(cards), over: path,
        rateLimit: transmission.rateLimit.map { $0 / Double(cards) },
        owner: UInt64(id.rawValue), at: now)
      progress[id.index].parts += 1
    }
  }

  /// Takes out what has arrived, and tells who waited for it.
  private mutating func finish(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    while let finished = network.popFinished(at: agenda.now) {
      let id = TransmissionID(Int(finished.owner))
      for card in 0..<topology.cards where flows[id.index * topology.cards + card] == finished.flow
      {
        flows[id.index * topology.cards + card] = .none
      }
      progress[id.index].parts -= 1
      guard progress[id.index].parts == 0 else { continue }
      returnPort(id, &context, &agenda)
      tell(id, context, &agenda)
    }
  }

  private func tell(
    _ id: TransmissionID, _ context: borrowing ClusterContext, _ agenda: inout WorldAgenda
  ) {
    switch context.flows[id].owner {
    case .transfers: agenda.send(.transfers(.arrived(id)), in: context.cluster)
    case .downloads: agenda.send(.downloads(.arrived(id)), in: context.cluster)
    }
  }

  private mutating func cancel(
    _ id: TransmissionID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    for card in 0..<topology.cards {
      let flow = flows[id.index * topology.cards + card]
      guard flow != .none else { continue }
      network.cancel(flow, at: agenda.now)
      flows[id.index * topology.cards + card] = .none
    }
    progress[id.index].parts = 0
    if progress[id.index].isWaiting, let number = gateway(of: context.flows[id], context) {
      progress[id.index].isWaiting = false
      gateways[number].waiting.removeAll { $0 == id }
    }
    returnPort(id, &context, &agenda)
    context.flows.giveBack(id)
  }

  /// A connection to the Internet has ended: the longest waiting one gets its port.
  private mutating func returnPort(
    _ id: TransmissionID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard progress[id.index].hasPort, let number = gateway(of: context.flows[id], context)
    else { return }
    progress[id.index].hasPort = false
    gateways[number].connections -= 1
    guard let next = gateways[number].waiting.popFirst() else { return }
    agenda.send(.fabric(.begin(next)), in: context.cluster)
  }
}
