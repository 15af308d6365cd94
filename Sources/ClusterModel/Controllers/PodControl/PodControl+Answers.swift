// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// What the controller hears: answers to its requests, and what its informer shows.
extension PodControl {
  /// A request of the controller has ended.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let request = context.requests[id]
    if request.classID == settings.classes.putStatus {
      let index = Int(request.subject)
      guard owners[index].isWritingStatus else { return }
      owners[index].isWritingStatus = false
      if outcome != .ok {
        owners[index].hasError = true
        owners[index].storedActive = .max
      }
      endSync(request.subject, &context, &agenda)
      return
    }
    let pod = PodID(rawValue: request.subject)
    let owner = context.pods[pod].job.rawValue
    if request.classID == settings.classes.createPod {
      created(pod, owner, outcome, &context, &agenda)
    } else {
      deleted(pod, owner, outcome, &context, &agenda)
    }
  }

  private mutating func created(
    _ pod: PodID, _ owner: UInt32, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let index = Int(owner)
    if outcome == .ok {
      agenda.send(
        .eventRecorder(.recordForOwner(.successfulCreate, settings.kind, owner)),
        in: context.cluster)
    } else {
      owners[index].hasError = true
      giveUp(pod, owner, outcome, &context)
    }
    owners[index].inFlight -= 1
    guard owners[index].inFlight == 0 else { return }
    if owners[index].hasError {
      // What was not tried is not expected either.
      owners[index].expectedCreations -= min(
        owners[index].left, owners[index].expectedCreations)
      owners[index].left = 0
    }
    if owners[index].left == 0 {
      writeStatus(owner, &context, &agenda)
    } else {
      owners[index].batch *= 2
      startBatch(owner, &context, &agenda)
    }
  }

  private mutating func giveUp(
    _ pod: PodID, _ owner: UInt32, _ outcome: RequestOutcome, _ context: inout ClusterContext
  ) {
    let index = Int(owner)
    guard !context.pods[pod].isActive else { return }
    owners[index].expectedCreations -= min(1, owners[index].expectedCreations)
    if owners[index].order == .perNode {
      let node = context.pods[pod].storedNode
      hasPod[index][node.index] = false
      if wants(node, owner, context) { addMissing(node, to: owner) }
    }
    // An unanswered request may still become an object; a refused one does not.
    guard !outcome.mayStillHappen else { return }
    context.pods[pod].exists = false
    context.podStarts.abandon(pod)
    spare.append(pod)
  }

  private mutating func deleted(
    _ pod: PodID, _ owner: UInt32, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let index = Int(owner)
    if outcome == .ok || outcome == .notFound {
      agenda.send(
        .eventRecorder(.recordForOwner(.successfulDelete, settings.kind, owner)),
        in: context.cluster)
    } else {
      owners[index].hasError = true
      owners[index].expectedDeletions -= min(1, owners[index].expectedDeletions)
      context.pods[pod].isBeingDeleted = false
    }
    owners[index].inFlight -= 1
    if owners[index].inFlight == 0 { writeStatus(owner, &context, &agenda) }
  }

  // MARK: The informer

  /// One of the controller's pods has changed in the API.
  package mutating func observed(
    _ change: ObjectChange, _ pod: PodID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let row = context.pods[pod]
    let owner = row.job.rawValue
    let index = Int(owner)
    switch change {
    case .created:
      guard !row.isActive else { return }
      context.pods[pod].exists = true
      context.pods[pod].isActive = true
      owners[index].active += 1
      owners[index].expectedCreations -= min(1, owners[index].expectedCreations)
    case .modified:
      if row.isActive, row.storedPhase == .running, !row.isCountedReady {
        context.pods[pod].isCountedReady = true
        owners[index].ready += 1
      } else if row.storedPhase > .running, row.isActive {
        leave(pod, owner, &context)
      } else {
        return
      }
    case .deleted:
      guard row.exists else { return }
      context.pods[pod].exists = false
      context.podStarts.abandon(pod)
      owners[index].expectedDeletions -= min(1, owners[index].expectedDeletions)
      if owners[index].order == .perNode {
        hasPod[index][row.storedNode.index] = false
        if wants(row.storedNode, owner, context) { addMissing(row.storedNode, to: owner) }
      }
      if row.isActive { leave(pod, owner, &context) }
    }
    guard settings.syncPeriod > .zero else {
      enqueue(owner, &context, &agenda)
      return
    }
    guard queue.delay(owner) else { return }
    schedule(owner, after: settings.syncPeriod, context, &agenda)
  }

  private mutating func leave(
    _ pod: PodID, _ owner: UInt32, _ context: inout ClusterContext
  ) {
    owners[Int(owner)].active -= 1
    if context.pods[pod].isCountedReady { owners[Int(owner)].ready -= 1 }
    context.pods[pod].isActive = false
    context.pods[pod].isCountedReady = false
  }
}
