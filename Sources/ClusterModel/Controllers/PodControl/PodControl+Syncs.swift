// SPDX-License-Identifier: Apache-2.0
import DequeModule
package import DiscreteEvents

/// Syncs: what an owner lacks is created in batches, what it has too many of is deleted, its status is
/// written.
extension PodControl {
  mutating func sync(
    _ owner: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let index = Int(owner)
    owners[index].hasError = false
    let expects = owners[index].expectedCreations > 0 || owners[index].expectedDeletions > 0
    if expects, agenda.now - owners[index].expectationsSet < Self.expectationsTimeout {
      writeStatus(owner, &context, &agenda)
      return
    }
    owners[index].expectedCreations = 0
    owners[index].expectedDeletions = 0
    let missing = missingPods(of: owner)
    if missing > 0 {
      let count = min(UInt32(missing), settings.burst)
      owners[index].expectationsSet = agenda.now
      owners[index].expectedCreations = count
      owners[index].left = count
      owners[index].batch = 1
      startBatch(owner, &context, &agenda)
    } else if missing < 0 {
      deletePods(min(-missing, Int(settings.burst)), of: owner, &context, &agenda)
    } else {
      writeStatus(owner, &context, &agenda)
    }
  }

  /// How many pods to create now; negative: to delete.
  private func missingPods(of owner: UInt32) -> Int {
    let row = owners[Int(owner)]
    if row.isHeld, row.active < row.wanted { return 0 }
    switch row.order {
    case .perNode: return missingNodes[Int(owner)].count
    case .parallel: return Int(row.wanted) - Int(row.active)
    case .orderedReady:
      if row.active > row.wanted { return -1 }
      return row.active < row.wanted && row.ready == row.active ? 1 : 0
    }
  }

  mutating func startBatch(
    _ owner: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let index = Int(owner)
    let count = min(owners[index].batch, owners[index].left)
    owners[index].inFlight = count
    owners[index].left -= count
    for _ in 0..<count {
      var row = templates[Int(owners[index].template)]
      row.job = JobID(rawValue: owner)
      row.created = agenda.now
      row.exists = true
      if owners[index].order == .perNode {
        row.storedNode = missingNodes[index].popFirst() ?? .none
      }
      let pod: PodID
      if let reused = spare.popLast() {
        context.pods[reused] = row
        pod = reused
      } else {
        pod = context.pods.append(row)
      }
      context.podStarts.begin(pod, of: row.workload, at: agenda.now)
      context.request(
        settings.classes.createPod, subject: pod.rawValue, object: pod.rawValue, &agenda)
    }
  }

  private mutating func deletePods(
    _ count: Int, of owner: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let index = Int(owner)
    let victims = leastUseful(count, of: owner, context)
    owners[index].expectationsSet = agenda.now
    owners[index].expectedDeletions = UInt32(victims.count)
    owners[index].inFlight = UInt32(victims.count)
    for pod in victims {
      context.pods[pod].isBeingDeleted = true
      context.request(
        settings.classes.deletePod, subject: pod.rawValue, object: pod.rawValue, &agenda)
    }
    if victims.isEmpty { writeStatus(owner, &context, &agenda) }
  }

  /// The pods to delete first: those without a node, then those that do not run, then the youngest
  /// (pkg/controller/controller_utils.go `ActivePods`). O(pods), only when an owner shrinks.
  private func leastUseful(
    _ count: Int, of owner: UInt32, _ context: borrowing ClusterContext
  ) -> [PodID] {
    let workload = templates[Int(owners[Int(owner)].template)].workload
    var candidates: [(rank: Int, pod: PodID)] = []
    for pod in context.pods.ids {
      let row = context.pods[pod]
      guard row.workload == workload, row.job.rawValue == owner, row.isActive,
        !row.isBeingDeleted
      else { continue }
      candidates.append(
        (row.storedNode == .none ? 0 : row.storedPhase == .pending ? 1 : 2, pod))
    }
    candidates.sort { $0.rank != $1.rank ? $0.rank < $1.rank : $0.pod > $1.pod }
    return candidates.prefix(count).map(\.pod)
  }

  /// The end of a sync: the owner's status is written when it has changed.
  mutating func writeStatus(
    _ owner: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let index = Int(owner)
    guard queue.isWorking,
      owners[index].storedActive != owners[index].active
        || owners[index].storedReady != owners[index].ready
    else {
      endSync(owner, &context, &agenda)
      return
    }
    owners[index].storedActive = owners[index].active
    owners[index].storedReady = owners[index].ready
    owners[index].isWritingStatus = true
    context.request(settings.classes.putStatus, subject: owner, object: owner, &agenda)
  }

  mutating func endSync(
    _ owner: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let hasFailed = owners[Int(owner)].hasError
    if let pause = queue.finish(owner, hasFailed: hasFailed, at: agenda.now) {
      schedule(owner, after: pause, context, &agenda)
    }
    work(&context, &agenda)
  }

  package func schedule(
    _ owner: UInt32, after delay: SimDuration, _ context: borrowing ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let event = PodControlEvent.enqueue(owner)
    let own: ClusterEvent =
      if settings.isOfTraining {
        .trainingJobs(.control(event))
      } else if settings.kind == .job {
        .jobs(.control(event))
      } else {
        .replicas(.control(settings.kind, event))
      }
    agenda.schedule(own, in: context.cluster, at: agenda.now + delay)
  }
}
