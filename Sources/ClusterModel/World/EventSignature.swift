// SPDX-License-Identifier: Apache-2.0

/// Number and name of each part's events, and what distinguishes events of one kind, for counting,
/// for host time by kind and for the fingerprint.
struct EventSignature {
  /// The part's own number of the kind, from 0.
  var kind: Int
  /// What the event carries.
  var payload: (UInt64, UInt64) = (0, 0)
}

/// A part's list of events.
protocol PartEvent: Sendable {
  /// The part's name in reports.
  static var part: String { get }
  static var kindNames: [String] { get }
  var signature: EventSignature { get }
}

extension ClientEvent: PartEvent {
  static var part: String { "client" }

  static let kindNames = [
    "submit", "dispatch", "answered", "deadline-check", "process-ended",
  ]

  var signature: EventSignature {
    switch self {
    case .submit(let a): EventSignature(kind: 0, payload: (UInt64(a.rawValue), 0))
    case .dispatch(let a):
      EventSignature(kind: 1, payload: (UInt64(a.id.rawValue), UInt64(a.generation)))
    case .answered(let a, let b):
      EventSignature(
        kind: 2, payload: (UInt64(a.id.rawValue), UInt64(a.generation) << 32 | UInt64(b.rawValue)))
    case .deadlineCheck(let a): EventSignature(kind: 3, payload: (UInt64(a), 0))
    case .processEnded(let a): EventSignature(kind: 4, payload: (UInt64(a.index), 0))
    }
  }
}

extension InformerEvent: PartEvent {
  static var part: String { "informer" }

  static let kindNames = ["ended", "expired", "refused", "list", "stopped", "started"]

  var signature: EventSignature {
    func payload(_ node: NodeID, _ seen: UInt32, _ kind: WatchKindID) -> (UInt64, UInt64) {
      (UInt64(node.rawValue) << 8 | UInt64(kind.rawValue), UInt64(seen))
    }
    return switch self {
    case .ended(let a, let b, let c): EventSignature(kind: 0, payload: payload(a, b, c))
    case .expired(let a, let b): EventSignature(kind: 1, payload: payload(a, 0, b))
    case .refused(let a, let b, let c): EventSignature(kind: 2, payload: payload(a, b, c))
    case .list(let a, let b): EventSignature(kind: 3, payload: payload(a, 0, b))
    case .stopped(let a): EventSignature(kind: 4, payload: (UInt64(a.index), 0))
    case .started(let a): EventSignature(kind: 5, payload: (UInt64(a.index), 0))
    }
  }
}

extension HeartbeatEvent: PartEvent {
  static var part: String { "heartbeat" }

  static let kindNames = [
    "status-cursor", "status", "lease-cursor", "lease", "started", "stopped",
  ]

  var signature: EventSignature {
    switch self {
    case .statusCursor: EventSignature(kind: 0)
    case .status(let a): EventSignature(kind: 1, payload: (UInt64(a.rawValue), 0))
    case .leaseCursor: EventSignature(kind: 2)
    case .lease(let a): EventSignature(kind: 3, payload: (UInt64(a.rawValue), 0))
    case .started(let a): EventSignature(kind: 4, payload: (UInt64(a.rawValue), 0))
    case .stopped(let a): EventSignature(kind: 5, payload: (UInt64(a.rawValue), 0))
    }
  }
}

extension NodeEvent: PartEvent {
  static var part: String { "node" }

  static let kindNames = [
    "machine-started", "machine-stopped", "machine-restarted", "join-again", "machine-terminated",
    "machines-refused",
  ]

  var signature: EventSignature {
    switch self {
    case .machineStarted(let a): EventSignature(kind: 0, payload: (UInt64(a.rawValue), 0))
    case .machineStopped(let a): EventSignature(kind: 1, payload: (UInt64(a.rawValue), 0))
    case .machineRestarted(let a): EventSignature(kind: 2, payload: (UInt64(a.rawValue), 0))
    case .joinAgain(let a, let b):
      EventSignature(kind: 3, payload: (UInt64(a.rawValue), UInt64(b.rawValue)))
    case .machineTerminated(let a): EventSignature(kind: 4, payload: (UInt64(a.rawValue), 0))
    case .machinesRefused(let a, let b, let c):
      EventSignature(
        kind: 5, payload: (UInt64(a.rawValue), UInt64(b) << 8 | UInt64(c.rawValue)))
    }
  }
}

