// SPDX-License-Identifier: Apache-2.0

/// The forms that are the language's own rather than a part's: what the schema has to know.
package enum LanguageForm: Sendable, Hashable {
  /// One profile name or several.
  case profileNames
  /// A mapping from paths to values.
  case assignments
  /// A mapping from paths to lists of values.
  case axes
  /// A mapping from variant names to assignments.
  case variants
}

/// A key of the language with a form of its own.
struct LanguagePart: SectionMember {
  let name: String
  let help: String
  let form: LanguageForm

  var declarations: [MemberDeclaration] {
    [MemberDeclaration(name: name, help: help, shape: .language(form))]
  }
}
