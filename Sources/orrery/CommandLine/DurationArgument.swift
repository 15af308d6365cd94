// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import DiscreteEvents
import Scenario

/// A time above zero on the command line, written as in scenarios: `10m`, `1h30m`.
struct DurationArgument: ExpressibleByArgument {
  let duration: SimDuration

  init?(argument: String) {
    guard let duration = try? SimDuration(parsing: argument), duration > .zero else { return nil }
    self.duration = duration
  }
}
