// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// A container image of the scenario (`images:`).
package struct ImageConfiguration: Configurable {
  package var path: KnobPath
  package var size: ByteCount
  package var layers: [ByteCount]
  package var registry: Reference?

  package static let size = Knob<ByteCount>(
    required: "size", in: ByteCount(bytes: 1)...ByteCount(bytes: 1 << 44),
    help: "Bytes to download and extract.", source: "stated by the scenario")
  package static let layers = Knob<[ByteCount]>(
    "layers", default: [],
    each: ByteCount(bytes: 1)...ByteCount(bytes: 1 << 44),
    help: "Sizes of the layers from the lowest up, `size` in all; empty: one layer.",
    source: "stated by the scenario")
  package static let registry = Knob<Reference?>(
    optional: "registry", to: ReferenceTarget("registries"),
    help: "Registry that it comes from; absent: one that never refuses.",
    source: "stated by the scenario")

  package static let declaration = SectionDeclaration("image", help: "A container image.") {
    size
    layers
    registry
  }

  package init(_ reader: inout SectionReader) {
    path = reader.path
    size = reader[Self.size]
    layers = reader[Self.layers]
    registry = reader[Self.registry]
    if layers.count > Image.mostLayers {
      reader.fail(Self.layers, "docker takes at most \(Image.mostLayers) layers")
    }
    let sum = layers.reduce(0) { $0 + $1.bytes }
    if !layers.isEmpty, sum != size.bytes {
      reader.fail(Self.layers, "the layers have \(sum) bytes together, the image \(size.bytes)")
    }
  }
}

/// An image as the kubelets see it.
package struct Image: Codable, Sendable {
  package var name: String
  /// Bytes of each layer, the lowest first.
  package var layers: [Int64]
  package var registry: RegistryID?

  /// docker's storage drivers: at most 127 layers (daemon, `maxLayerDepth` 125 and two of its own).
  package static let mostLayers = 127

  package var bytes: Int64 { layers.reduce(0, +) }
}
