// SPDX-License-Identifier: Apache-2.0

/// What a write did to an object, as a watch event says it.
package enum ObjectChange: UInt8, Codable, Sendable, BitwiseCopyable {
  case created, modified, deleted
}
