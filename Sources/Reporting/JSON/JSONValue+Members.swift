// SPDX-License-Identifier: Apache-2.0
import Scenario

extension JSONValue {
  /// An object whose keys are known at run time only, such as labels.
  static func object(members: [(key: String, value: JSONValue)]) -> JSONValue {
    .object(
      members.flatMap { key, value -> [Member] in
        guard case .object(let member) = JSONValue.object([key: value]) else { return [] }
        return member
      })
  }

  /// A number, or null.
  static func optional(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
}
