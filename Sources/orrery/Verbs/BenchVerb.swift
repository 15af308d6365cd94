// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// `orrery bench`.
struct BenchVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract:
      "Measures Orrery: event list, memory, flows, parsers; the model against the real thing.",
    discussion: "Times are CPU time of this process. Build with -c release.",
    subcommands: [
      BenchKernelVerb.self, BenchMemoryVerb.self, BenchFuzzVerb.self, BenchClusterVerb.self,
      BenchFabricVerb.self, BenchOraclesVerb.self,
    ])
}
