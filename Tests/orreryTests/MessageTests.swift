// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// One typo of each sort: the place, what is wrong, and what was meant.
@Suite struct MessageTests {
  @Test(arguments: [
    (
      "nodePools:", "nodePool:",
      "typo.yaml:6:3: error: unknown key 'nodePool' in cluster (did you mean 'nodePools'?)\n"
    ),
    (
      "write-latency: 1ms", "write-latency: 1mss",
      "typo.yaml:3:32: error: write-latency: 'mss' in '1mss' is not a unit (did you mean 'ms'?)\n"
    ),
    (
      "disk: ssd", "disk: sdd",
      """
      typo.yaml:7:25: error: disk: there is no 'sdd' in 'disks' (did you mean 'ssd'?)

      """
    ),
    (
      "title:", "extends: kubernetes-1.9\ntitle:",
      "typo.yaml:2:10: error: there is no profile 'kubernetes-1.9' (did you mean 'kubernetes-1.8'?)\n"
    ),
  ])
  func validateNamesThePlace(right: String, wrong: String, message: String) throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(
        SmallScenario.text().replacingOccurrences(of: right, with: wrong), to: "typo.yaml")
      let outcome = try command.run("validate", "typo.yaml")
      #expect(outcome.error.contains(message))
      #expect(outcome.status == 2)
    }
  }

  @Test func variantsAndPathsOfTheCommandLine() throws {
    try SpawnedCommand.inEmptyFolder { command in
      try command.write(SmallScenario.text(), to: "small.yaml")
      let variant = try command.run("run", "small.yaml", "--variant", "slwo")
      #expect(
        variant.error
          == "--variant slwo: error: there is no variant 'slwo' (did you mean 'slow'?)\n")
      #expect(variant.status == 2)
      let path = try command.run("plan", "small.yaml", "--set", "cluster.nodePools.gpu.cuont=3")
      #expect(
        path.error == """
          --set cluster.nodePools.gpu.cuont=3: error: 'cluster.nodePools.gpu.cuont': there is no \
          'cuont' in cluster.nodePools.gpu (did you mean 'count'?)

          """)
      #expect(path.status == 2)
      #expect(command.contents == ["small.yaml"])
    }
  }
}
