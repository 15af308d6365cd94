// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario

/// What was found in a node.
enum HealthFinding: String, CaseIterable {
  case light, serious, maintenance
  case failedTest = "failed-test"

  var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Why a machine was terminated.
enum TerminationReason: String, CaseIterable {
  case empty, deadline

  var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// The instruments of the guard of the nodes' health.
struct NodeHealthMetrics: Codable, Sendable {
  let findings: [CounterID]
  private let states: [GaugeID]
  let cordons: CounterID
  let latePods: CounterID
  let evicted: CounterID
  let refused: CounterID
  let terminations: [CounterID]
  let detection: HistogramID
  let timeToTermination: [HistogramID]

  init(_ instruments: inout Instruments) {
    findings = HealthFinding.allCases.map {
      instruments.counter(.nodeHealthFindings, [MetricLabel("finding", $0.rawValue)])
    }
    states = NodeHealth.State.allCases.map {
      instruments.gauge(.nodeHealthNodes, [MetricLabel("state", $0.name)])
    }
    for state in states {
      instruments.set(0, state, at: .zero)
      instruments.trace(state)
    }
    cordons = instruments.counter(.nodeHealthCordons)
    latePods = instruments.counter(.nodeHealthLatePods)
    evicted = instruments.counter(.nodeHealthEvictions, [MetricLabel("result", "evicted")])
    refused = instruments.counter(.nodeHealthEvictions, [MetricLabel("result", "refused")])
    terminations = TerminationReason.allCases.map {
      instruments.counter(.nodeHealthTerminations, [MetricLabel("reason", $0.rawValue)])
    }
    detection = instruments.histogram(.nodeHealthDetection)
    timeToTermination = TerminationReason.allCases.map {
      instruments.histogram(.nodeHealthTimeToTermination, [MetricLabel("reason", $0.rawValue)])
    }
  }

  func nodes(_ state: NodeHealth.State) -> GaugeID { states[Int(state.rawValue)] }
}

extension MetricDeclaration {
  static let nodeHealth: [MetricDeclaration] = [
    nodeHealthFindings, nodeHealthNodes, nodeHealthCordons, nodeHealthLatePods, nodeHealthEvictions,
    nodeHealthTerminations, nodeHealthDetection, nodeHealthTimeToTermination,
  ]

  static let nodeHealthFindings = MetricDeclaration(
    "node_health_findings_total", .counter, in: .count("findings"),
    help: "Faults that checks or tests have found.", labels: ["finding"])
  static let nodeHealthNodes = MetricDeclaration(
    "node_health_nodes", .gauge, in: .count("nodes"),
    help: "Nodes on their way out of the cluster.", labels: ["state"])
  static let nodeHealthCordons = MetricDeclaration(
    "node_health_cordons_total", .counter, in: .count("nodes"),
    help: "Nodes that were cordoned for their health.")
  static let nodeHealthLatePods = MetricDeclaration(
    "node_health_pods_after_cordon_total", .counter, in: .count("pods"),
    help: "Pods that were placed on a node after its cordon, those of DaemonSets apart.")
  static let nodeHealthEvictions = MetricDeclaration(
    "node_health_evictions_total", .counter, in: .count("evictions"),
    help: "Evictions of pods from unhealthy nodes, by what the disruption budgets said.",
    labels: ["result"])
  static let nodeHealthTerminations = MetricDeclaration(
    "node_health_terminations_total", .counter, in: .count("machines"),
    help: "Machines that were terminated for their health.", labels: ["reason"])
  static let nodeHealthDetection = MetricDeclaration(
    "node_health_detection_seconds", .histogram, in: .seconds,
    help: "Time from a fault to the check that sees it.")
  static let nodeHealthTimeToTermination = MetricDeclaration(
    "node_health_time_to_termination_seconds", .histogram, in: .seconds,
    help: "Time from the first finding to the termination of the machine.", labels: ["reason"],
    span: .month)
}

extension NodeHealth {
  /// Whether a disruption budget has been asked.
  func hasEvicted(_ context: borrowing ClusterContext) -> Bool {
    context.instruments.hasCounted(metrics.evicted)
      || context.instruments.hasCounted(metrics.refused)
  }

  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = NodeHealthConfiguration
    let path = configuration.path
    func found(_ finding: HealthFinding) -> Bool {
      context.instruments.hasCounted(metrics.findings[finding.index])
    }
    let anything = HealthFinding.allCases.contains(where: found)
    idle.add(section: path, unless: anything)
    guard anything else { return }
    idle.add(
      [Knobs.checkInterval.name, Knobs.detectionDelay.name], in: path,
      unless: found(.light) || found(.serious) || found(.maintenance))
    idle.add([Knobs.light.name], in: path, unless: found(.light))
    idle.add([Knobs.serious.name], in: path, unless: found(.serious))
    idle.add([Knobs.maintenance.name], in: path, unless: found(.maintenance))
    idle.add([Knobs.failedTest.name], in: path, unless: found(.failedTest))
    idle.add(
      [Knobs.evictionRetry.name], in: path,
      unless: hasEvicted(context))
    idle.add([Knobs.uncordonsRepaired.name], in: path, unless: hasUncordoned)
    idle.add(
      [Knobs.replaces.name, Knobs.replacementDelay.name], in: path,
      unless: metrics.terminations.contains(where: context.instruments.hasCounted))
  }
}
