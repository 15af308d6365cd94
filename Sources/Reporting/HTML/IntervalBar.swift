// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation

/// A change with its interval, drawn round the value it is compared with. The axis is one of
/// ratios: twice and half are as far from the middle.
struct IntervalBar {
  /// The largest ratio that is drawn; what goes beyond ends at the edge.
  private static let widest = 10.0
  private static let extent = 1_000

  /// Half the axis, as a logarithm of a ratio.
  let reach: Double

  /// - Parameter cells: everything that is drawn together, with the first point's value. What
  ///   differs makes the axis; what is unclear may be of any size.
  init(_ cells: [(cell: ComparedFigure.Cell, first: Double?)]) {
    let clear = cells.filter { Self.name($0.cell.verdict) != "unclear" }
    let ratios = (clear.isEmpty ? cells : clear).flatMap { Self.ends($0.cell, of: $0.first) }
      .map { abs(Self.size($0)) }
    reach = min(log(Self.widest), max(log(1.02), ratios.max() ?? 0))
  }

  /// The logarithm of 1 plus a change; of less than nothing, the edge.
  private static func size(_ share: Double) -> Double {
    share > -1 + 1 / widest ? min(log(1 + share), log(widest)) : -log(widest)
  }

  /// Lower end, estimate and upper end as shares of the first value.
  private static func ends(_ cell: ComparedFigure.Cell, of first: Double?) -> [Double] {
    guard let first, first != 0, let share = cell.share(of: first) else { return [] }
    let interval = cell.interval.map { [$0.lower / abs(first), $0.upper / abs(first)] }
    return [interval?[0] ?? share, share, interval?[1] ?? share]
  }

  private func place(_ share: Double) -> Int {
    let middle = Double(Self.extent) / 2
    let size = min(max(Self.size(share), -reach), reach)
    return Int((middle + size / reach * middle * 0.96).rounded())
  }

  func html(_ cell: ComparedFigure.Cell, of first: Double?) -> HTML {
    let ends = Self.ends(cell, of: first)
    guard ends.count == 3 else { return .nothing }
    let (low, dot, high) = (place(ends[0]), place(ends[1]), place(ends[2]))
    let name = Self.name(cell.verdict)
    return """
      <svg class="change \(name)" viewBox="0 0 \(Self.extent) 20" preserveAspectRatio="none" \
      aria-hidden="true"><path class="zero" d="M\(Self.extent / 2) 0v20"/><rect x="\(low)" y="6" \
      width="\(max(3, high - low))" height="8"/><path class="at-dot" d="M\(dot) 2v16"/></svg>
      """
  }

  static func name(_ verdict: ComparisonVerdict) -> String {
    switch verdict {
    case .better: "better"
    case .worse: "worse"
    case .higher, .lower: "moved"
    case .same, .cannotTell, .missing: "unclear"
    }
  }
}
