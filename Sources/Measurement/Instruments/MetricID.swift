// SPDX-License-Identifier: Apache-2.0

/// A counter registered with ``Instruments``.
package struct CounterID: BitwiseCopyable, Hashable, Sendable, Codable {
  let index: UInt32
}

/// A gauge registered with ``Instruments``.
package struct GaugeID: BitwiseCopyable, Hashable, Sendable, Codable {
  let index: UInt32
}

/// A histogram registered with ``Instruments``.
package struct HistogramID: BitwiseCopyable, Hashable, Sendable, Codable {
  let index: UInt32
}
