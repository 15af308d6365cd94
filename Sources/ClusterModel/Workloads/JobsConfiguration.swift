// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// Batch jobs: `jobs`. Each job creates its pods, every pod works for a while, a lost pod starts over.
package struct JobsConfiguration: Configurable {
  package var path: KnobPath
  package var at: [SimDuration]
  package var rate: Rate?
  package var cycle: Reference?
  package var cycleStart: SimDuration
  package var trace: String?
  package var limit: Int?
  package var spec: JobSpecConfiguration

  package static let at = Knob<[SimDuration]>(
    "at", default: [], help: "Moments at which a job is submitted.",
    source: "stated by the scenario")
  package static let rate = Knob<Rate?>(
    optional: "rate", help: "Jobs per second, at random.", source: "stated by the scenario")
  package static let cycle = Knob<Reference?>(
    optional: "cycle", to: ReferenceTarget("cycles"),
    help: "How the rate goes up and down in a week around its mean; absent: it is constant.",
    source: "stated by the scenario")
  package static let cycleStart = Knob<SimDuration>(
    "cycle-start", default: .zero, in: .zero ... .hours(168),
    help: "Where in the week the run begins, counted from Monday 0 h.",
    source: "0: the run begins with a Monday")
  package static let trace = Knob<String?>(
    optional: "trace", help: "CSV file with a column `time` in seconds, instead of a rate.",
    source: "stated by the scenario")
  package static let limit = Knob<Int?>(
    optional: "count", in: 1...10_000_000, help: "Jobs in all; absent: no limit.",
    source: "stated by the scenario")

  package static let declaration = SectionDeclaration("jobs", help: "Batch jobs.") {
    at
    rate
    cycle
    cycleStart
    trace
    limit
    JobSpecConfiguration.members
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    at = reader[Self.at]
    rate = reader[Self.rate]
    cycle = reader[Self.cycle]
    cycleStart = reader[Self.cycleStart]
    trace = reader[Self.trace]
    limit = reader[Self.limit]
    spec = JobSpecConfiguration(&reader)
    if [!at.isEmpty, rate != nil, trace != nil].count(where: { $0 }) != 1 {
      reader.fail(nil, "jobs need exactly one of 'at', 'rate' and 'trace'")
    }
    if cycle != nil, rate == nil {
      reader.fail(Self.cycle, "a cycle changes a 'rate', and none is given")
    }
    if cycle == nil, cycleStart > .zero {
      reader.fail(Self.cycleStart, "says where in its cycle a load begins, and it has none")
    }
  }

  /// Jobs at random, without an end.
  init(
    path: KnobPath, rate: Rate, cycle: Reference?, cycleStart: SimDuration,
    spec: JobSpecConfiguration
  ) {
    self.path = path
    at = []
    self.rate = rate
    self.cycle = cycle
    self.cycleStart = cycleStart
    trace = nil
    limit = nil
    self.spec = spec
  }
}
