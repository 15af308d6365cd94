// SPDX-License-Identifier: Apache-2.0

/// A way in which a declaration breaks the naming rules of OpenMetrics and Prometheus
/// (<https://prometheus.io/docs/practices/naming/>, OpenMetrics 1.0 §"MetricFamily").
package enum MetricNamingProblem: Hashable, Sendable {
  /// Not `[a-zA-Z_:][a-zA-Z0-9_:]*`.
  case invalidName
  /// Not `[a-zA-Z_][a-zA-Z0-9_]*`, or begins with the reserved `__`.
  case invalidLabelName(String)
  /// The same label twice.
  case repeatedLabelName(String)
  /// `le` belongs to the exported buckets of a histogram.
  case reservedLabelName(String)
  /// No sentence that says what it means.
  case missingHelp
  /// Bucket bounds of something that is no histogram, or that do not ascend.
  case invalidBuckets
  /// The name does not end as its kind and unit demand.
  case missingSuffix(String)
  /// The name ends with something that exporters append themselves, or that marks another kind.
  case misleadingSuffix(String)

  /// The problem in words.
  package var message: String {
    switch self {
    case .invalidName: "the name must consist of letters, digits, '_' and ':', no digit first"
    case .invalidLabelName(let label):
      "label '\(label)' must consist of letters, digits and '_', no digit and no '__' first"
    case .repeatedLabelName(let label): "label '\(label)' is declared twice"
    case .reservedLabelName(let label): "label '\(label)' is reserved for exported buckets"
    case .missingHelp: "the help sentence is empty"
    case .invalidBuckets: "bucket bounds need a histogram and must ascend"
    case .missingSuffix(let suffix): "the name should end with '\(suffix)'"
    case .misleadingSuffix(let suffix): "the name should not end with '\(suffix)'"
    }
  }

  /// Whether an export could not be read at all, as opposed to breaking a convention.
  package var isFatal: Bool {
    switch self {
    case .missingSuffix, .misleadingSuffix, .missingHelp: false
    default: true
    }
  }
}

extension MetricDeclaration {
  /// Everything wrong with the declaration's name, labels and help; the suffix conventions are left
  /// out where ``keepsRealName`` is set.
  package var namingProblems: [MetricNamingProblem] {
    var problems: [MetricNamingProblem] = []
    if !Self.isIdentifier(name, colons: true) { problems.append(.invalidName) }
    for (position, label) in labelNames.enumerated() {
      if !Self.isIdentifier(label, colons: false) || label.hasPrefix("__") {
        problems.append(.invalidLabelName(label))
      }
      if labelNames[..<position].contains(label) { problems.append(.repeatedLabelName(label)) }
      if kind == .histogram && label == "le" { problems.append(.reservedLabelName(label)) }
    }
    if help.isEmpty { problems.append(.missingHelp) }
    let ascending = zip(bucketBounds, bucketBounds.dropFirst()).allSatisfy { $0 < $1 }
    if !bucketBounds.isEmpty && (kind != .histogram || !ascending) {
      problems.append(.invalidBuckets)
    }
    if !keepsRealName { problems += suffixProblems }
    return problems
  }

  private var suffixProblems: [MetricNamingProblem] {
    let wanted = (unit.nameSuffix ?? "") + (kind == .counter ? "_total" : "")
    if !wanted.isEmpty && !name.hasSuffix(wanted) { return [.missingSuffix(wanted)] }
    var misleading = ["_bucket", "_count", "_sum"]
    if kind != .counter { misleading.append("_total") }
    return misleading.filter(name.hasSuffix).map(MetricNamingProblem.misleadingSuffix)
  }

  private static func isIdentifier(_ text: String, colons: Bool) -> Bool {
    guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: colons && byte == UInt8(ascii: ":")
      }
    }
  }
}
