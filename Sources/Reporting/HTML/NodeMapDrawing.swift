// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import Experiments

/// The boxes of a map of nodes: neighbours of one colour in a row are one box.
struct NodeMapDrawing {
  /// How many cells lie under boxes, each box counted.
  private(set) var boxedCells = 0
  /// Path data by class of colour.
  private var paths: [(name: String, data: String)] = []

  init(_ history: NodeHistory, _ view: NodeMap.View) {
    for (index, row) in history.rows.enumerated() {
      let isThere = row.conditions.map { $0 != .absent }
      switch view {
      case .state:
        draw(isThere.map { $0 ? "n1" : nil }, row: index)
        draw(zip(row.conditions, row.ready).map(Self.state), row: index)
      case .gpu:
        draw(row.gpuUse.map { $0.map { $0 == 0 ? "u0" : "s\(Self.step($0))" } }, row: index)
      case .faults:
        draw(isThere.map { $0 ? "u0" : nil }, row: index)
        draw(row.faults.map(Self.faults), row: index)
      }
    }
    paths.sort { Self.order($0.name) < Self.order($1.name) }
  }

  var html: HTML {
    let all: [HTML] = paths.map { "<path class=\"\($0.name)\" d=\"\($0.data)\"/>" }
    return HTML(raw: all.map(\.markup).joined())
  }

  /// What lies below comes first.
  private static func order(_ name: String) -> String {
    (name == "n1" || name == "u0" ? "0" : "1") + name
  }

  // MARK: Colours

  /// The stronger, the longer the nodes of the row were not ready.
  private static func state(_ condition: NodeCondition, _ ready: Int?) -> String? {
    guard condition > .ready else { return nil }
    let lost = 100 - (ready ?? 0)
    return "n\(condition.rawValue) q\(lost >= 50 ? 3 : lost >= 10 ? 2 : 1)"
  }

  /// In nine steps of darkness.
  private static func step(_ percent: Int) -> Int { min(9, max(1, (percent * 9 + 99) / 100)) }

  private static func faults(_ count: Int) -> String? {
    switch count {
    case ...0: nil
    case 1: "f1"
    case 2: "f2"
    case 3...4: "f3"
    case 5...8: "f4"
    default: "f5"
    }
  }

  static func legend(_ view: NodeMap.View) -> HTML {
    func key(_ name: String, _ text: String) -> HTML {
      "<li><i class=\"\(name)\"></i>\(text)</li>"
    }
    let keys: [HTML]
    switch view {
    case .state:
      keys =
        NodeCondition.allCases.dropFirst().map { key("n\($0.rawValue)", $0.name) } + [
          """
          <li>a row of several nodes has the colour of its worst; pale: below a tenth of their time \
          not ready, full: half of it or more</li>
          """
        ]
    case .gpu:
      keys =
        [key("u0", "none")]
        + [1, 3, 5, 7, 9].map { step in
          key("s\(step)", "\((step - 1) * 100 / 9 + (step == 1 ? 1 : 0)) to \(step * 100 / 9) %")
        } + ["<li>mean over the nodes and the column</li>"]
    case .faults:
      keys =
        [
          key("u0", "none"), key("f1", "1 open"), key("f2", "2"), key("f3", "3 to 4"),
          key("f4", "5 to 8"), key("f5", "more"),
        ] + ["<li>the most at a time in the row</li>"]
    }
    return "<ul class=\"keys resources\">\(keys)</ul>"
  }

  // MARK: Boxes

  private mutating func draw(_ classes: [String?], row: Int) {
    var start = 0
    while start < classes.count {
      var end = start + 1
      while end < classes.count, classes[end] == classes[start] { end += 1 }
      if let name = classes[start] {
        add("M\(start) \(row)h\(end - start)v1h-\(end - start)z", to: name)
        boxedCells += end - start
      }
      start = end
    }
  }

  private mutating func add(_ box: String, to name: String) {
    if let index = paths.firstIndex(where: { $0.name == name }) {
      paths[index].data += box
    } else {
      paths.append((name, box))
    }
  }
}
