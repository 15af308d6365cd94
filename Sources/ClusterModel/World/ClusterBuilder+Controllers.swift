// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Scenario

/// The controllers and their requests: each controller has a client, and so a token bucket, of its own.
extension ClusterBuilder {
  func controllerLimit() -> ClientRateLimit {
    let controllers = configuration.controllerManager
    return ClientRateLimit(qps: controllers.apiQPS.perSecond, burst: controllers.apiBurst)
  }

  mutating func declareMark(effect: StoredEffect) -> RequestClassID {
    let limit = controllerLimit()
    return declare(
      ControllerKind.nodeLifecycle.clientName, .nodeLifecycle, .patch, context.builtin.nodes,
      bytes: Int(configuration.kubelet.nodeStatusBytes.bytes)
    ) {
      $0.rateLimit = limit
      $0.sharedBucket = Int(ControllerKind.nodeLifecycle.rawValue)
      $0.clientTimeout = .seconds(60)
      $0.effect = effect
    }
  }

  mutating func declarePodWrite(
    _ controller: ControllerKind, _ requester: Requester, _ verb: RequestVerb
  ) -> RequestClassID {
    var limit = controllerLimit()
    // cmd/kube-controller-manager/app/core.go: the garbage collector's client has twice the rate.
    if controller == .garbageCollector {
      let controllers = configuration.controllerManager
      limit = ClientRateLimit(
        qps: controllers.apiQPS.perSecond * 2, burst: controllers.apiBurst * 2)
    }
    return declare(
      controller.clientName, requester, verb, context.builtin.pods,
      bytes: Int(configuration.kubelet.podBytes.bytes)
    ) {
      $0.rateLimit = limit
      $0.sharedBucket = Int(controller.rawValue)
      $0.clientTimeout = .seconds(60)
    }
  }

  /// The controller of one kind of owner, with its requests.
  mutating func makePodControl(_ kind: ControllerKind, _ requester: Requester) -> PodControl {
    let controllers = configuration.controllerManager
    let classes = PodControlClasses(
      createPod: declarePodWrite(kind, requester, .create),
      deletePod: declarePodWrite(kind, requester, .delete),
      putStatus: declareOwnerWrite(kind, kind, requester))
    let isJob = kind == .job
    return PodControl(
      PodControl.Settings(
        kind: kind,
        workers: kind == .daemonSet
          ? controllers.concurrentDaemonSetSyncs : controllers.concurrentSyncs,
        // replica_set.go, job_controller.go, stateful_set_control.go: 500; daemon_controller.go: 250.
        burst: kind == .daemonSet ? 250 : 500,
        syncPeriod: isJob ? controllers.jobSyncPeriod : .zero,
        // job_controller.go: 1 s to 1 min; client-go workqueue: 5 ms to 1,000 s.
        retryBase: isJob ? .seconds(1) : .milliseconds(5),
        retryLimit: isJob ? .minutes(1) : .seconds(1_000), classes: classes,
        isOfTraining: requester == .trainingJobs))
  }

  mutating func makeReplicas() -> ReplicatedWorkloads {
    ReplicatedWorkloads(
      replicaSets: makePodControl(.replicaSet, .replicas),
      statefulSets: makePodControl(.statefulSet, .replicas),
      daemonSets: makePodControl(.daemonSet, .replicas),
      scaleReplicaSet: declareOwnerWrite(.deployment, .replicaSet, .replicas))
  }