extension KubeletEvent: PartEvent {
  static var part: String { "kubelet" }

  static let kindNames = [
    "sandbox-ready", "pulls-due", "container-started", "work-done", "machine-stopped", "joined",
    "pull-granted", "pull-refused", "pull-again", "sandbox-again", "container-exited", "exit-seen",
    "work-failed", "layer-due", "start-seen", "end-seen", "status-round",
  ]

  var signature: EventSignature {
    switch self {
    case .sandboxReady(let a, let b):
      EventSignature(kind: 0, payload: (UInt64(a.rawValue), UInt64(b)))
    case .pullsDue(let a, let b): EventSignature(kind: 1, payload: (UInt64(a.rawValue), UInt64(b)))
    case .containerStarted(let a, let b):
      EventSignature(kind: 2, payload: (UInt64(a.rawValue), UInt64(b)))
    case .workDone(let a, let b): EventSignature(kind: 3, payload: (UInt64(a.rawValue), UInt64(b)))
    case .machineStopped(let a): EventSignature(kind: 4, payload: (UInt64(a.rawValue), 0))
    case .joined(let a): EventSignature(kind: 5, payload: (UInt64(a.rawValue), 0))
    case .pullGranted(let a, let b):
      EventSignature(kind: 6, payload: (UInt64(a.rawValue), UInt64(b)))
    case .pullRefused(let a, let b):
      EventSignature(kind: 7, payload: (UInt64(a.rawValue), UInt64(b)))
    case .pullAgain(let a, let b):
      EventSignature(kind: 8, payload: (UInt64(a.rawValue), UInt64(b)))
    case .containerExited(let a, let b):
      EventSignature(kind: 10, payload: (UInt64(a.rawValue), UInt64(b)))
    case .exitSeen(let a, let b):
      EventSignature(kind: 11, payload: (UInt64(a.rawValue), UInt64(b)))
    case .sandboxAgain(let a, let b):
      EventSignature(kind: 9, payload: (UInt64(a.rawValue), UInt64(b)))
    case .workFailed(let a, let b):
      EventSignature(kind: 12, payload: (UInt64(a.rawValue), UInt64(b)))
    case .layerDue(let a): EventSignature(kind: 13, payload: (UInt64(a), 0))
    case .startSeen(let a, let b):
      EventSignature(kind: 14, payload: (UInt64(a.rawValue), UInt64(b)))
    case .endSeen(let a, let b):
      EventSignature(kind: 15, payload: (UInt64(a.rawValue), UInt64(b)))
    case .statusRound(let a): EventSignature(kind: 16, payload: (UInt64(a.rawValue), 0))
    }
  }
}

extension SchedulerEvent: PartEvent {
  static var part: String { "scheduler" }

  static let kindNames = [
    "cycle-done", "backoff-over", "node-updated", "flush", "caches-filled", "permit-expired",
    "victim-ended",
  ]

  var signature: EventSignature {
    switch self {
    case .cycleDone: EventSignature(kind: 0)
    case .backoffOver(let a): EventSignature(kind: 1, payload: (UInt64(a.rawValue), 0))
    case .nodeUpdated(let a): EventSignature(kind: 2, payload: (UInt64(a.rawValue), 0))
    case .flush: EventSignature(kind: 3)
    case .cachesFilled: EventSignature(kind: 4)
    case .permitExpired(let a, let b):
      EventSignature(kind: 5, payload: (UInt64(a), UInt64(b)))
    case .victimEnded(let a): EventSignature(kind: 6, payload: (UInt64(a.rawValue), 0))
    }
  }
}

extension NodeLifecycleEvent: PartEvent {
  static var part: String { "node-controller" }

  static let kindNames = [
    "monitor", "evict",
    "toleration-over",
  ]

