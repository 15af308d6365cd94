// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents
import Stochastics

/// A distribution as a scenario writes it: `lognormal(median: 0.3ms, sigma: 0.5)`.
///
/// Arguments are named, in any order; or all unnamed, in the order of the family's table.
struct DistributionText: Hashable, Sendable {
  /// What stands for one parameter.
  enum Argument: Hashable, Sendable {
    /// A number, in seconds when the distribution is one of durations and the parameter has its
    /// unit.
    case number(Double, rendered: String)
    case distribution(DistributionText)
    case text(String)
  }

  let family: DistributionFamily
  /// In the order of the family's table, complete.
  let arguments: [(name: String, value: Argument)]

  static func == (lhs: DistributionText, rhs: DistributionText) -> Bool {
    lhs.rendered == rhs.rendered
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(rendered)
  }

  /// The canonical text. A constant is its bare value.
  var rendered: String {
    if family == .constant, case .number(_, let text)? = arguments.first?.value { return text }
    let list = arguments.map { argument in
      switch argument.value {
      case .number(_, let text): "\(argument.name): \(text)"
      case .distribution(let inner): "\(argument.name): \(inner.rendered)"
      case .text(let text): "\(argument.name): \(text.quotedForYAML)"
      }
    }
    return "\(family.rawValue)(\(list.joined(separator: ", ")))"
  }

  /// The paths of data files it names.
  var filePath: String? {
    guard family == .empirical, case .text(let path)? = arguments.first?.value else { return nil }
    return path
  }

  /// The distribution itself; `sample` supplies the values of an empirical one.
  func distribution(
    sample: (_ file: String, _ column: String) throws(ValueProblem) -> [Double]
  ) throws(ValueProblem) -> Distribution {
    do {
      switch family {
      case .mixture:
        guard case .number(let weight, _) = arguments[0].value,
          case .distribution(let first) = arguments[1].value,
          case .distribution(let second) = arguments[2].value
        else { throw ValueProblem(.distribution("a mixture takes a weight and two distributions")) }
        return try .mixture(
          weight: weight, of: first.distribution(sample: sample),
          and: second.distribution(sample: sample))
      case .empirical:
        guard case .text(let file) = arguments[0].value,
          case .text(let column) = arguments[1].value
        else { throw ValueProblem(.distribution("empirical takes a file and a column")) }
        return .empirical(try EmpiricalSample(sample(file, column)))
      default:
        var parameters: [String: Double] = [:]
        for case (let name, .number(let value, _)) in arguments { parameters[name] = value }
        return try Distribution(family: family, parameters: parameters)
      }
    } catch let problem as ValueProblem {
      throw problem
    } catch {
      throw ValueProblem(.distribution("\(error)"))
    }
  }
}
