// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// In what form a client sends and wants objects.
package enum ContentType: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// `application/vnd.kubernetes.protobuf`: components of Kubernetes itself.
  case protobuf
  /// `application/json`: kubectl, custom resources and most other clients.
  case json

  /// Bytes of a collection in this form, from its bytes as etcd keeps them.
  ///
  /// JSON was measured at 1.156 times the protobuf bytes and 241 B an object
  /// (data/real-control-plane/k8s_object_sizes.csv: fitted on node and lease; a pod comes out 6 %
  /// small).
  package func bytes(ofStored bytes: Int64, objects: Int64) -> Int64 {
    switch self {
    case .protobuf: bytes
    case .json: bytes * 1_156 / 1_000 + 241 * objects
    }
  }
}

/// What a LIST selects by.
package enum ListSelector: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// All objects of the resource.
  case none
  /// A field that the watch cache has an index of (`spec.nodeName` of pods): only what matches is
  /// looked at. etcd has no index: read from there, every object is.
  case indexedField = "indexed-field"
  /// Labels: every object is looked at.
  case label
}

/// Which of the API server's users a client is: what Priority and Fairness sorts requests by.
package enum ClientIdentity: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// Group `system:masters`: the administrator's certificate.
  case masters = "system-masters"
  /// Group `system:nodes`: a kubelet.
  case node = "system-nodes"
  /// User `system:kube-controller-manager`.
  case controllerManager = "kube-controller-manager"
  /// User `system:kube-scheduler`.
  case scheduler = "kube-scheduler"
  /// A service account of the namespace `kube-system`.
  case systemServiceAccount = "kube-system-service-account"
  /// A service account of another namespace.
  case serviceAccount = "service-account"
  /// Any other authenticated user.
  case user
  /// Group `system:unauthenticated`.
  case anonymous
}

extension ClientIdentity {
  /// Who the parts of Kubernetes are to the API server.
  package init(of requester: Requester) {
    switch requester {
    case .heartbeats, .nodes, .kubelet: self = .node
    case .scheduler: self = .scheduler
    case .autoscaler, .clusterAutoscaler, .podNetwork: self = .systemServiceAccount
    case .agents, .nodeHealth, .gpuTests: self = .serviceAccount
    case .operations: self = .masters
    case .requestLoads, .storeClients: self = .user
    default: self = .controllerManager
    }
  }
}

/// When a client tries again.
package enum RetryKind: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// Only what client-go itself does: up to ten tries after a 429, each after `Retry-After`.
  case none
  /// After `retry-base`, each time.
  case fixed
  /// After `retry-base`, then `retry-factor` times as long each time, up to `retry-cap`.
  case exponential
}

/// Which ends of a request a client tries again after.
package enum RetryCondition: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// No answer in time.
  case timeouts
  /// No answer in time, or a 5xx.
  case errors
  /// Whatever is not 2xx, 404 or 409.
  case failures
}

