// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// How long a collective takes when nothing else uses its links.
package struct CollectiveEstimate: Sendable, Hashable {
  package let algorithm: CollectiveAlgorithm
  package let handover: CollectiveProtocol
  package let duration: SimDuration
}

extension CollectiveGroup {
  /// The time of a collective on an uncontended fabric: latency plus bytes over bandwidth of each phase.
  ///
  /// This is NCCL's own cost model (NVIDIA/nccl at 5067397, src/graph/tuning.cc) with the traffic of each
  /// algorithm counted link by link. It says nothing about other traffic on the same links: where the
  /// fabric is contended, run ``transfers(of:bytes:by:)`` as flows.
  ///
  /// - Parameters:
  ///   - bytes: the buffer of a rank (of an all-gather its output, of a reduce-scatter its input).
  ///   - algorithm: the fastest of NCCL's when `nil`.
  /// - Precondition: the group supports the algorithm for this collective.
  package func estimate(
    of collective: Collective, bytes: Int64, by algorithm: CollectiveAlgorithm? = nil
  ) -> CollectiveEstimate {
    let choices =
      algorithm.map { [$0] }
      ?? CollectiveAlgorithm.automatic.filter { supports($0, for: collective) }
    var best = CollectiveEstimate(algorithm: .ring, handover: .simple, duration: .max)
    for choice in choices {
      precondition(
        supports(choice, for: collective), "no \(collective.rawValue) by \(choice.rawValue)")
      for handover in protocols(of: choice, for: collective) {
        let seconds =
          ranks == 1 || bytes <= 0
          ? 0
          : phases(of: collective, bytes: Double(bytes), by: choice, handover)
            .reduce(0) { $0 + $1.seconds(in: self) }
        let duration = SimDuration(roundingSeconds: seconds)
        if duration < best.duration {
          best = CollectiveEstimate(algorithm: choice, handover: handover, duration: duration)
        }
      }
    }
    return best
  }

  /// The time alone of ``estimate(of:bytes:by:)``.
  package func time(
    of collective: Collective, bytes: Int64, by algorithm: CollectiveAlgorithm? = nil
  ) -> SimDuration {
    estimate(of: collective, bytes: bytes, by: algorithm).duration
  }

  /// Bus bandwidth in bytes per second, as nccl-tests prints it: bytes over time, times the collective's
  /// factor. It can exceed what a link carries when the switches reduce.
  package func busBandwidth(
    of collective: Collective, bytes: Int64, by algorithm: CollectiveAlgorithm? = nil
  ) -> Double {
    Double(bytes) * collective.busBandwidthFactor(ranks: ranks)
      / time(of: collective, bytes: bytes, by: algorithm).seconds
  }
}

/// A collective that a training step makes a number of times.
package struct CollectiveOperation: Sendable, Hashable {
  package var collective: Collective
  /// The buffer of a rank.
  package var bytes: Int64
  /// Times a step.
  package var count: Int
  /// The fastest of NCCL's when `nil`.
  package var algorithm: CollectiveAlgorithm?
  /// Share of its time that computation hides, 0 to 1.
  package var hiddenShare: Double

  package init(
    _ collective: Collective, bytes: Int64, count: Int = 1,
    by algorithm: CollectiveAlgorithm? = nil, hiddenShare: Double = 0
  ) {
    self.collective = collective
    self.bytes = bytes
    self.count = count
    self.algorithm = algorithm
    self.hiddenShare = hiddenShare
  }
}

/// What the collectives of a training step add to its computation, on an uncontended fabric.
///
/// A data-parallel step of a model with `p` parameters in 16 bits makes one all-reduce of `2p` bytes
/// (divided by the degree of model parallelism); a sharded one an all-gather before the forward and the
/// backward pass and a reduce-scatter after it:
///
///     let group = CollectiveGroup(
///       on: machine, nodes: 64, ranksPerNode: 8, links: world.links, gpus: world.gpus)
///     let step = compute + stepCommunicationTime(
///       [CollectiveOperation(.allReduce, bytes: 2 * parameters, hiddenShare: 0.8)], in: group)
///
/// It is a pure function: ask once when a job's members are known, and again when they change.
package func stepCommunicationTime(
  _ operations: [CollectiveOperation], in group: CollectiveGroup
) -> SimDuration {
  operations.reduce(.zero) { sum, operation in
    let time = group.time(
      of: operation.collective, bytes: operation.bytes, by: operation.algorithm)
    return sum
      + SimDuration(
        roundingSeconds: time.seconds * Double(operation.count) * (1 - operation.hiddenShare))
  }
}
