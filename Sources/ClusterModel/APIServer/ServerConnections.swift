// SPDX-License-Identifier: Apache-2.0

/// Which replica each client talks to, and which replicas answer. Owned by `APIServers`.
///
/// The balancer gives a connection to a replica that serves; the connection stays there until one of
/// its ends is gone, so that a replica which comes back gets only new ones,
/// unless `--goaway-chance` is above its default of 0.
package struct ServerConnections: Codable, Sendable {
  private var serving: [Bool]
  private(set) var servingCount: Int
  /// The replica of each node's connection; nodes that are not listed take their number's.
  private var ofNode: [UInt8] = []

  package init(servers: Int) {
    serving = Array(repeating: true, count: servers)
    servingCount = servers
  }

  package func isServing(_ server: Int) -> Bool { serving[server] }
  package var hasServing: Bool { servingCount > 0 }

  mutating func setServing(_ server: Int, _ isServing: Bool) {
    guard serving[server] != isServing else { return }
    serving[server] = isServing
    servingCount += isServing ? 1 : -1
  }

  /// The replica that the node's clients are connected to.
  package func server(of node: NodeID) -> Int {
    node.index < ofNode.count ? Int(ofNode[node.index]) : node.index % serving.count
  }

  /// Gives the node's clients a new connection if theirs is gone.
  mutating func reconnect(_ node: NodeID) {
    while ofNode.count <= node.index { ofNode.append(UInt8(ofNode.count % serving.count)) }
    guard !serving[Int(ofNode[node.index])], hasServing else { return }
    let choice = serving(number: node.index / serving.count % servingCount)
    ofNode[node.index] = UInt8(choice)
  }

  /// Gives the node's clients a connection to the so many-th of the replicas that serve; returns
  /// its number.
  mutating func move(_ node: NodeID, to choice: Int) -> Int {
    reconnect(node)
    let server = serving(number: choice)
    ofNode[node.index] = UInt8(server)
    return server
  }

  /// The next replica that serves, from a position on.
  package func next(from position: Int) -> Int {
    var server = position % serving.count
    for _ in serving.indices where !serving[server] { server = (server + 1) % serving.count }
    return server
  }

  private func serving(number: Int) -> Int {
    var left = number
    for server in serving.indices where serving[server] {
      if left == 0 { return server }
      left -= 1
    }
    return 0
  }
}
