// SPDX-License-Identifier: Apache-2.0
import Stochastics

/// The seeds of replications and what many fingerprints become together.
package enum ReplicationSeed {
  /// The seed of a replication: replication 0 uses the scenario's seed itself, replication r the
  /// r-th output of SplitMix64 started there. So a single run of a seed is the first replication of
  /// every longer experiment with it, whatever the number of replications.
  package static func derive(from seed: UInt64, replication: Int) -> UInt64 {
    guard replication > 0 else { return seed }
    return SplitMix64.scramble(seed &+ UInt64(replication) &* SplitMix64.increment)
  }
}

/// Fingerprints of several runs as one.
package enum CombinedFingerprint {
  /// The fingerprint itself when there is one; otherwise all of them mixed in their order.
  package static func of(_ fingerprints: [UInt64]) -> UInt64 {
    guard let first = fingerprints.first else { return 0 }
    return fingerprints.dropFirst().reduce(first) { sum, next in
      SplitMix64.scramble(sum &+ SplitMix64.increment) ^ next
    }
  }
}
