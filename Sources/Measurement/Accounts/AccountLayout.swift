// SPDX-License-Identifier: Apache-2.0

/// What a traveller does at a resource.
package enum AccountPhase: String, Hashable, Sendable, Codable, CaseIterable {
  /// It stands in a queue.
  case waiting
  /// It is being served.
  case service
}

/// The columns of a time account: the resources on which time can be spent, each with waiting and
/// service. Declared once per path (request, pod start, job step); a resource is then named by its
/// position.
package struct AccountLayout: Hashable, Sendable, Codable {
  /// Names of the resources, unique, in the order in which they are printed.
  package let resources: [String]

  /// A layout of uniquely named resources.
  package init(resources: [String]) {
    for (position, name) in resources.enumerated() {
      precondition(!resources[..<position].contains(name), "resource '\(name)' is declared twice")
    }
    self.resources = resources
  }

  /// How many durations one account holds.
  package var width: Int { 2 * resources.count }

  /// The column of a resource's waiting or service time.
  func column(_ resource: Int, _ phase: AccountPhase) -> Int {
    precondition(resources.indices.contains(resource), "no such resource in this layout")
    return 2 * resource + (phase == .waiting ? 0 : 1)
  }
}
