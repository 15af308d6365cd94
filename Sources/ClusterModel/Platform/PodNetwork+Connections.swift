// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// Peers that connect to the pods of a workload.
struct ConnectionLoad: Codable, Sendable {
  let target: WorkloadID
  let peers: UInt32
  let firstPeer: UInt32
  let meanGap: Double
  let synRetries: Int
  let gaps: StreamID
  let duration: HistogramID
  let failures: CounterID

  init(
    _ configuration: ConnectionsConfiguration, name: String, target: WorkloadID,
    firstPeer: UInt32, _ context: inout ClusterContext
  ) {
    self.target = target
    peers = UInt32(configuration.peers)
    self.firstPeer = firstPeer
    meanGap = configuration.every.seconds
    synRetries = configuration.synRetries
    gaps = context.streams.stream("connections/\(name)/gaps")
    let labels = [MetricLabel("workload", name)]
    duration = context.instruments.histogram(.connectDuration, labels)
    failures = context.instruments.counter(.connectFailures, labels)
  }
}

extension PodNetwork {
  mutating func scheduleConnection(
    _ load: Int, _ peer: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let gap =
      context.streams[connectionLoads[load].gaps].exponential() * connectionLoads[load].meanGap
    agenda.schedule(
      .podNetwork(.connect(peer, UInt16(load), 0)), in: context.cluster,
      at: agenda.now + SimDuration(roundingSeconds: gap))
  }

  /// A SYN arrives; the node of the pod answers it if it has an entry for the peer or room for one.
  /// One that stays without an answer is sent again after 1 s, 2 s, 4 s, ... (RFC 6298).
  mutating func connect(
    _ load: Int, _ peer: UInt32, _ attempt: UInt8, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let configuration = connectionLoads[load]
    let pods = context.runningPods[configuration.target]
    guard !pods.isEmpty else {
      scheduleConnection(load, peer, &context, &agenda)
      return
    }
    let number = configuration.firstPeer + peer
    // A peer stays with its pod, as a client of one server does.
    let host = context.pods[pods[Int(number) % pods.count]].storedNode
    // 2^attempt - 1 seconds have passed since the first.
    let waited = SimDuration.seconds(1 << Int(attempt)) - .seconds(1)
    if answers(number, at: host, &context, agenda.now) {
      context.instruments.record(
        waited + context.clientRoundTrip, in: configuration.duration, at: agenda.now)
      scheduleConnection(load, peer, &context, &agenda)
      return
    }
    let wait = SimDuration.seconds(1 << Int(attempt))
    if Int(attempt) < configuration.synRetries {
      agenda.schedule(
        .podNetwork(.connect(peer, UInt16(load), attempt + 1)), in: context.cluster,
        at: agenda.now + wait)
    } else {
      context.instruments.add(1, to: configuration.failures, at: agenda.now)
      context.instruments.record(waited + wait, in: configuration.duration, at: agenda.now)
      scheduleConnection(load, peer, &context, &agenda)
    }
  }

  private mutating func answers(
    _ peer: UInt32, at node: NodeID, _ context: inout ClusterContext, _ now: SimTime
  ) -> Bool {
    openHost(node, context)
    if hosts[node.index].neighbours == nil {
      let machine = machines[context.nodes[node].pool.index]
      hosts[node.index].neighbours = NeighbourTable(machine.neighbours)
    }
    let before = hosts[node.index].neighbours?.count ?? 0
    let isAnswered = hosts[node.index].neighbours?.use(peer, at: now) ?? true
    if !isAnswered { context.instruments.add(1, to: metrics.overflows, at: now) }
    let after = hosts[node.index].neighbours?.count ?? 0
    if after != before { context.instruments.set(after, metrics.neighbours, at: now) }
    return isAnswered
  }
}
