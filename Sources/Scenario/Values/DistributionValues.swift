// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents
package import Stochastics

/// A random duration: `lognormal(median: 0.3ms, sigma: 0.5)`, or a bare `10ms` for always the same.
package struct DurationDistribution: Hashable, Sendable {
  /// Draws are seconds.
  package let seconds: Distribution
  private let text: DistributionText

  init(_ text: DistributionText, distribution: Distribution) {
    self.text = text
    seconds = distribution
  }
}

/// A random plain number: `uniform(low: 1, high: 4)`, or a bare `4`.
package struct NumberDistribution: Hashable, Sendable {
  package let distribution: Distribution
  private let text: DistributionText

  init(_ text: DistributionText, distribution: Distribution) {
    self.text = text
    self.distribution = distribution
  }
}

extension DurationDistribution: KnobValue {
  package static var kind: KnobKind { .durationDistribution }
  package static var placeholder: DurationDistribution { "0s" }
  package var rendered: String { text.rendered }

  package static func read(
    _ node: ScenarioNode, in context: ValueContext
  ) throws(ValueProblem) -> DurationDistribution {
    let (text, distribution) = try DistributionReader(kind: kind).read(node)
    return DurationDistribution(text, distribution: distribution)
  }
}

extension NumberDistribution: KnobValue {
  package static var kind: KnobKind { .numberDistribution }
  package static var placeholder: NumberDistribution { "0" }
  package var rendered: String { text.rendered }

  package static func read(
    _ node: ScenarioNode, in context: ValueContext
  ) throws(ValueProblem) -> NumberDistribution {
    let (text, distribution) = try DistributionReader(kind: kind).read(node)
    return NumberDistribution(text, distribution: distribution)
  }
}

/// Literals are for defaults in declarations: a malformed one is a programmer's mistake and traps.
extension DurationDistribution: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) {
    let (text, distribution) = DistributionReader(kind: .durationDistribution).literal(value)
    self.init(text, distribution: distribution)
  }
}

/// Literals are for defaults in declarations: a malformed one is a programmer's mistake and traps.
extension NumberDistribution: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) {
    let (text, distribution) = DistributionReader(kind: .numberDistribution).literal(value)
    self.init(text, distribution: distribution)
  }
}

/// Reads distributions of either kind.
struct DistributionReader {
  let kind: KnobKind

  func read(
    _ node: ScenarioNode
  ) throws(ValueProblem) -> (DistributionText, Distribution) {
    let written = try written(node)
    var parser = DistributionTextParser(written, kind: kind)
    let text = try parser.parse()
    let origin = node.location.file
    let distribution = try text.distribution { file, column throws(ValueProblem) in
      try SampleFile(path: file, besides: origin, kind: kind).values(ofColumn: column)
    }
    return (text, distribution)
  }

  /// The text of a node: a scalar as it is, `{ lognormal: { median: 1s, sigma: 2 } }` put into one.
  private func written(_ node: ScenarioNode) throws(ValueProblem) -> String {
    switch node.content {
    case .scalar(let text, _):
      return text
    case .mapping(let entries):
      guard entries.count == 1, let entry = entries.first,
        let arguments = entry.value.entries
      else { fallthrough }
      let parameters = DistributionFamily(rawValue: entry.key)?.parameters ?? []
      var list: [String] = []
      for argument in arguments {
        let text = try written(argument.value)
        let kind = parameters.first { $0.name == argument.key }?.kind
        let isName = kind == .path || kind == .column
        list.append("\(argument.key): \(isName ? "\"\(text)\"" : text)")
      }
      return "\(entry.key)(\(list.joined(separator: ", ")))"
    case .list:
      throw ValueProblem(.wrongShape(found: node.shapeName, kind: kind))
    }
  }

  func literal(_ written: String) -> (DistributionText, Distribution) {
    do {
      var parser = DistributionTextParser(written, kind: kind)
      let text = try parser.parse()
      let distribution = try text.distribution { _, _ throws(ValueProblem) in
        throw ValueProblem(.distribution("a default cannot come from a file"))
      }
      return (text, distribution)
    } catch {
      preconditionFailure("'\(written)' is not a distribution: \(error)")
    }
  }
}
