// SPDX-License-Identifier: Apache-2.0

/// How a request ended for its client.
package enum RequestOutcome: UInt8, Codable, Sendable, BitwiseCopyable, CaseIterable {
  /// 200: done.
  case ok
  /// 429: all in-flight seats of its kind were taken (`max-requests-inflight`).
  case tooManyRequests
  /// The client gave up waiting; the server may still be working on it.
  case clientTimeout
  /// 504: the API server's `request-timeout` passed.
  case serverTimeout
  /// 500: the store refused the write because its space quota is used up (NOSPACE).
  case noSpace
  /// 500: the store refused because commit is too far ahead of apply ("etcdserver: too many
  /// requests").
  case storeOverloaded
  /// 500: an admission webhook did not answer in time, and its failurePolicy is Fail.
  case webhookFailed
  /// The server's name could not be resolved, so the request was never sent.
  case nameNotResolved
  /// The API server went away while the request was under way, or nobody listens there.
  case connectionLost
  /// 404: a PATCH of an object that is not there (any more).
  case notFound
  /// 409: a binding of a pod that is bound already.
  case conflict
  /// 500: the write is larger than etcd's `max-request-bytes` ("etcdserver: request is too large").
  case requestTooLarge
  /// 500: etcd had no leader for too long, or the member that had the request is gone
  /// ("etcdserver: request timed out", "etcdserver: leader changed").
  case storeUnavailable

  /// The client has no answer that says what became of its write: it may yet be stored.
  package var mayStillHappen: Bool {
    switch self {
    case .clientTimeout, .serverTimeout, .connectionLost, .storeUnavailable: true
    default: false
    }
  }

  /// The `code` label that kube-apiserver and client-go metrics carry; `<error>` where no answer
  /// came.
  package var code: String {
    switch self {
    case .ok: "200"
    case .tooManyRequests: "429"
    case .serverTimeout: "504"
    case .noSpace, .storeOverloaded, .requestTooLarge, .storeUnavailable, .webhookFailed: "500"
    case .notFound: "404"
    case .conflict: "409"
    case .clientTimeout, .nameNotResolved, .connectionLost: "<error>"
    }
  }

  /// The `grpc_code` label of etcd's answer.
  package var grpcCode: String {
    switch self {
    case .noSpace, .storeOverloaded: "ResourceExhausted"
    case .requestTooLarge: "InvalidArgument"
    case .storeUnavailable: "Unavailable"
    default: "OK"
    }
  }
}