  var signature: EventSignature {
    switch self {
    case .monitor: EventSignature(kind: 0)
    case .evict(let a): EventSignature(kind: 1, payload: (UInt64(a), 0))
    case .tolerationOver(let a): EventSignature(kind: 2, payload: (UInt64(a.rawValue), 0))
    }
  }
}

extension PodCollectorEvent: PartEvent {
  static var part: String { "pod-collector" }

  static let kindNames = ["collect", "terminated", "round", "owner-deleted"]

  var signature: EventSignature {
    switch self {
    case .collect(let a): EventSignature(kind: 0, payload: (UInt64(a.rawValue), 0))
    case .terminated(let a): EventSignature(kind: 1, payload: (UInt64(a.rawValue), 0))
    case .round: EventSignature(kind: 2)
    case .ownerDeleted(let a): EventSignature(kind: 3, payload: (UInt64(a.rawValue), 0))
    }
  }
}

extension ClusterAutoscalerEvent: PartEvent {
  static var part: String { "cluster-autoscaler" }

  static let kindNames = ["scan", "machines-refused"]

  var signature: EventSignature {
    switch self {
    case .scan: EventSignature(kind: 0)
    case .machinesRefused(let a, let b):
      EventSignature(kind: 1, payload: (UInt64(a.rawValue), UInt64(b)))
    }
  }
}

extension AutoscalerEvent: PartEvent {
  static var part: String { "autoscaler" }

  static let kindNames = [
    "loop", "machines-refused",
  ]

  var signature: EventSignature {
    switch self {
    case .loop: EventSignature(kind: 0)
    case .machinesRefused(let a, let b):
      EventSignature(kind: 1, payload: (UInt64(a.rawValue), UInt64(b)))
    }
  }
}

extension AgentEvent: PartEvent {
  static var part: String { "agent" }

  static let kindNames = [
    "cursor", "poll",
  ]

  var signature: EventSignature {
    switch self {
    case .cursor(let a): EventSignature(kind: 0, payload: (UInt64(a), 0))
    case .poll(let a, let b): EventSignature(kind: 1, payload: (UInt64(a), UInt64(b)))
    }
  }
}

extension RequestLoadEvent: PartEvent {
  static var part: String { "request-load" }

  static let kindNames = [
    "arrival", "guest-arrival", "remote-answer", "next-round",
  ]

  var signature: EventSignature {
    switch self {
    case .arrival(let a): EventSignature(kind: 0, payload: (UInt64(a), 0))
    case .guestArrival(let a, let b, let c):
      EventSignature(kind: 1, payload: (UInt64(a.rawValue), UInt64(b) << 32 | UInt64(c)))
    case .remoteAnswer(let a, let b):
      EventSignature(kind: 2, payload: (UInt64(a), UInt64(b.rawValue)))
    case .nextRound(let a): EventSignature(kind: 3, payload: (UInt64(a), 0))
    }
  }
}

extension JobEvent: PartEvent {
  static var part: String { "job" }

  static let kindNames = [
    "arrival", "pod-started", "pod-lost", "backoff-over", "enqueue", "create", "deleted",
  ]

  var signature: EventSignature {
    switch self {
    case .arrival(let a): EventSignature(kind: 0, payload: (UInt64(a), 0))
    case .podStarted(let a): EventSignature(kind: 1, payload: (UInt64(a.rawValue), 0))
    case .podLost(let a): EventSignature(kind: 2, payload: (UInt64(a.rawValue), 0))
    case .backoffOver(let a): EventSignature(kind: 3, payload: (UInt64(a.rawValue), 0))
    case .control(.enqueue(let a)): EventSignature(kind: 4, payload: (UInt64(a), 0))
    case .create(let a): EventSignature(kind: 5, payload: (UInt64(a), 0))
    case .deleted(let a): EventSignature(kind: 6, payload: (UInt64(a.rawValue), 0))
    }
  }
}

extension ReplicaEvent: PartEvent {
  static var part: String { "replicas" }

  static let kindNames = ["reconcile", "roll-out", "set-running", "enqueue"]

