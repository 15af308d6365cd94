// SPDX-License-Identifier: Apache-2.0

/// Every value a run used, with where it came from: `orrery plan --resolved`.
package struct ResolvedConfiguration: Sendable, Hashable {
  /// One knob.
  package struct Entry: Sendable, Hashable {
    package let path: KnobPath
    /// As a scenario would state it.
    package let value: String
    package let provenance: Provenance
  }

  /// In the order in which the parts read them: the order of the declarations.
  package let entries: [Entry]
  /// Oddities found on the way.
  package let warnings: [Diagnostic]

  /// The knobs that the scenario, a tier, a variant, a sweep or the command line states, rather
  /// than a profile or a default: those whose lack of influence is worth a report.
  package var stated: [KnobPath] {
    entries.filter { $0.provenance.isStated }.map(\.path)
  }

  /// The entry of one knob. Cost: linear.
  package subscript(path: String) -> Entry? {
    entries.first { $0.path.description == path }
  }
}