/// How a client that makes its own choices behaves: a group of knobs of `requests` and `agents`.
package struct ClientConfiguration: Sendable {
  package var contentType: ContentType
  package var gzip: Bool
  package var compressionRatio: Double
  package var limit: Int?
  package var selector: ListSelector
  package var selectedObjects: Int
  package var identity: ClientIdentity
  package var retry: RetryKind
  package var retryOn: RetryCondition
  package var retries: Int
  package var retryBase: SimDuration
  package var retryFactor: Double
  package var retryCap: SimDuration
  package var retryJitter: Double

  package static let contentType = Knob<ContentType>(
    "content-type", default: .protobuf, help: "Form in which objects are sent and wanted.",
    source: "client-go rest.Config ContentType of Kubernetes' own components")
  package static let gzip = Knob<Bool>(
    "accept-gzip", default: false, help: "Answers may be compressed (Accept-Encoding: gzip).",
    source: "kubectl --disable-compression and rest.Config DisableCompression; state the client's")
  package static let compressionRatio = Knob<Double>(
    "compressed-size-ratio", default: 0.25, in: 0.001...1,
    help: "Bytes of a compressed answer over those of the plain one.",
    source: "data/real-control-plane/k8s_object_sizes.csv: nodes 0.23 (JSON) to 0.27 (protobuf)")
  package static let limit = Knob<Int?>(
    optional: "limit", in: 1...1_000_000,
    help: "A LIST is made in pages of so many objects, each asked for when the last has come.",
    source: "ListOptions.limit; client-go's pager and reflectors take 500")
  package static let selector = Knob<ListSelector>(
    "selector", default: .none, help: "What a LIST selects by.",
    source: "ListOptions.fieldSelector and labelSelector")
  package static let selectedObjects = Knob<Int>(
    "selected-objects", default: 0, in: 0...10_000_000,
    help: "Objects that a LIST with a selector returns.", source: "stated by the scenario")
  package static let retry = Knob<RetryKind>(
    "retry", default: .none, help: "Whether and how the client repeats a failed request.",
    source: "client-go repeats by itself only what was answered with Retry-After")
  package static let retryOn = Knob<RetryCondition>(
    "retry-on", default: .failures, help: "Which ends are followed by another try.",
    source: "stated by the scenario")
  package static let retries = Knob<Int>(
    "retries", default: 10, in: 1...250, help: "Tries after the first, with `retry`.",
    source: "client-go rest/request.go maxRetries: 10")
  package static let retryBase = Knob<SimDuration>(
    "retry-base", default: .milliseconds(800), in: .milliseconds(1) ... .hours(1),
    help: "Wait before the second try.", source: "client-go tools/cache/reflector.go: 0.8 s")
  package static let retryFactor = Knob<Double>(
    "retry-factor", default: 2, in: 1...100, help: "Growth of the wait, with `exponential`.",
    source: "client-go tools/cache/reflector.go: 2")
  package static let retryCap = Knob<SimDuration>(
    "retry-cap", default: .seconds(30), in: .milliseconds(1) ... .hours(24),
    help: "Longest wait, with `exponential`.", source: "client-go tools/cache/reflector.go: 30 s")
  package static let retryJitter = Knob<Double>(
    "retry-jitter", default: 1, in: 0...10,
    help: "A wait is lengthened by a random share of itself up to this.",
    source: "client-go tools/cache/reflector.go: jitter 1.0")

  /// The identity is declared by each section, with its own default.
  package static func identity(default identity: ClientIdentity) -> Knob<ClientIdentity> {
    Knob<ClientIdentity>(
      "identity", default: identity,
      help: "Which user the client is, for Priority and Fairness.",
      source: "subjects of the built-in flow schemas (pkg/apis/flowcontrol/bootstrap, 1.36)")
  }

  /// What a section's declaration lists.
  package static func members(_ identity: Knob<ClientIdentity>) -> [any SectionMember] {
    [
      contentType, gzip, compressionRatio, limit, selector, selectedObjects, identity, retry,
      retryOn, retries, retryBase, retryFactor, retryCap, retryJitter,
    ]
  }

  package init(_ reader: inout SectionReader, _ identity: Knob<ClientIdentity>) {
    contentType = reader[Self.contentType]
    gzip = reader[Self.gzip]
    compressionRatio = reader[Self.compressionRatio]
    limit = reader[Self.limit]
    selector = reader[Self.selector]
    selectedObjects = reader[Self.selectedObjects]
    self.identity = reader[identity]
    retry = reader[Self.retry]
    retryOn = reader[Self.retryOn]
    retries = reader[Self.retries]
    retryBase = reader[Self.retryBase]
    retryFactor = reader[Self.retryFactor]
    retryCap = reader[Self.retryCap]
    retryJitter = reader[Self.retryJitter]
    if selector == .none, reader.states(Self.selectedObjects.name) {
      reader.fail(Self.selectedObjects, "'selected-objects' needs a 'selector'")
    }
    if retry == .none {
      for name in [
        Self.retryOn.name, Self.retries.name, Self.retryBase.name, Self.retryFactor.name,
        Self.retryCap.name, Self.retryJitter.name,
      ] where reader.states(name) {
        reader.fail(name, "'\(name)' needs 'retry: fixed' or 'retry: exponential'")
      }
    }
    if retry == .fixed {
      for name in [Self.retryFactor.name, Self.retryCap.name] where reader.states(name) {
        reader.fail(name, "'\(name)' needs 'retry: exponential'")
      }
    }
    if retryCap < retryBase, retry == .exponential {
      reader.fail(Self.retryCap, "'retry-cap' is below 'retry-base'")
    }
  }

  /// Makes requests of a class those of this client.
  package func apply(to requestClass: inout RequestClass) {
    requestClass.contentType = contentType
    requestClass.acceptsGzip = gzip
    requestClass.compressionPermille = Int64((compressionRatio * 1000).rounded(.up))
    requestClass.limit = limit.map { Int64($0) }
    requestClass.selector = selector
    requestClass.selectedObjects = Int64(selectedObjects)
    requestClass.identity = identity
    guard retry != .none else { return }
    requestClass.retry = RetryPolicy(
      condition: retryOn, tries: UInt8(clamping: retries), base: retryBase,
      factor: retry == .fixed ? 1 : retryFactor, cap: retry == .fixed ? retryBase : retryCap,
      jitter: retryJitter)
  }
}

/// How a client repeats requests by its own decision.
package struct RetryPolicy: Codable, Sendable {
  package var condition: RetryCondition
  /// Tries after the first.
  package var tries: UInt8
  package var base: SimDuration
  package var factor: Double
  package var cap: SimDuration
  package var jitter: Double

  package init(
    condition: RetryCondition, tries: UInt8, base: SimDuration, factor: Double, cap: SimDuration,
    jitter: Double
  ) {
    self.condition = condition
    self.tries = tries
    self.base = base
    self.factor = factor
    self.cap = cap
    self.jitter = jitter
  }

  /// Whether a request that ended so is tried again, after `attempt` tries.
  package func repeats(after outcome: RequestOutcome, attempt: UInt8) -> Bool {
    guard attempt <= tries else { return false }
    switch outcome {
    case .ok, .notFound, .conflict: return false
    case .clientTimeout, .nameNotResolved: return true
    case .tooManyRequests: return condition == .failures
    default: return condition != .timeouts
    }
  }

  /// The wait before the next try.
  ///
  /// - Parameters:
  ///   - attempt: tries made, from 1.
  ///   - unit: a draw from 0 to 1.
  package func wait(attempt: UInt8, unit: Double) -> SimDuration {
    var wait = base
    var step: UInt8 = 1
    while step < attempt, wait < cap {
      wait = min(wait.scaled(by: factor), cap)
      step += 1
    }
    return wait.scaled(by: 1 + jitter * unit)
  }
}
