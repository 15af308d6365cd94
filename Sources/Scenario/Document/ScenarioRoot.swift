// SPDX-License-Identifier: Apache-2.0

/// The language's keys and the model's, seen as one declaration, and the ways to read a tree
/// against it.
struct ScenarioRoot: Sendable {
  let model: any Configurable.Type
  /// Header and model together.
  let declaration: SectionDeclaration

  init(model: any Configurable.Type) {
    self.model = model
    let parts = [DocumentHeader.declaration, model.declaration]
    declaration = SectionDeclaration(
      "scenario", help: DocumentHeader.declaration.help,
      members: parts.map(DeclarationPart.init))
  }

  /// Both halves of a root declaration.
  private struct DeclarationPart: SectionMember {
    let part: SectionDeclaration
    var declarations: [MemberDeclaration] { part.members }
  }

  /// Reads the language's own keys.
  func header(of tree: ScenarioNode, session: ReadingSession) -> DocumentHeader {
    var reader = SectionReader(
      session: session, declaration: declaration, node: tree, location: tree.location,
      path: KnobPath(), name: "", ignoring: Set(tree.entries?.map(\.key) ?? []))
    return DocumentHeader(&reader)
  }

  /// Reads the model's part of a tree.
  func configuration<Root: Configurable>(
    as type: Root.Type, of tree: ScenarioNode, session: ReadingSession
  ) -> Root {
    var reader = SectionReader(
      session: session,
      declaration: Root.declaration.extended(by: DocumentHeader.declaration.members),
      node: tree, location: tree.location, path: KnobPath(), name: "")
    reader.skip(DocumentHeader.declaration.memberNames)
    return reader.configuration(as: type)
  }

  /// Reads the model's part for its findings alone.
  func check(_ tree: ScenarioNode, session: ReadingSession) {
    func open<Root: Configurable>(_ type: Root.Type) {
      _ = configuration(as: type, of: tree, session: session)
    }
    open(model)
  }
}

extension SectionDeclaration {
  /// This declaration with more members before its own.
  func extended(by members: [MemberDeclaration]) -> SectionDeclaration {
    SectionDeclaration(
      name, help: help,
      members: [
        MemberGroup(declarations: members),
        MemberGroup(declarations: self.members),
      ] + alternatives.map { MemberGroup(declarations: [], alternative: $0) })
  }

  /// Members that already lost their types.
  private struct MemberGroup: SectionMember {
    let declarations: [MemberDeclaration]
    var alternative: [String]?
  }
}
