// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// A container image of the scenario (`images:`).
package struct ImageConfiguration: Configurable {
  package var path: KnobPath
  package var size: ByteCount

  package static let size = Knob<ByteCount>(
    required: "size", in: ByteCount(bytes: 1)...ByteCount(bytes: 1 << 44),
    help: "Bytes to download and extract.", source: "stated by the scenario")

  package static let declaration = SectionDeclaration("image", help: "A container image.") { size }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    size = reader[Self.size]
  }
}
