// SPDX-License-Identifier: Apache-2.0

/// What can be wrong with an expectation.
package enum ExpectFault: Hashable, Sendable {
  case syntax(found: String, expected: String)
}

extension ExpectFault {
  var message: String {
    switch self {
    case .syntax(let found, _): "unexpected \(found)"
    }
  }
  var expected: String? {
    switch self {
    case .syntax(_, let expected): expected
    }
  }
  var hint: String? { nil }
}
