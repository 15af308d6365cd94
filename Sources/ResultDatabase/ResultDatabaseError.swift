// SPDX-License-Identifier: Apache-2.0

/// Why no database was made.
package enum ResultDatabaseError: Error, Sendable, Hashable {
  /// The program was built without the trait `SQLite`.
  case notBuilt
  /// What SQLite says.
  case failed(reason: String)
}

extension ResultDatabaseError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notBuilt:
      """
      this build has no SQLite; build one that has: \
      apt-get install libsqlite3-dev && swift build -c release --traits SQLite
      """
    case .failed(let reason): reason
    }
  }
}
