// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// What happens between the loss of a member and the next step: `training-jobs.restart`.
package struct TrainingRestartConfiguration: Configurable {
  package var detectionTime: DurationDistribution
  package var initializationTime: DurationDistribution
  package var strategy: RestartStrategy

  package static let detectionTime = Knob<DurationDistribution>(
    "detection-time", default: "0s",
    help: "Time from the loss of a member until the halted job is ended and the cause known.",
    source: "a broken connection is seen at once; a hang only by a time-out (NCCL: 10 min)")
  package static let initializationTime = Knob<DurationDistribution>(
    "initialization-time", default: "5m",
    help: "Time from the complete gang to the first step, apart from MPI and the checkpoint.",
    source: "Revisiting Reliability (Meta RSC): a restart overhead of 5 min is assumed")
  package static let strategy = Knob<RestartStrategy>(
    "restartStrategy", default: .inPlace,
    help: "Whether the pods that are left stay, or all pods of the gang are created anew.",
    source: "JobSet failurePolicy.restartStrategy; stated by the scenario")

  package static let declaration = SectionDeclaration(
    "restart", help: "From the loss of a member to the next step."
  ) {
    detectionTime
    initializationTime
    strategy
  }

  package init(_ reader: inout SectionReader) {
    detectionTime = reader[Self.detectionTime]
    initializationTime = reader[Self.initializationTime]
    strategy = reader[Self.strategy]
  }
}

/// `failurePolicy.restartStrategy` of a JobSet.
package enum RestartStrategy: String, KnobChoice, Codable, Sendable {
  /// Lost pods are replaced, the processes of all start again.
  case inPlace = "InPlaceRestart"
  /// All pods are deleted; the new ones are created when the old ones are gone.
  case blockingRecreate = "BlockingRecreate"
}

/// How `mpirun` starts the processes of all members over SSH: `training-jobs.mpi`.
package struct MPILaunchConfiguration: Configurable {
  package var sshConnect: SimDuration
  package var concurrent: Int
  package var isLinear: Bool
  package var radix: Int

  package static let sshConnect = Knob<SimDuration>(
    "ssh-connect", default: .milliseconds(200), in: .zero ... .minutes(10),
    help: "Time to connect to a member and start its daemon.",
    source: "not published; state a measured one")
  package static let concurrent = Knob<Int>(
    "plm_rsh_num_concurrent", default: 128, in: 1...1_000_000,
    help: "Connections that one process opens at the same time.",
    source: "Open MPI plm_rsh_num_concurrent: 128")
  package static let isLinear = Knob<Bool>(
    "plm_rsh_no_tree_spawn", default: false,
    help: "The launcher connects to every member itself instead of along a tree.",
    source: "Open MPI plm_rsh_no_tree_spawn: false")
  package static let radix = Knob<Int>(
    "routed_radix", default: 64, in: 2...1_000_000,
    help: "Members that each process of the tree connects to.",
    source: "Open MPI routed_radix: 64")

  package static let declaration = SectionDeclaration("mpi", help: "MPI started over SSH.") {
    sshConnect
    concurrent
    isLinear
    radix
  }

  package init(_ reader: inout SectionReader) {
    sshConnect = reader[Self.sshConnect]
    concurrent = reader[Self.concurrent]
    isLinear = reader[Self.isLinear]
    radix = reader[Self.radix]
  }

  /// Time from `mpirun` to a daemon on every member; the launcher runs on the first.
  package func startUp(members: Int) -> SimDuration {
    var left = members - 1
    guard left > 0 else { return .zero }
    if isLinear { return sshConnect * rounds(left) }
    var time = SimDuration.zero
    // Each level of the tree starts when the one above has its daemons.
    var parents = 1
    while left > 0 {
      let level = min(left, parents.multipliedReportingOverflow(by: radix).partialValue)
      time += sshConnect * rounds((level + parents - 1) / parents)
      left -= level
      parents = level
    }
    return time
  }

  /// Turns that one process takes for so many connections.
  private func rounds(_ connections: Int) -> Int { (connections + concurrent - 1) / concurrent }
}
