// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents
import Stochastics

/// A queue of the textbooks: who comes, what each needs, who serves them.
///
/// The unit of time is the mean service time at a service rate of 1; simulated, it is one second.
struct Queue: Sendable, Hashable {
  /// Where the customers come from.
  enum Source: Sendable, Hashable {
    /// A Poisson process with so many arrivals per unit of time.
    case open(rate: Double)
    /// So many customers, each of which comes back after an exponential time with this rate.
    case closed(population: Int, thinkRate: Double)
  }

  /// Who serves.
  enum Discipline: Sendable, Hashable {
    /// First in, first out; `waitingRoom` is nil if there is no limit.
    case fifo(servers: Int, waitingRoom: Int?)
    /// One server that all share equally.
    case processorSharing
  }

  /// The distribution of service times, by its name in Kendall's notation.
  enum Service: Sendable, Hashable {
    /// D: always the mean.
    case constant
    /// E4: the sum of four exponential stages.
    case erlang4
    /// M.
    case exponential
    /// LN: lognormal with a squared coefficient of variation of 2.
    case lognormal
    /// H2: two exponentials with balanced means and a squared coefficient of variation of 4.
    case hyperexponential

    /// Variance over squared mean.
    var squaredCoefficientOfVariation: Double {
      switch self {
      case .constant: 0
      case .erlang4: 0.25
      case .exponential: 1
      case .lognormal: 2
      case .hyperexponential: 4
      }
    }

    /// The distribution of service times in seconds.
    func distribution(mean: Double) throws -> Distribution {
      let unit =
        switch self {
        case .constant: try Distribution.constant(1)
        case .erlang4: try Distribution.gamma(shape: 4, scale: 0.25)
        case .exponential: try Distribution.exponential(mean: 1)
        case .lognormal:
          // Mean e^(sigma^2 / 2) medians, squared variation e^(sigma^2) - 1.
          try Distribution.lognormal(
            median: (1.0 / 3).squareRoot(), sigma: DeterministicMath.log(3).squareRoot())
        case .hyperexponential:
          try Self.balancedHyperexponential(squaredCoefficientOfVariation: 4)
        }
      return unit.scaled(by: mean)
    }

    /// Two exponentials, each of which brings half of the work.
    private static func balancedHyperexponential(
      squaredCoefficientOfVariation scv: Double
    ) throws -> Distribution {
      let weight = (1 + ((scv - 1) / (scv + 1)).squareRoot()) / 2
      return try .mixture(
        weight: weight, of: .exponential(mean: 0.5 / weight),
        and: .exponential(mean: 0.5 / (1 - weight)))
    }
  }

  var source: Source
  var service: Service
  var discipline: Discipline
  /// Services per unit of time of one busy server.
  var serviceRate = 1.0

  /// The same queue with servers that are so many times as fast.
  func withService(faster factor: Double) -> Queue {
    var copy = self
    copy.serviceRate *= factor
    return copy
  }
}

extension Queue.Source {
  /// The time from one arrival to the next, or from a departure to the same customer's return.
  func gap() throws -> Distribution {
    switch self {
    case .open(let rate), .closed(_, let rate): try .exponential(mean: 1 / rate)
    }
  }
}