  /// The controllers of Endpoints and EndpointSlices; without a service they make no requests.
  mutating func makeEndpoints() -> EndpointControllers {
    let settings = configuration.controllerManager.endpoints
    guard
      workloads.contains(where: { id, workload in
        if case .nodeServices = workload.value.kind { return true }
        return context.podTemplates[id.index].hasService
      })
    else {
      return EndpointControllers(settings, classes: nil, &context)
    }
    let limit = controllerLimit()
    func write(
      _ controller: ControllerKind, _ verb: RequestVerb, _ name: String
    ) -> RequestClassID {
      declare(
        controller.clientName, .endpoints, verb, resource(name),
        bytes: Int(settings.endpointBytes.bytes)
      ) {
        $0.rateLimit = limit
        $0.sharedBucket = Int(controller.rawValue)
        $0.clientTimeout = .seconds(60)
      }
    }
    let classes = EndpointClasses(
      createEndpoints: write(.endpoints, .create, "endpoints"),
      updateEndpoints: write(.endpoints, .update, "endpoints"),
      createSlice: write(.endpointSlices, .create, "endpointslices"),
      updateSlice: write(.endpointSlices, .update, "endpointslices"),
      deleteSlice: write(.endpointSlices, .delete, "endpointslices"))
    return EndpointControllers(settings, classes: classes, &context)
  }

  /// What a controller writes into an object that owns pods.
  private mutating func declareOwnerWrite(
    _ controller: ControllerKind, _ owner: ControllerKind, _ requester: Requester
  ) -> RequestClassID {
    let limit = controllerLimit()
    let resource =
      switch owner {
      case .job: resource("jobs")
      case .statefulSet: resource("statefulsets")
      case .daemonSet: resource("daemonsets")
      default: resource("replicasets")
      }
    return declare(
      controller.clientName, requester, .update, resource,
      bytes: Int(configuration.controllerManager.objectBytes.bytes)
    ) {
      $0.rateLimit = limit
      $0.sharedBucket = Int(controller.rawValue)
      $0.clientTimeout = .seconds(60)
    }
  }

  // MARK: CronJobs and finished Jobs

  private var hasCronJobs: Bool {
    workloads.contains { if case .cronJob = $0.1.value.kind { true } else { false } }
  }

  private var hasTimesToLive: Bool {
    workloads.contains {
      switch $0.1.value.kind {
      case .jobs(let jobs): jobs.spec.timeToLive != nil
      case .cronJob(let cronJob): cronJob.spec.timeToLive != nil
      default: false
      }
    }
  }

  private mutating func declareJobRequest(
    _ controller: ControllerKind, _ requester: Requester, _ verb: RequestVerb,
    _ name: String = "jobs"
  ) -> RequestClassID {
    let limit = controllerLimit()
    return declare(
      controller.clientName, requester, verb, resource(name),
      bytes: Int(configuration.controllerManager.objectBytes.bytes)
    ) {
      $0.rateLimit = limit
      $0.sharedBucket = Int(controller.rawValue)
      $0.clientTimeout = .seconds(60)
    }
  }

  mutating func declareCronJobCreation() -> RequestClassID? {
    hasCronJobs ? declareJobRequest(.cronJob, .jobs, .create) : nil
  }

  mutating func makeCronJobs() -> CronJobs {
    let settings = configuration.controllerManager.jobControllers
    guard hasCronJobs else { return CronJobs(settings, classes: nil, &context) }
    let classes = CronJobClasses(
      listJobs: declareJobRequest(.cronJob, .cronJobs, .list),
      listCronJobs: declareJobRequest(.cronJob, .cronJobs, .list, "cronjobs"),
      putStatus: declareJobRequest(.cronJob, .cronJobs, .update, "cronjobs"),
      deleteJob: declareJobRequest(.cronJob, .cronJobs, .delete))
    return CronJobs(settings, classes: classes, &context)
  }

  mutating func makeFinishedJobs() -> FinishedJobs {
    let isEnabled = configuration.controllerManager.jobControllers.deletesFinished
    guard hasTimesToLive else {
      return FinishedJobs(isEnabled: isEnabled, read: nil, delete: nil)
    }
    return FinishedJobs(
      isEnabled: isEnabled, read: declareJobRequest(.ttlAfterFinished, .finishedJobs, .get),
      delete: declareJobRequest(.ttlAfterFinished, .finishedJobs, .delete))
  }
}
