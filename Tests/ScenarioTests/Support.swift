// SPDX-License-Identifier: Apache-2.0

import Foundation
import Scenario
import Testing

/// Reads a car wash from a text, with profiles given by name.
func load(
  _ text: String, profiles: [String: String] = [:], metrics: [MetricDescription] = []
) throws -> ScenarioDocument {
  try ScenarioLoader(root: CarWash.self, embeddedProfiles: profiles, metrics: metrics)
    .load(text: text, file: "wash.yaml")
}

/// The findings of a text that cannot be read, one a line.
func findings(
  _ text: String, profiles: [String: String] = [:], metrics: [MetricDescription] = []
) -> String {
  do {
    let document = try load(text, profiles: profiles, metrics: metrics)
    return document.warnings.map(\.description).joined(separator: "\n")
  } catch {
    return "\(error)"
  }
}

/// The configuration of the base.
func wash(
  _ text: String, profiles: [String: String] = [:]
) throws -> (CarWash, ResolvedConfiguration) {
  let document = try load(text, profiles: profiles)
  return try #require(document.points(variants: ["base"]).first).configuration(as: CarWash.self)
}
