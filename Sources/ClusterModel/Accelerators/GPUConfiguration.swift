// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// A GPU model: an entry of `gpus`.
package struct GPUConfiguration: Configurable {
  package var path: KnobPath
  package var memory: ByteCount
  package var link: Reference

  package static let memory = Knob<ByteCount>(
    required: "memory", in: ByteCount(bytes: 1 << 30)...ByteCount(bytes: 1 << 44),
    help: "Memory of one GPU.", source: "the vendor's data sheet")
  package static let link = Knob<Reference>(
    required: "link", to: ReferenceTarget("links"),
    help: "Link to the other GPUs of the node (kind nvlink or pcie).")

  package static let declaration = SectionDeclaration("gpu", help: "A GPU model.") {
    memory
    link
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    memory = reader[Self.memory]
    link = reader[Self.link]
  }
}
