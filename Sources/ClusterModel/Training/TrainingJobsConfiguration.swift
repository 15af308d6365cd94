// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// Jobs that train one model on a gang of pods or machines, step by step: `training-jobs`.
///
/// All members work in lockstep, as MPI and NCCL programs do: the loss of one halts all of them, and the
/// job goes on from its last checkpoint when the gang is complete again.
package struct TrainingJobsConfiguration: Configurable {
  package var path: KnobPath
  package var at: [SimDuration]
  package var rate: Rate?
  package var limit: Int?
  package var pods: TrainingPodsConfiguration?
  package var machines: TrainingMachinesConfiguration?
  package var steps: Int?
  package var compute: SimDuration
  package var collective: SimDuration
  package var checkpoint: TrainingCheckpointConfiguration?
  package var restart: TrainingRestartConfiguration
  package var mpi: MPILaunchConfiguration?

  package static let at = Knob<[SimDuration]>(
    "at", default: [], help: "Moments at which a job is submitted.",
    source: "stated by the scenario")
  package static let rate = Knob<Rate?>(
    optional: "rate", help: "Jobs per second, at random.", source: "stated by the scenario")
  package static let limit = Knob<Int?>(
    optional: "jobs", in: 1...1_000_000, help: "Jobs in all; absent: no limit.",
    source: "stated by the scenario")
  package static let pods = OptionalSubsection<TrainingPodsConfiguration>("pods")
  package static let machines = OptionalSubsection<TrainingMachinesConfiguration>("machines")
  package static let steps = Knob<Int?>(
    optional: "steps", in: 1...1_000_000_000_000,
    help: "Steps after which the job is done; absent: it trains for ever.",
    source: "stated by the scenario")
  package static let compute = Knob<SimDuration>(
    "compute", default: .seconds(1), in: .milliseconds(1) ... .hours(24),
    help: "Time of a step in which a healthy member computes; the slowest member sets the pace.",
    source: "stated by the scenario")
  package static let collective = Knob<SimDuration>(
    "collective", default: .zero, in: .zero ... .hours(24),
    help: "Time of a step in which the members communicate and nothing is computed.",
    source: "stated by the scenario")
  package static let checkpoint = OptionalSubsection<TrainingCheckpointConfiguration>("checkpoint")
  package static let restart = Subsection<TrainingRestartConfiguration>("restart")
  package static let mpi = OptionalSubsection<MPILaunchConfiguration>("mpi")

  package static let declaration = SectionDeclaration(
    "training-jobs",
    help: "Jobs that train on a gang in lockstep; the loss of one member halts all."
  ) {
    at
    rate
    limit
    OneOf {
      pods
      machines
    }
    steps
    compute
    collective
    checkpoint
    restart
    mpi
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    at = reader[Self.at]
    rate = reader[Self.rate]
    limit = reader[Self.limit]
    pods = reader.optionalSection(Self.pods)
    machines = reader.optionalSection(Self.machines)
    steps = reader[Self.steps]
    compute = reader[Self.compute]
    collective = reader[Self.collective]
    checkpoint = reader.optionalSection(Self.checkpoint)
    restart = reader.section(Self.restart)
    mpi = reader.optionalSection(Self.mpi)
    if at.isEmpty == (rate == nil) {
      reader.fail(nil, "training jobs need exactly one of 'at' and 'rate'")
    }
  }

  /// Members of the gang.
  package var members: Int { pods?.count ?? machines?.count ?? 0 }
}

/// A gang of pods, whole nodes or parts of them: `training-jobs.pods`.
package struct TrainingPodsConfiguration: Configurable {
  package var count: Int
  package var template: PodTemplateConfiguration

  package static let count = Knob<Int>(
    required: "count", in: 1...1_000_000, help: "Pods of the gang.")

  package static let declaration = SectionDeclaration("pods", help: "A gang of pods.") {
    count
    PodTemplateConfiguration.members
  }

  package init(_ reader: inout SectionReader) {
    count = reader[Self.count]
    template = PodTemplateConfiguration(&reader)
  }
}

/// A gang of whole machines of a standalone pool: `training-jobs.machines`.
package struct TrainingMachinesConfiguration: Configurable {
  package var pool: Reference
  package var count: Int
  package var replacementTime: DurationDistribution

  package static let pool = Knob<Reference>(
    required: "pool", to: ReferenceTarget("cluster.nodePools"),
    help: "Standalone pool whose machines the job holds; those beyond its count are spares.")
  package static let count = Knob<Int>(
    required: "count", in: 1...1_000_000, help: "Machines of the gang.")
  package static let replacementTime = Knob<DurationDistribution>(
    "replacement-time", default: "0s",
    help: "Time until a spare machine has taken the place of a faulty one, once it is known.",
    source: "stated by the scenario; MegaScale (NSDI 2024): faults diagnosed in under 10 min")

  package static let declaration = SectionDeclaration(
    "machines", help: "A gang of machines that no kubelet of the cluster runs pods on."
  ) {
    pool
    count
    replacementTime
  }

  package init(_ reader: inout SectionReader) {
    pool = reader[Self.pool]
    count = reader[Self.count]
    replacementTime = reader[Self.replacementTime]
  }
}
