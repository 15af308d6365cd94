// SPDX-License-Identifier: Apache-2.0

extension Diagnostic {
  /// What can be wrong with a scenario. Cases carry facts, not sentences.
  package enum Problem: Hashable, Sendable {
    // Files
    case fileMissing
    case fileIsDirectory
    case fileUnreadable
    case fileTooLarge(limit: Int)
    case notUTF8(offset: Int)
    case emptyDocument
    case severalDocuments
    case malformedYAML(String)
    case duplicateKey(String, firstLine: Int)
    case keyNotScalar
    case tooDeep(limit: Int)
    case tooManyNodes(limit: Int)
    case tooManyAliases(limit: Int)
    case aliasInKey
    case badMergeKey
    case unsupportedVersion(found: String)

    // Shapes and keys
    case unknownKey(String, section: String, nearest: String?, known: [String])
    case missingKey(String, section: String)
    case noValue(String)
    case wrongShape(found: String, expected: String)
    case duplicateName(String, section: String)
    case badName(String)
    case reservedName(String)
    case exactlyOne(of: [String], found: [String], section: String)

    // Values
    case badValue(key: String, fault: ValueFault)
    case suspiciousUnit(found: String, means: String, customary: String)

    // References between files and paths
    case unknownProfile(String, nearest: String?, searched: [String])
    case extendsCycle([String])
    case extendsTooDeep(limit: Int)
    case badPath(String, reason: PathFault)
    case badAssignment(String)
    case unknownVariant(String, nearest: String?, known: [String])
    case emptyAxis(String)
    case tooManyPoints(count: Int, limit: Int)
    case overlappingPaths(String, String)

    // Expectations
    case expectation(ExpectFault)

    // A part's own rule across several knobs
    case rule(message: String, hint: String?)
  }
}

/// What can be wrong with a dotted path.
package enum PathFault: Hashable, Sendable {
  case syntax(String)
  case unknownElement(String, at: String, nearest: String?, known: [String])
  case pastKnob(String)
  case notAKnob(String)
}

/// What can be wrong with a single value, before it is known which key it belongs to.
package enum ValueFault: Hashable, Sendable {
  case malformed(found: String, kind: KnobKind)
  case missingUnit(found: String, kind: KnobKind)
  case unknownUnit(found: String, unit: String, nearest: String?, kind: KnobKind)
  case wrongShape(found: String, kind: KnobKind)
  case notFinite(found: String)
  case tooFine(found: String, smallest: String)
  case tooLarge(found: String, kind: KnobKind)
  case outOfRange(found: String, low: String, high: String)
  case unknownChoice(found: String, nearest: String?, choices: [String])
  case unknownReference(found: String, namespace: String, nearest: String?, known: [String])
  case unknownFamily(found: String, nearest: String?, known: [String])
  case parameters(family: String, expected: [String], problem: String)
  case distribution(String)
}

/// A fault of one value, and where it is when that is not the node itself.
package struct ValueProblem: Error, Hashable, Sendable {
  package let fault: ValueFault
  package let location: SourceLocation?

  package init(_ fault: ValueFault, at location: SourceLocation? = nil) {
    self.fault = fault
    self.location = location
  }
}
