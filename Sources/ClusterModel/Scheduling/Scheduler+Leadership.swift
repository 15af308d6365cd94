// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// What becomes of the scheduler's work when its process ends and another one takes over.
extension Scheduler {
  /// The process has ended with its queues and assumptions, or another one begins with what its
  /// informers show.
  package mutating func setWorking(
    _ works: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    isWorking = works
    if !works { coscheduling?.forgetWaiting() }
    if current != .none {
      current = .none
      hasLostCycle = true
    }
    guard works else { return }
    nominations.removeAll()
    for pod in context.pods.ids where context.pods[pod].exists {
      takeOver(pod, &context, &agenda)
    }
    startCycle(&context, &agenda)
  }

  private mutating func takeOver(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    forget(pod, &context, agenda.now)
    let row = context.pods[pod]
    guard row.storedPhase <= .running else { return }
    if row.storedNode != .none {
      reserve(row.storedNode, for: pod, &context, agenda.now)
    } else {
      // Assumed by the last process, and never bound.
      giveBack(pod, &context, &agenda)
      if !row.isBeingDeleted { activate(pod, .podAdd, &context, agenda.now) }
    }
  }
}
