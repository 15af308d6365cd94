// SPDX-License-Identifier: Apache-2.0

/// What `orrery check --save-baseline` keeps, for later checks to be held against.
package struct Baseline: Sendable, Hashable, Codable {
  /// The format that is read and written.
  package static let version = 1

  /// Version of the format.
  package let orreryBaseline: Int
  /// Version of the program that wrote it.
  package let program: String
  package let tier: String
  /// Where it was written: see `HostMachine.name`.
  package let machine: String?
  package let scenarios: [CheckRecord]
  /// How fast the simulator was, by scenario; empty when it was not measured.
  package let speeds: [String: SpeedMeasurement]

  package init(
    tier: String, machine: String?, scenarios: [CheckRecord],
    speeds: [String: SpeedMeasurement] = [:]
  ) {
    orreryBaseline = Self.version
    program = Release.version
    self.tier = tier
    self.machine = machine
    self.scenarios = scenarios
    self.speeds = speeds
  }

  package subscript(scenario: String) -> CheckRecord? {
    scenarios.first { $0.scenario == scenario }
  }

  private enum CodingKeys: String, CodingKey {
    case orreryBaseline, program, tier, machine, scenarios, speeds
  }
}

/// The summary of one scenario at tier quick that is kept in the repository: any deviation is a
/// change of behaviour that somebody has to accept.
package struct GoldenSummary: Sendable, Hashable, Codable {
  /// The format that is read and written.
  package static let version = 1

  /// Version of the format.
  package let orreryGolden: Int
  package let record: CheckRecord

  package init(_ record: CheckRecord) {
    orreryGolden = Self.version
    self.record = record
  }
}