  var signature: EventSignature {
    switch self {
    case .reconcile(let a): EventSignature(kind: 0, payload: (UInt64(a), 0))
    case .rollOut(let a): EventSignature(kind: 1, payload: (UInt64(a.rawValue), 0))
    case .setRunning(let a, let b):
      EventSignature(kind: 2, payload: (UInt64(a.rawValue), b ? 1 : 0))
    case .control(let kind, .enqueue(let owner)):
      EventSignature(kind: 3, payload: (UInt64(kind.rawValue), UInt64(owner)))
    }
  }
}

extension DiskWriterEvent: PartEvent {
  static var part: String { "disk-writer" }

  static let kindNames = [
    "written"
  ]

  var signature: EventSignature {
    switch self {
    case .written(let a): EventSignature(kind: 0, payload: (UInt64(a), 0))
    }
  }
}

extension StoreClientEvent: PartEvent {
  static var part: String { "etcd-client" }

  static let kindNames = [
    "answered", "next",
  ]

  var signature: EventSignature {
    switch self {
    case .answered(let a): EventSignature(kind: 0, payload: (UInt64(a.rawValue), 0))
    case .next(let a, let b): EventSignature(kind: 1, payload: (UInt64(a), UInt64(b)))
    }
  }
}

extension OperationEvent: PartEvent {
  static var part: String { "operation" }

  static let kindNames = [
    "perform", "add-machine", "remove-machine",
  ]

  var signature: EventSignature {
    switch self {
    case .perform(let a): EventSignature(kind: 0, payload: (UInt64(a), 0))
    case .addMachine(let a): EventSignature(kind: 1, payload: (UInt64(a.rawValue), 0))
    case .removeMachine(let a): EventSignature(kind: 2, payload: (UInt64(a.rawValue), 0))
    }
  }
}

extension CloudEvent: PartEvent {
  static var part: String { "cloud" }

  static let kindNames = [
    "provision", "terminate", "released", "set-stock",
  ]

  var signature: EventSignature {
    switch self {
    case .provision(let a, let b):
      EventSignature(kind: 0, payload: (UInt64(a.rawValue), UInt64(b)))
    case .terminate(let a): EventSignature(kind: 1, payload: (UInt64(a.rawValue), 0))
    case .released(let a): EventSignature(kind: 2, payload: (UInt64(a.rawValue), 0))
    case .setStock(let a, let b):
      EventSignature(kind: 3, payload: (UInt64(a.rawValue), b ? 1 : 0))
    }
  }
}

extension EventRecorderEvent: PartEvent {
  static var part: String { "event-recorder" }

  static let kindNames = ["record", "record-for-pod", "record-for-owner", "post"]

  var signature: EventSignature {
    switch self {
    case .record(let reason, let node):
      EventSignature(kind: 0, payload: (UInt64(reason.rawValue), UInt64(node.rawValue)))
    case .recordForPod(let reason, let pod):
      EventSignature(kind: 1, payload: (UInt64(reason.rawValue), UInt64(pod.rawValue)))
    case .recordForOwner(let reason, let controller, let owner):
      EventSignature(
        kind: 2,
        payload: (UInt64(reason.rawValue) << 8 | UInt64(controller.rawValue), UInt64(owner)))
    case .post(let writer): EventSignature(kind: 3, payload: (UInt64(writer), 0))
    }
  }
}

extension RegistryEvent: PartEvent {
  static var part: String { "registry" }

  static let kindNames = ["pull"]

  var signature: EventSignature {
    switch self {
    case .pull(let node, let pull, let gateway):
      EventSignature(
        kind: 0,
        payload: (
          UInt64(node.rawValue) << 32 | UInt64(pull.rawValue), UInt64(gateway.rawValue)
        ))
    }
  }
}

extension PodNetworkEvent: PartEvent {
  static var part: String { "pod-network" }

  static let kindNames = ["lookup", "query-timed-out", "connect", "pods-changed"]

