// SPDX-License-Identifier: Apache-2.0

/// What inter-pod affinity, anti-affinity and spreading mean for the pods of one workload, its own
/// terms and those of others that speak of it, with the workloads replaced by their rows of
/// `PodPlacements`.
struct AffinityRules: Codable, Sendable {
  struct Rule: Codable, Sendable {
    var row: Int
    var topology: TopologyKey
  }

  struct Preference: Codable, Sendable {
    var row: Int
    var topology: TopologyKey
    /// Negative for anti-affinity.
    var weight: Int
  }

  struct Spread: Codable, Sendable {
    var topology: TopologyKey
    var maxSkew: Int
  }

  /// Pods that must be in the domain.
  var required: [Rule] = []
  /// Pods that must not be in the domain: what it says of others and others say of it.
  var excluded: [Rule] = []
  var preferences: [Preference] = []
  var hardSpread: [Spread] = []
  var softSpread: [Spread] = []
  /// The row of its own workload, where it matters.
  var ownRow = -1
  /// Its pods carry (anti-)affinity terms.
  var hasTerms = false

  /// Whether any filter or score has to look at other pods.
  var isTrivial: Bool {
    required.isEmpty && excluded.isEmpty && preferences.isEmpty && hardSpread.isEmpty
      && softSpread.isEmpty
  }
}

extension AffinityRules {
  /// The rules of all workloads and the workloads that have to be counted for them.
  static func make(
    from templates: [PodTemplate], hardWeight: Int
  ) -> (rules: [AffinityRules], counted: [WorkloadID]) {
    var counted: [WorkloadID] = []
    func row(of workload: WorkloadID) -> Int {
      if let row = counted.firstIndex(of: workload) { return row }
      counted.append(workload)
      return counted.count - 1
    }
    var rules = Array(repeating: AffinityRules(), count: templates.count)
    for (index, template) in templates.enumerated() {
      let own = WorkloadID(index)
      for term in template.affinity {
        rules[index].hasTerms = true
        let target = term.workload
        let sign = term.isAnti ? -1 : 1
        let there = Preference(
          row: row(of: target), topology: term.topology, weight: sign * (term.weight ?? hardWeight))
        let back = Preference(
          row: row(of: own), topology: term.topology, weight: sign * (term.weight ?? hardWeight))
        if term.weight != nil {
          rules[index].preferences.append(there)
          rules[target.index].preferences.append(back)
        } else if term.isAnti {
          rules[index].excluded.append(Rule(row: there.row, topology: term.topology))
          if target != own {
            rules[target.index].excluded.append(Rule(row: back.row, topology: term.topology))
          }
        } else {
          rules[index].required.append(Rule(row: there.row, topology: term.topology))
          // Whoever is required is drawn to those who require it.
          rules[target.index].preferences.append(back)
        }
      }
      for spread in template.spread {
        let rule = Spread(topology: spread.topology, maxSkew: spread.maxSkew)
        if spread.isHard {
          rules[index].hardSpread.append(rule)
        } else {
          rules[index].softSpread.append(rule)
        }
        rules[index].ownRow = row(of: own)
      }
      if template.isSpreadByDefault {
        // plugins/podtopologyspread: system defaults for pods of a Service or ReplicaSet.
        if template.spread.isEmpty {
          rules[index].softSpread = [
            Spread(topology: .hostname, maxSkew: 3), Spread(topology: .zone, maxSkew: 5),
          ]
        }
        rules[index].ownRow = row(of: own)
      }
      if rules[index].required.contains(where: { $0.row == row(of: own) }) {
        rules[index].ownRow = row(of: own)
      }
    }
    return (rules, counted)
  }
}
