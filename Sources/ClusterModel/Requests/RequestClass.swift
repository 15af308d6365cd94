// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Measurement

/// Which part of the model asked, and gets the outcome.
package enum Requester: UInt8, Codable, Sendable, CaseIterable {
  case heartbeats, nodes, kubelet, scheduler, jobs, nodeLifecycle, podCollector, autoscaler, agents,
    requestLoads, operations, storeClients, eventRecorder, clusterAutoscaler, replicas, informers,
    watchCache, leaderElections, endpoints, cronJobs,
    finishedJobs, trainingJobs, teams, nodeHealth, gpuTests, nodeIPAM, podNetwork
}

extension Requester {
  /// The component whose working process makes all requests of the part.
  var component: ControlPlaneComponent? {
    switch self {
    case .scheduler: .scheduler
    case .jobs, .nodeLifecycle, .podCollector, .replicas, .endpoints, .cronJobs,
      .finishedJobs, .trainingJobs, .nodeIPAM:
      .controllerManager
    default: nil
    }
  }
}

/// Where a client runs, hence what it depends on.
package enum ClientLocation: String, Codable, Sendable, CaseIterable {
  /// On the machines of the control plane.
  case controlPlane = "control-plane"
  /// On a node of the cluster: gone when the node's machine is.
  case node
  /// Outside the cluster (an operator's desk, a CI job).
  case external
}

/// Where a read is answered.
package enum ReadSource: UInt8, Codable, Sendable {
  /// The API server's watch cache.
  case cache
  /// etcd, after a read-index round.
  case store
}

/// Which of etcd's calls a request is.
package enum StoreCall: UInt8, Codable, Sendable {
  /// Put, range or delete, by the verb.
  case keyValue
  /// A lease grant: through the log.
  case leaseGrant
  /// A lease keepalive: answered by the leader, without the log.
  case leaseKeepAlive
}

/// What a write puts into the object that other parts read from the store.
package enum StoredEffect: Codable, Sendable, Equatable {
  case none
  /// The node's last heartbeat (payload: when it was sent).
  case heartbeat
  /// The Node object with its first Ready condition (payload: when it was sent).
  case registration
  /// The node's Ready condition becomes Unknown.
  case nodeUnknown
  /// The pod's node (payload: the node).
  case binding
  /// The pod's phase (payload: `PodPhase`).
  case podPhase
  /// The component's leader (payload: the version that was read, and above it the holder); a conflict
  /// if the lock has another version.
  case leaderRecord(ControlPlaneComponent)
}

/// A token bucket as client-go's flow control has it.
package struct ClientRateLimit: Codable, Sendable, Hashable {
  /// Time between two tokens.
  package var interval: SimDuration
  /// Bucket size in tokens.
  package var burst: Int

  /// - Parameters:
  ///   - qps: tokens per second; `kube-api-qps`.
  ///   - burst: `kube-api-burst`.
  package init(qps: Double, burst: Int) {
    self.init(interval: SimDuration(roundingSeconds: 1 / qps), burst: burst)
  }

  package init(interval: SimDuration, burst: Int) {
    self.interval = interval
    self.burst = burst
  }

  /// When the next request may go, and the state after it.
  ///
  /// The bucket's whole state is one instant, at which it would be full again (the virtual
  /// scheduling form of the generic cell rate algorithm), so a bucket for each of 130,000 kubelets
  /// costs 8 bytes.
  package func take(at now: SimTime, fullAt: inout SimTime) -> SimTime {
    let base = max(now, fullAt)
    let allowance = interval * (burst - 1)
    let grant = base - now > allowance ? base - allowance : now
    fullAt = base + interval
    return grant
  }
}

/// Everything that requests of one kind share but their name (`ClusterContext.classNames`): it is read
/// at every step of a request, and without references reading it costs a copy of the field.
package struct RequestClass: Codable, Sendable {
  package var requester: Requester
  package var verb: RequestVerb
  package var resource: ResourceID
  package var readSource: ReadSource = .store
  /// Which call it is when it reaches etcd.
  package var storeCall: StoreCall = .keyValue
  /// The read does not wait for a read index (etcd `serializable`): it sees what its member has.
  package var isSerializable = false
  /// Bytes of the object that a write stores or a GET returns.
  package var objectBytes: Int
  /// How long the client waits for an answer; `nil`: as long as the server lets it.
  package var clientTimeout: SimDuration?
  /// The client's patience covers its tries after a 429, as a caller's deadline does; otherwise each
  /// try has its own, as with `http.Client.Timeout`.
  package var timeoutCoversRetries = false
  /// Tries after a 429, each after `Retry-After`.
  /// client-go rest/request.go: at most 10 retries.
  package var throttledRetries: Int = 10
  /// What the client itself does after a failure.
  package var retry: RetryPolicy?
  package var rateLimit: ClientRateLimit?
  /// Own bucket for each node instead of one for all clients of the class.
  package var rateLimitPerNode = false
  package var location: ClientLocation = .controlPlane
  /// Form of the bodies.
  package var contentType: ContentType = .protobuf
  /// Answers may be compressed.
  package var acceptsGzip = false
  /// Bytes of a compressed answer for each 1,000 of the plain one.
  package var compressionPermille: Int64 = 250
  /// Objects of a page of a LIST; `nil`: all in one answer.
  package var limit: Int64?
  package var selector: ListSelector = .none
  /// Objects that a LIST with a selector returns.
  package var selectedObjects: Int64 = 0
  /// Which user the client is.
  package var identity: ClientIdentity = .user
  /// The component whose working process makes these requests: they end with it.
  package var component: ControlPlaneComponent?
  /// Objects of this class expire (Events): kube-apiserver `--event-ttl`.
  package var timeToLive: SimDuration?
  /// What applying the write changes besides the object's bytes.
  package var effect: StoredEffect = .none
  /// A LIST with a field selector on the asking node: the answer holds its own objects only.
  package var selectsOwn = false
  /// The client finds the API server by a DNS name.
  package var resolvesName = false
  /// State of the shared token bucket.
  package var bucketFullAt: SimTime = .zero
  /// The bucket that it shares with other classes of the same client, of `ClusterContext.clientBuckets`.
  package var sharedBucket: Int?
  /// Where its time-outs are kept.
  package var deadlineLane: Int?

  package var metrics: RequestClassMetrics
}

/// Metric handles of a request class.
package struct RequestClassMetrics: Codable, Sendable {
  /// `apiserver_request_duration_seconds`.
  package var serverDuration: HistogramID
  /// `rest_client_request_duration_seconds`.
  package var clientDuration: HistogramID
  /// `etcd_request_duration_seconds`.
  package var storeDuration: HistogramID
  /// `apiserver_request_total` by outcome.
  package var serverOutcomes: OutcomeCounters
  /// `rest_client_requests_total` by outcome.
  package var clientOutcomes: OutcomeCounters
  /// Answers made after the client had left.
  package var answeredTooLate: CounterID
  /// Account class.
  package var account: AccountClassID
  /// Little's law over all requests of the class.
  package var occupancy = Occupancy()
}
