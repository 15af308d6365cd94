// SPDX-License-Identifier: Apache-2.0

// The third part of `Diagnostic+Wording.swift`: what can be said about expectations.

extension ExpectFault {
  var message: String {
    switch self {
    case .unexpected(let found, _): "unexpected \(found)"
    case .tooLong(let limit): "an expectation has at most \(limit) letters"
    case .tooDeep(let limit): "brackets are nested more than \(limit) levels deep"
    case .badLiteral(let fault): fault.message
    case .badPercentile(let text): "'\(text)' is not a percentile"
    case .unknownFunction(let name, _): "there is no function '\(name)'"
    case .unknownMetric(let name, _, _): "there is no metric '\(name)'"
    case .unknownLabel(let label, let metric, _, _): "'\(metric)' has no label '\(label)'"
    case .unknownVariant(let name, _, _): "there is no variant '\(name)'"
    case .unknownAxis(let path, _, _): "the scenario does not sweep over '\(path)'"
    case .unknownAxisValue(let value, let axis, _):
      "the sweep over '\(axis)' has no value '\(value)'"
    case .duplicateID(let id): "the id '\(id)' is here twice"
    case .nothingToRepeat(let variant):
      "variant(\(variant)) repeats the metric before it, and there is none"
    case .noMetric: "no metric is compared here, so it cannot fail"
    case .sameOnBothSides: "both sides are the same, so it says nothing"
    case .cannotFail(let range): "this cannot fail: the value is always \(range)"
    case .cannotHold(let range): "this cannot hold: the value is always \(range)"
    case .unitMismatch(let one, let other): "\(one) cannot be compared or added with \(other)"
    case .toleranceTooWide(let given, let toleranceClass, let widest):
      "a tolerance of \(given) is wider than \(toleranceClass.rawValue) allows, \(widest)"
    case .noToleranceInT4: "class T4 knows directions only, no '~'"
    }
  }

  var expected: String? {
    switch self {
    case .unexpected(_, let expected): expected
    case .badLiteral(let fault): fault.expected
    case .badPercentile: "a number from 0 to 100"
    case .unknownFunction(_, nil):
      "a metric in an aggregate, such as p99(apiserver_request_duration_seconds)"
    case .unknownMetric(_, nil, let known) where !known.isEmpty:
      "one that 'orrery list metrics' shows"
    case .unknownLabel(_, _, nil, let known) where !known.isEmpty: Diagnostic.choices(known)
    case .unknownVariant(_, nil, let known): Diagnostic.choices(known)
    case .unknownAxis(_, nil, let known) where !known.isEmpty: Diagnostic.choices(known)
    case .unknownAxisValue(_, _, let known): Diagnostic.choices(known)
    case .noToleranceInT4: "one of <, <=, >, >=, ==, !=, in"
    default: nil
    }
  }

  var hint: String? {
    switch self {
    case .unknownFunction(_, let nearest?), .unknownMetric(_, let nearest?, _),
      .unknownLabel(_, _, let nearest?, _), .unknownVariant(_, let nearest?, _),
      .unknownAxis(_, let nearest?, _):
      "did you mean '\(nearest)'?"
    case .badLiteral(let fault): fault.hint
    case .nothingToRepeat(let variant): "write variant(\(variant), p99(metric))"
    case .noMetric: "a metric stands in an aggregate: p99(metric)"
    default: nil
    }
  }
}
