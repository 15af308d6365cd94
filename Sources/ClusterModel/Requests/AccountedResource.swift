// SPDX-License-Identifier: Apache-2.0

/// Where a request spends its time. Each has a waiting and a service part in the time account.
package enum AccountedResource: Int, CaseIterable, Sendable {
  /// The client's own rate limit and back-off.
  case client
  /// Propagation between client, API server and store.
  case network
  /// Queues of Priority and Fairness.
  case apiserverQueue
  /// Admission webhooks.
  case admissionWebhook
  /// The audit log that an answer waits for.
  case auditLog
  /// CPU cores of the API server.
  case apiserverCPU
  /// Network card of the API server, outbound.
  case apiserverEgress
  /// CPU cores of the etcd member, on arrival of a request.
  case etcdCPU
  /// The log loop: waiting for the sync in progress, and the loop's own CPU.
  case etcdLog
  /// Write and fsync of the log.
  case etcdDisk
  /// From the leader's own sync to the acknowledgement by a majority.
  case etcdQuorum
  /// Applying: waiting for earlier entries, readers and backend commits.
  case etcdApply
  /// Range reads: waiting for the lock or a read index, and reading.
  case etcdRead
  /// Network card of the etcd member, outbound.
  case etcdEgress

  package var name: String {
    switch self {
    case .client: "client"
    case .network: "network"
    case .apiserverQueue: "kube-apiserver flow control"
    case .admissionWebhook: "admission webhooks"
    case .auditLog: "kube-apiserver audit log"
    case .apiserverCPU: "kube-apiserver CPU"
    case .apiserverEgress: "kube-apiserver egress"
    case .etcdCPU: "etcd CPU"
    case .etcdLog: "etcd log"
    case .etcdDisk: "etcd disk"
    case .etcdQuorum: "etcd quorum"
    case .etcdApply: "etcd apply"
    case .etcdRead: "etcd read"
    case .etcdEgress: "etcd egress"
    }
  }
}
