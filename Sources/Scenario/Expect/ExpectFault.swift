// SPDX-License-Identifier: Apache-2.0

/// What can be wrong with an expectation.
package enum ExpectFault: Hashable, Sendable {
  // Grammar
  case unexpected(found: String, expected: String)
  case tooLong(limit: Int)
  case tooDeep(limit: Int)
  case badLiteral(ValueFault)
  case badPercentile(String)

  // Names
  case unknownFunction(String, nearest: String?)
  case unknownMetric(String, nearest: String?, known: [String])
  case unknownLabel(String, metric: String, nearest: String?, known: [String])
  case unknownVariant(String, nearest: String?, known: [String])
  case unknownAxis(String, nearest: String?, known: [String])
  case unknownAxisValue(String, axis: String, known: [String])
  case duplicateID(String)
  case nothingToRepeat(variant: String)

  // Meaning
  case noMetric
  case sameOnBothSides
  case cannotFail(range: String)
  case cannotHold(range: String)
  case unitMismatch(String, String)
  case toleranceTooWide(given: String, class: ToleranceClass, widest: String)
  case noToleranceInT4
}

/// A fault and how many scalars into the text it stands.
struct ExpectProblem: Error, Hashable, Sendable {
  let fault: ExpectFault
  let offset: Int
}
