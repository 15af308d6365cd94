// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// The cloud that clusters get their machines from: `cloud`.
package struct CloudConfiguration: Configurable {
  package var path: KnobPath
  package var terminationTime: DurationDistribution
  package var quotaCores: Int?
  package var provisioningRate: Rate?
  package var refusalTime: DurationDistribution
  package var refusesWholeRequests: Bool

  package static let terminationTime = Knob<DurationDistribution>(
    "termination-time", default: "30s",
    help: "Time from asking the cloud to delete a machine to the machine's end.",
    source: "not published; clouds grant instances about 30 s to shut down")
  package static let quotaCores = Knob<Int?>(
    optional: "quota-cores", in: 1...100_000_000,
    help: "Cores that all machines of all clusters may have together; absent: no limit.",
    source: "a cloud's quota of a subscription or project for each region, such as Azure's"
      + " 'Total Regional vCPUs'")
  package static let provisioningRate = Knob<Rate?>(
    optional: "provisioning-rate", in: Rate(perSecond: 0.000_1)...Rate(perSecond: 100_000),
    help: "Machines that the cloud starts one after the other; absent: all at once.",
    source: "not published: clouds limit requests, and starts of many machines are staggered")
  package static let refusalTime = Knob<DurationDistribution>(
    "refusal-time", default: "62s",
    help: "Time from asking for machines to hearing that there are none.",
    source: "kubernetes/autoscaler pull 5756, log of 11 May 2023: 62 s and 63 s on AWS")
  package static let refusesWholeRequests = Knob<Bool>(
    "refuses-whole-requests", default: false,
    help: "A request for more machines than are left gets none instead of those.",
    source: "kubernetes/autoscaler issue 2607: Azure refuses a scale set's whole increase")

  package static let declaration = SectionDeclaration(
    "cloud", help: "The cloud that machines come from."
  ) {
    terminationTime
    quotaCores
    provisioningRate
    refusalTime
    refusesWholeRequests
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    terminationTime = reader[Self.terminationTime]
    quotaCores = reader[Self.quotaCores]
    provisioningRate = reader[Self.provisioningRate]
    refusalTime = reader[Self.refusalTime]
    refusesWholeRequests = reader[Self.refusesWholeRequests]
  }
}
