// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// A mix of batch jobs: `job-mix`. Jobs come at random, each of a class that sets its size and how long
/// it runs; every class becomes a workload `NAME/CLASS` of its own.
package struct JobMixConfiguration: Configurable {
  package var path: KnobPath
  package var rate: Rate
  package var cycle: Reference?
  package var cycleStart: SimDuration
  package var failureProbability: Fraction
  package var backoffLimit: Int
  package var timeToLive: SimDuration?
  package var template: PodTemplateConfiguration
  package var classes: [Named<JobClassConfiguration>]

  package static let rate = Knob<Rate>(
    required: "rate", help: "Jobs of all classes per second, on average.",
    source: "stated by the scenario")
  package static let classes = NamedList<JobClassConfiguration>("classes")

  package static let declaration = SectionDeclaration(
    "jobMix", help: "Batch jobs of several sizes in given shares."
  ) {
    rate
    JobsConfiguration.cycle
    JobsConfiguration.cycleStart
    JobSpecConfiguration.failureProbability
    JobSpecConfiguration.backoffLimit
    JobSpecConfiguration.timeToLive
    classes
    PodTemplateConfiguration.members
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    rate = reader[Self.rate]
    cycle = reader[JobsConfiguration.cycle]
    cycleStart = reader[JobsConfiguration.cycleStart]
    failureProbability = reader[JobSpecConfiguration.failureProbability]
    backoffLimit = reader[JobSpecConfiguration.backoffLimit]
    timeToLive = reader[JobSpecConfiguration.timeToLive]
    classes = reader.list(Self.classes)
    template = PodTemplateConfiguration(&reader)
    if classes.allSatisfy({ $0.value.share == 0 }) {
      reader.fail("classes", "one class at least needs a share above 0")
    }
    if cycle == nil, cycleStart > .zero {
      reader.fail(
        JobsConfiguration.cycleStart, "says where in its cycle a load begins, and it has none")
    }
  }

  /// The jobs of each class: arrivals of a Poisson process that are told apart at random are Poisson
  /// processes of their own.
  var jobsOfClasses: [Named<JobsConfiguration>] {
    let sum = classes.reduce(0) { $0 + $1.value.share }
    return classes.filter { $0.value.share > 0 }.map { entry in
      let kind = entry.value
      var template = template
      if let gpus = kind.gpus { template.gpus = gpus }
      if let cpu = kind.cpu { template.cpu = cpu }
      if let memory = kind.memory { template.memory = memory }
      let spec = JobSpecConfiguration(
        pods: kind.pods, failureProbability: failureProbability, backoffLimit: backoffLimit,
        work: kind.work, workScope: .eachJob, timeToLive: timeToLive, template: template)
      return Named(
        name: entry.name,
        value: JobsConfiguration(
          path: kind.path, rate: Rate(perSecond: rate.perSecond * kind.share / sum),
          cycle: cycle, cycleStart: cycleStart, spec: spec))
    }
  }
}

/// Jobs of one size: an entry of `classes`.
package struct JobClassConfiguration: Configurable {
  package var path: KnobPath
  package var share: Double
  package var pods: Int
  package var gpus: Int?
  package var cpu: Double?
  package var memory: ByteCount?
  package var work: DurationDistribution

  package static let share = Knob<Double>(
    required: "share", in: 0...1e9,
    help: "Weight of the class among all jobs; only the ratios count.",
    source: "a trace's share of jobs")
  package static let gpus = Knob<Int?>(
    optional: "gpus", in: 0...64, help: "GPUs that each pod requests; absent: those of the mix.",
    source: "a trace's job sizes")
  package static let cpu = Knob<Double?>(
    optional: "cpu", in: 0...4096, help: "Cores that each pod requests; absent: those of the mix.",
    source: "stated by the scenario")
  package static let memory = Knob<ByteCount?>(
    optional: "memory", in: ByteCount(bytes: 0)...ByteCount(bytes: 1 << 46),
    help: "Memory that each pod requests; absent: that of the mix.",
    source: "stated by the scenario")
  package static let work = Knob<DurationDistribution>(
    required: "work", help: "Time that a job runs, drawn once for all its pods.",
    source: "a trace's durations")

  package static let declaration = SectionDeclaration("jobClass", help: "Jobs of one size.") {
    share
    JobSpecConfiguration.pods
    gpus
    cpu
    memory
    work
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    share = reader[Self.share]
    pods = reader[JobSpecConfiguration.pods]
    gpus = reader[Self.gpus]
    cpu = reader[Self.cpu]
    memory = reader[Self.memory]
    work = reader[Self.work]
  }
}
