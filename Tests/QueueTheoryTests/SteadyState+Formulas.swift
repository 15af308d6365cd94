// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The formulas of the textbooks, written for these tests alone: they share no code with the
/// simulator.
///
/// Sources: L. Kleinrock, "Queueing Systems, Volume 1: Theory", 1975, chapters 3 (birth and death,
/// Erlang B and C, finite population) and 5 (Pollaczek-Khinchine), and "Volume 2: Computer
/// Applications", 1976, section 4.4 (processor sharing).
extension SteadyState {
  /// The steady state of a queue; nil if there is no closed form here.
  ///
  /// - Parameter longWait: the time that ``Figure/delayedLong`` asks about, where it is known.
  init?(of queue: Queue, longWait: Double? = nil) {
    let mu = queue.serviceRate
    switch (queue.source, queue.discipline, queue.service) {
    case (.open(let lambda), .processorSharing, _):
      self.init(processorSharing: lambda, mu)
    case (.open(let lambda), .fifo(1, nil), let service) where longWait == nil:
      self.init(
        pollaczekKhinchine: lambda, mu, scv: service.squaredCoefficientOfVariation)
    case (.open(let lambda), .fifo(let servers, nil), .exponential):
      self.init(erlangC: lambda, mu, servers: servers, longWait: longWait)
    case (.open(let lambda), .fifo(let servers, 0?), _):
      self.init(erlangB: lambda, mu, servers: servers)
    case (.open(let lambda), .fifo(let servers, let room?), .exponential):
      self.init(
        births: Array(repeating: lambda, count: servers + room), mu, servers: servers)
      self[.throughput] = nil
    case (.closed(let population, let rate), .fifo(let servers, _), .exponential):
      self.init(
        births: (0..<population).map { Double(population - $0) * rate }, mu, servers: servers)
      self[.delayed] = nil
      self[.lost] = nil
    default:
      return nil
    }
  }

  /// M/G/1: the mean wait is lambda E[S^2] / (2 (1 - rho)).
  private init(pollaczekKhinchine lambda: Double, _ mu: Double, scv: Double) {
    let rho = lambda / mu
    let wait = lambda * (1 + scv) / (mu * mu) / (2 * (1 - rho))
    self.init(wait: wait, lambda, mu)
    self[.delayed] = rho
  }

  /// M/M/c: the probability to wait is Erlang C; who waits, waits an exponential time.
  private init(erlangC lambda: Double, _ mu: Double, servers: Int, longWait: Double?) {
    let load = lambda / mu
    let blocked = Self.erlangB(load: load, servers: servers)
    let c = Double(servers)
    let delayed = c * blocked / (c - load * (1 - blocked))
    let spare = c * mu - lambda
    self.init(wait: delayed / spare, lambda, mu)
    self[.delayed] = delayed
    if let longWait { self[.delayedLong] = delayed * exp(-spare * longWait) }
  }

  /// M/G/c/c: who finds all servers busy is lost; only the mean service time matters.
  private init(erlangB lambda: Double, _ mu: Double, servers: Int) {
    let lost = Self.erlangB(load: lambda / mu, servers: servers)
    self.init()
    self[.wait] = 0
    self[.numberWaiting] = 0
    self[.stay] = 1 / mu
    self[.numberInside] = lambda / mu * (1 - lost)
    self[.lost] = lost
  }

  /// M/G/1 processor sharing: a customer stays 1 / (1 - rho) times its own need, whatever the
  /// others'.
  private init(processorSharing lambda: Double, _ mu: Double) {
    let rho = lambda / mu
    self.init()
    self[.stay] = 1 / mu / (1 - rho)
    self[.numberInside] = rho / (1 - rho)
  }

  /// Exponential services at k servers and arrivals at rate `births[n]` while n are inside, 0
  /// above: the sums over the probabilities of a birth-death process.
  private init(births: [Double], _ mu: Double, servers: Int) {
    var weights = [1.0]
    for (inside, birth) in births.enumerated() {
      weights.append(weights[inside] * birth / (Double(min(inside + 1, servers)) * mu))
    }
    let total = weights.reduce(0, +)
    let flows = zip(births, weights).map { $0 * $1 / total }
    let accepted = flows.reduce(0, +)
    let offered = accepted + (births.last ?? 0) * (weights.last ?? 0) / total
    func mean(_ value: (Int) -> Int) -> Double {
      weights.enumerated().reduce(0) { $0 + Double(value($1.offset)) * $1.element } / total
    }
    self.init()
    self[.numberInside] = mean { $0 }
    self[.numberWaiting] = mean { max(0, $0 - servers) }
    self[.wait] = mean { max(0, $0 - servers) } / accepted
    self[.stay] = mean { $0 } / accepted
    self[.delayed] = flows.dropFirst(servers).reduce(0, +) / accepted
    self[.lost] = 1 - accepted / offered
    self[.throughput] = accepted
  }

  /// What follows from the mean wait where nobody is lost.
  private init(wait: Double, _ lambda: Double, _ mu: Double) {
    self.init()
    self[.wait] = wait
    self[.stay] = wait + 1 / mu
    self[.numberWaiting] = lambda * wait
    self[.numberInside] = lambda * (wait + 1 / mu)
  }

  /// Erlang B by its recursion over the servers.
  private static func erlangB(load: Double, servers: Int) -> Double {
    (1...servers).reduce(1.0) { blocked, k in load * blocked / (Double(k) + load * blocked) }
  }
}
