// SPDX-License-Identifier: Apache-2.0

/// What a request does, with the API server's `verb` label.
package enum RequestVerb: String, Codable, Sendable, CaseIterable {
  case get = "GET"
  case list = "LIST"
  /// A watch until it is established; only a request of its own with Priority and Fairness.
  case watch = "WATCH"
  case create = "POST"
  case update = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"

  /// Mutating requests take seats of `max-mutating-requests-inflight` and go through the log.
  package var isMutating: Bool {
    switch self {
    case .get, .list, .watch: false
    case .create, .update, .patch, .delete: true
    }
  }

  /// The `operation` label of `etcd_request_duration_seconds`.
  package var storeOperation: String {
    switch self {
    case .get: "get"
    case .list, .watch: "list"
    case .create: "create"
    case .update, .patch: "update"
    case .delete: "delete"
    }
  }
}
