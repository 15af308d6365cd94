// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement

/// etcd leases: granted and revoked through the log, kept alive without it.
extension Store {
  /// A client's grant of a lease without keys.
  mutating func grantLease(_ requestClass: RequestClass, at now: SimTime) {
    leased.grant(
      requestClass.resource, timeToLive: requestClass.timeToLive ?? Self.defaultTimeToLive,
      at: now)
  }

  /// etcd benchmark lease-keepalive grants leases of 100 s.
  private static var defaultTimeToLive: SimDuration { .seconds(100) }

  /// The lessor: looks every 500 ms for expired leases, at most so many that 1,000 a second are
  /// revoked, and takes no more before those are under way (etcd server/lease/lessor.go).
  mutating func checkLeases(_ context: inout ClusterContext, _ agenda: inout WorldAgenda) {
    if expired.isEmpty, hasLeader {
      while expired.count < Self.revocationsPerCheck,
        let group = leased.takeExpired(at: agenda.now)
      {
        expired.append(group)
      }
      pumpRevocations(&context, &agenda)
    }
    schedule(.leaseCheck, after: Self.leaseCheckInterval, context, &agenda)
  }

  /// At most 16 revocations are under way (etcd server/etcdserver/server.go `maxPendingRevokes`).
  mutating func pumpRevocations(
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    while revoking.count < Self.maxPendingRevokes, let group = expired.popFirst() {
      revoking.append(group)
      append(.leaseRevoke, valueBytes: 0, &context, &agenda)
    }
  }

  mutating func applyLeaseRevoke(_ context: inout ClusterContext, _ now: SimTime) {
    guard let group = revoking.popFirst() else { return }
    context.instruments.add(1, to: metrics.leasesExpired, at: now)
    guard group.count > 0 else { return }
    let mean = Int(group.valueBytes / group.count)
    keySpace.delete(objects: group.count, previousBytes: mean)
    context.objects.addAnonymous(
      group.resource, count: -group.count, bytes: -group.valueBytes)
    members[leader].pendingOperations += Int(group.count)
  }

  /// etcd server/lease/lessor.go: the loop of `runLoop`, 500 ms.
  static var leaseCheckInterval: SimDuration { .milliseconds(500) }
  /// etcd server/lease/lessor.go `defaultLeaseRevokeRate`: 1,000 a second, half of it each time.
  private static var revocationsPerCheck: Int { 500 }
  private static var maxPendingRevokes: Int { 16 }
}
