// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

/// Gangs of pods: created by a controller as those of a Job are, placed by the scheduler one by one.
extension TrainingJobs {
  mutating func gatherPods(
    _ job: Int, isFirst: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let source = source(of: job)
    guard case .pods(let template) = source.gang, control != nil else { return }
    if isFirst {
      // The owner's number at the controller is the job's only while every job has one.
      while control?.owners.count ?? 0 < jobs.count {
        _ = control?.addOwner(template: template, order: .parallel, wanted: 0)
      }
      control?.setWanted(UInt32(source.members), of: UInt32(job))
      control?.enqueue(UInt32(job), &context, &agenda)
    } else if source.strategy == .blockingRecreate {
      jobs[job].isRecreating = true
      control?.setWanted(0, of: UInt32(job))
      control?.enqueue(UInt32(job), &context, &agenda)
      recreateIfGone(job, &context, &agenda)
      return
    }
    startIfComplete(job, &context, &agenda)
  }

  private mutating func startIfComplete(
    _ job: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard jobs[job].phase == .queued, !jobs[job].isRecreating,
      jobs[job].pods.count >= source(of: job).members
    else { return }
    beginStart(job, &context, &agenda)
  }

  /// The old pods are gone: the new ones may be created.
  private mutating func recreateIfGone(
    _ job: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard jobs[job].isRecreating, jobs[job].pods.isEmpty,
      let owner = control?.owners[job], owner.active == 0
    else { return }
    jobs[job].isRecreating = false
    let members = source(of: job).members
    control?.setWanted(UInt32(members), of: UInt32(job))
    control?.enqueue(UInt32(job), &context, &agenda)
  }

  /// The job whose pod it is.
  private func job(of pod: PodID, _ context: borrowing ClusterContext) -> Int? {
    let row = context.pods[pod]
    guard context.podTemplates[row.workload.index].isTraining, row.job.index < jobs.count
    else { return nil }
    return row.job.index
  }

  mutating func podStarted(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let job = job(of: pod, context) else { return }
    jobs[job].pods.append(pod)
    startIfComplete(job, &context, &agenda)
  }

  /// The other processes see the broken connection at once.
  mutating func podStopped(
    _ pod: PodID, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard let job = job(of: pod, context) else { return }
    jobs[job].pods.removeAll { $0 == pod }
    jobs[job].lostMembers += 1
    halt(job, &context, &agenda)
    recreateIfGone(job, &context, &agenda)
  }

  /// The last step is done: all containers end.
  mutating func endPods(
    _ job: Int, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    control?.setWanted(0, of: UInt32(job))
    for pod in jobs[job].pods {
      agenda.send(
        .kubelet(.workDone(pod, context.pods[pod].incarnation)), in: context.cluster)
    }
  }

  /// A pod has changed in the API.
  package mutating func observed(
    _ change: ObjectChange, _ pod: PodID, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    guard let job = job(of: pod, context) else { return }
    let row = context.pods[pod]
    if change == .modified, row.isActive, row.exists, row.storedPhase > .running {
      agenda.send(.podCollector(.terminated(pod)), in: context.cluster)
    }
    control?.observed(change, pod, &context, &agenda)
    recreateIfGone(job, &context, &agenda)
  }

  /// A request of the controller has ended.
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    control?.completed(id, outcome, &context, &agenda)
  }

  /// The controller's process has ended, or another one begins.
  package mutating func setWorking(
    _ works: Bool, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    control?.setWorking(works, &context, &agenda)
  }
}
