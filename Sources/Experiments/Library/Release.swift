// SPDX-License-Identifier: Apache-2.0

/// Which Orrery this is.
package enum Release {
  /// Semantic version of the program.
  package static let version = "0.1.0"
}
