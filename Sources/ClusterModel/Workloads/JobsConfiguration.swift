// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// Batch jobs: `jobs`. Each job creates its pods, every pod works for a while, a lost pod starts over.
package struct JobsConfiguration: Configurable {
  package var path: KnobPath
  package var at: [SimDuration]
  package var rate: Rate?
  package var trace: String?
  package var limit: Int?
  package var spec: JobSpecConfiguration

  package static let at = Knob<[SimDuration]>(
    "at", default: [], help: "Moments at which a job is submitted.",
    source: "stated by the scenario")
  package static let rate = Knob<Rate?>(
    optional: "rate", help: "Jobs per second, at random.", source: "stated by the scenario")
  package static let trace = Knob<String?>(
    optional: "trace", help: "CSV file with a column `time` in seconds, instead of a rate.",
    source: "stated by the scenario")
  package static let limit = Knob<Int?>(
    optional: "count", in: 1...10_000_000, help: "Jobs in all; absent: no limit.",
    source: "stated by the scenario")

  package static let declaration = SectionDeclaration("jobs", help: "Batch jobs.") {
    at
    rate
    trace
    limit
    JobSpecConfiguration.members
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    at = reader[Self.at]
    rate = reader[Self.rate]
    trace = reader[Self.trace]
    limit = reader[Self.limit]
    spec = JobSpecConfiguration(&reader)
    if [!at.isEmpty, rate != nil, trace != nil].count(where: { $0 }) != 1 {
      reader.fail(nil, "jobs need exactly one of 'at', 'rate' and 'trace'")
    }
  }
}