  var signature: EventSignature {
    switch self {
    case .lookup(let a): EventSignature(kind: 0, payload: (UInt64(a), 0))
    case .queryTimedOut(let a):
      EventSignature(kind: 1, payload: (UInt64(a.client.rawValue), a.digest))
    case .connect(let a, let b, let c):
      EventSignature(kind: 2, payload: (UInt64(a), UInt64(b) << 8 | UInt64(c)))
    case .podsChanged(let a): EventSignature(kind: 3, payload: (UInt64(a.rawValue), 0))
    }
  }
}

extension TransferEvent: PartEvent {
  static var part: String { "transfer" }

  static let kindNames = ["step-done", "pods-changed", "arrived"]

  var signature: EventSignature {
    switch self {
    case .stepDone(let a, let b): EventSignature(kind: 0, payload: (UInt64(a), UInt64(b)))
    case .podsChanged(let a): EventSignature(kind: 1, payload: (UInt64(a.rawValue), 0))
    case .arrived(let a): EventSignature(kind: 2, payload: (UInt64(a.rawValue), 0))
    }
  }
}

extension HardwareFaultEvent: PartEvent {
  static var part: String { "hardware" }

  static let kindNames = [
    "due", "scripted", "repaired", "machine-started", "machine-gone", "container-started",
    "work-started", "maintenance-due",
  ]

  var signature: EventSignature {
    switch self {
    case .due(let a, let b): EventSignature(kind: 0, payload: (UInt64(a), UInt64(b)))
    case .scripted(let a): EventSignature(kind: 1, payload: (UInt64(a), 0))
    case .repaired(let a): EventSignature(kind: 2, payload: (UInt64(a), 0))
    case .machineStarted(let a): EventSignature(kind: 3, payload: (UInt64(a.rawValue), 0))
    case .machineGone(let a): EventSignature(kind: 4, payload: (UInt64(a.rawValue), 0))
    case .containerStarted(let a): EventSignature(kind: 5, payload: (UInt64(a.rawValue), 0))
    case .workStarted(let a): EventSignature(kind: 6, payload: (UInt64(a.rawValue), 0))
    case .maintenanceDue(let a): EventSignature(kind: 7, payload: (UInt64(a), 0))
    }
  }
}

extension NodeHealthEvent: PartEvent {
  static var part: String { "node-health" }

  static let kindNames = [
    "fault-opened", "checked", "fault-repaired", "test-failed", "pod-left", "again",
    "evictions-due", "deadline", "replace", "pod-came",
  ]

  var signature: EventSignature {
    switch self {
    case .faultOpened(let a): EventSignature(kind: 0, payload: (UInt64(a), 0))
    case .checked(let a): EventSignature(kind: 1, payload: (UInt64(a), 0))
    case .faultRepaired(let a): EventSignature(kind: 2, payload: (UInt64(a.rawValue), 0))
    case .testFailed(let a): EventSignature(kind: 3, payload: (UInt64(a.rawValue), 0))
    case .podLeft(let a): EventSignature(kind: 4, payload: (UInt64(a.rawValue), 0))
    case .again(let a): EventSignature(kind: 5, payload: (UInt64(a.rawValue), 0))
    case .evictionsDue(let a, let b):
      EventSignature(kind: 6, payload: (UInt64(a.rawValue), UInt64(b)))
    case .deadline(let a, let b):
      EventSignature(kind: 7, payload: (UInt64(a.rawValue), UInt64(b)))
    case .replace(let a): EventSignature(kind: 8, payload: (UInt64(a.rawValue), 0))
    case .podCame(let a): EventSignature(kind: 9, payload: (UInt64(a.rawValue), 0))
    }
  }
}

extension GPUTestEvent: PartEvent {
  static var part: String { "gpu-tests" }

  static let kindNames = ["started", "finished", "untaint-again"]

  var signature: EventSignature {
    switch self {
    case .started(let a): EventSignature(kind: 0, payload: (UInt64(a.rawValue), 0))
    case .finished(let a, let b):
      EventSignature(kind: 1, payload: (UInt64(a.rawValue), UInt64(b)))
    case .untaintAgain(let a): EventSignature(kind: 2, payload: (UInt64(a.rawValue), 0))
    }
  }
}
