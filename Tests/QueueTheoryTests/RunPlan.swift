// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents
import Foundation

/// How a queue is simulated: independent replications, each with a warm-up that is cut off and a
/// window.
struct RunPlan: Sendable {
  /// Names the random streams, so that no two queues share their luck.
  var name: String
  var replications: Int
  /// From the empty queue to the start of the window, in units of a mean service time.
  var warmUp: Double
  /// The length of the window of each replication, in the same unit.
  var window: Double

  var windowStart: SimTime { .zero + SimDuration(roundingSeconds: warmUp) }
  var windowLength: SimDuration { SimDuration(roundingSeconds: window) }
  var windowEnd: SimTime { windowStart + windowLength }
}

extension RunPlan {
  /// The plan for a queue with a known steady state.
  ///
  /// **Warm-up**: two relaxation times and at least ten mean service times. In heavy traffic the
  /// mean number inside of a queue that began empty lacks 2 ((1 + t) Q(sqrt t) - sqrt t phi(sqrt
  /// t)) of its steady value, where a relaxation time is t = 2 and phi and Q are the normal density
  /// and its upper tail (J. Abate, W. Whitt, "Transient behavior of regulated Brownian motion, I",
  /// Advances in Applied Probability 19, 1987): 1.2 % after two of them, and less over the window.
  /// That is below a tenth of the standard errors at the loads where it matters; at others the
  /// window is many relaxation times long.
  ///
  /// **Window**: so many visits that four standard errors are less than the effect of a 3 % faster
  /// server in each figure. A pilot with 4 million visits a queue found how many that needs; a
  /// third or more was added.
  init(for queue: Queue, named name: String, steadyState: SteadyState) {
    self.name = name
    replications = 25
    warmUp = Self.warmUp(for: queue)
    window = 0
    lengthen(toVisits: Self.visits(queue, steadyState), of: queue, steadyState: steadyState)
  }

  /// Makes the windows so long that all replications together have about so many visits.
  mutating func lengthen(toVisits visits: Int, of queue: Queue, steadyState: SteadyState) {
    let flow: Double
    switch queue.source {
    case .open(let rate): flow = rate * (1 - (steadyState[.lost] ?? 0))
    case .closed: flow = steadyState[.throughput] ?? 1
    }
    window = Double(visits) / flow / Double(replications)
  }

  /// How long a queue is given to forget that it began empty, in units of a mean service time.
  static func warmUp(for queue: Queue) -> Double { max(10, 2 * queue.relaxationTime) }

  private static func visits(_ queue: Queue, _ steadyState: SteadyState) -> Int {
    guard case .open(let rate) = queue.source else { return 160_000 }
    switch queue.discipline {
    case .processorSharing:
      return visits(atLoad: rate)
    case .fifo(let servers, nil):
      let scv = queue.service.squaredCoefficientOfVariation
      if scv != 1 { return scv < 1 ? 160_000 : 600_000 }
      switch steadyState[.delayed] ?? 1 {
      // Judged on L and W only.
      case ..<0.001: return 160_000
      // Waits that are rare come in bursts.
      case ..<0.02: return 700_000
      case ...0.1: return 500_000
      default: return visits(atLoad: rate / Double(servers))
      }
    case .fifo:
      // And so do losses.
      return (steadyState[.lost] ?? 1) < 0.01 ? 500_000 : 160_000
    }
  }

  private static func visits(atLoad load: Double) -> Int {
    switch load {
    case ...0.8: 200_000
    case ...0.95: 300_000
    default: 700_000
    }
  }
}

extension Queue {
  /// The time constant with which it forgets its start, in units of a mean service time.
  ///
  /// Of M/M/c: 1 / (sqrt(c mu) - sqrt lambda)^2 in heavy traffic (P. Morse, "Stochastic properties
  /// of waiting lines", Operations Research 3, 1955, for one server), times (1 + scv) / 2 for other
  /// service times, as for the Brownian motion with the same drift and variance; at least a mean
  /// service time. Without a line it is a mean service time, in a closed queue at most the time to
  /// think.
  var relaxationTime: Double {
    let variability = (1 + service.squaredCoefficientOfVariation) / 2
    switch (source, discipline) {
    case (.closed(_, let thinkRate), _): return 1 / thinkRate
    case (.open, .fifo(_, 0?)): return 1
    case (.open(let rate), .fifo(let servers, _)):
      let capacity = Double(servers) * serviceRate
      return max(1, variability / pow(capacity.squareRoot() - rate.squareRoot(), 2))
    case (.open(let rate), .processorSharing):
      return max(1, variability / pow(serviceRate.squareRoot() - rate.squareRoot(), 2))
    }
  }
}
