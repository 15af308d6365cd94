// SPDX-License-Identifier: Apache-2.0

/// A scenario at tier quick held against its golden summary. Same seeds, same program: everything
/// has to be equal, so what is not is a change of behaviour.
package struct GoldenComparison: Sendable, Hashable {
  /// What differs, in words; empty when the behaviour is unchanged.
  package let changes: [String]

  package init(_ golden: CheckRecord, now: CheckRecord) {
    var changes: [String] = []
    let ids = Set(golden.verdicts.keys).union(now.verdicts.keys).sorted()
    for id in ids where golden.verdicts[id] != now.verdicts[id] {
      let words = [golden.verdicts[id], now.verdicts[id]].map { $0?.rawValue ?? "not there" }
      changes.append("\(id): was \(words[0]), is \(words[1])")
    }
    for point in golden.points where !now.points.contains(where: { $0.name == point.name }) {
      changes.append("\(point.name): is gone")
    }
    for point in now.points {
      guard let before = golden.points.first(where: { $0.name == point.name }) else {
        changes.append("\(point.name): is new")
        continue
      }
      changes += Self.changes(of: point, from: before)
    }
    self.changes = changes
  }

  package var isUnchanged: Bool { changes.isEmpty }

  private static func changes(
    of point: CheckRecord.Point, from before: CheckRecord.Point
  ) -> [String] {
    var changes: [String] = []
    if point.seeds != before.seeds {
      changes.append("\(point.name): other seeds or replications")
    } else if point.fingerprint != before.fingerprint {
      changes.append(
        "\(point.name): fingerprint was \(before.fingerprint), is \(point.fingerprint)")
    }
    let names = before.figures.map(\.name)
    let all = names + point.figures.map(\.name).filter { !names.contains($0) }
    for name in all {
      let old = before.figures.first { $0.name == name }
      let new = point.figures.first { $0.name == name }
      if let old, let new {
        guard !old.agrees(with: new) else { continue }
        changes.append(
          "\(point.name): \(name) was \(old.text(old.mean)), is \(new.text(new.mean))")
      } else {
        changes.append("\(point.name): \(name) is \(old == nil ? "new" : "gone")")
      }
    }
    return changes
  }
}

extension CheckRecord.Figure {
  /// Whether all values are the same, as far as they are written everywhere alike.
  fileprivate func agrees(with other: Self) -> Bool {
    values.map { $0?.roundedToNineDigits } == other.values.map { $0?.roundedToNineDigits }
  }
}
