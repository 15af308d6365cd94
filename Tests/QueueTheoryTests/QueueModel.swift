// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents
import Stochastics

/// What the queues of these tests have in common, whatever their discipline.
protocol QueueModel: SimulationModel {
  /// How many are inside, over time.
  var occupancy: Occupancy { get }
  /// The records of those inside.
  var visitors: Visitors { get }

  /// Lets the first customers come: one in an open queue, the whole population in a closed one.
  mutating func begin(_ agenda: inout Agenda<Event>)
  /// Begins to measure.
  mutating func openWindow(at now: SimTime)
}

/// The luck of one replication of one queue.
struct QueueStreams {
  let arrivals: RandomStream
  let services: RandomStream

  init(queue: String, replication: Int) {
    let seed = UInt64(replication)
    arrivals = RandomStream(seed: seed, name: "\(queue): arrivals")
    services = RandomStream(seed: seed, name: "\(queue): services")
  }
}
