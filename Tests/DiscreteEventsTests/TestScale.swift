// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How long the random scripts are: ten times as long with `ORRERY_LONG_TESTS=1`.
enum TestScale {
  static let factor = ProcessInfo.processInfo.environment["ORRERY_LONG_TESTS"] == "1" ? 10 : 1
}

/// A stored copy of a value, as a saved run would read it back.
func storedAndRead<Value: Codable>(_ value: Value) throws -> Value {
  try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
}
