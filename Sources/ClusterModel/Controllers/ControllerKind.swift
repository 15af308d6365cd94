// SPDX-License-Identifier: Apache-2.0

/// A controller of kube-controller-manager: each has its own client, hence its own token bucket
/// (staging/src/k8s.io/controller-manager/pkg/clientbuilder).
package enum ControllerKind: UInt8, Codable, Sendable, BitwiseCopyable, CaseIterable {
  case nodeLifecycle, podCollector, job, cronJob, replicaSet, statefulSet, daemonSet, deployment,
    endpoints, ttlAfterFinished, endpointSlices, garbageCollector

  /// The name that its client has in metrics.
  package var clientName: String {
    switch self {
    case .nodeLifecycle: "node-controller"
    case .podCollector: "pod-garbage-collector"
    case .job: "job-controller"
    case .cronJob: "cronjob-controller"
    case .replicaSet: "replicaset-controller"
    case .statefulSet: "statefulset-controller"
    case .daemonSet: "daemon-set-controller"
    case .deployment: "deployment-controller"
    case .endpoints: "endpoint-controller"
    case .ttlAfterFinished: "ttl-after-finished-controller"
    case .endpointSlices: "endpointslice-controller"
    case .garbageCollector: "generic-garbage-collector"
    }
  }
}
