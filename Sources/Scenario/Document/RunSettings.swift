// SPDX-License-Identifier: Apache-2.0

package import DiscreteEvents

/// The sizes in which a scenario can be run.
package enum Tier: String, KnobChoice {
  /// As written.
  case full
  /// Smaller or shorter, for CI, through `run.quick`.
  case quick
  /// Larger or longer, through `run.long`.
  case long
}

/// How one point of a scenario is run.
package struct RunSettings: Sendable, Hashable {
  /// Simulated time of one run, the warm-up included.
  package let duration: SimDuration
  /// Simulated time at the start that is not measured; less than `duration`.
  package let warmUp: SimDuration
  /// Chooses the luck; at least 0.
  package let seed: Int
  /// Independent runs, at least 1.
  package let replications: Int
  package let tier: Tier

  package init(
    duration: SimDuration, warmUp: SimDuration, seed: Int, replications: Int, tier: Tier = .full
  ) {
    self.duration = duration
    self.warmUp = warmUp
    self.seed = seed
    self.replications = replications
    self.tier = tier
  }
}
