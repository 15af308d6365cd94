// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
package import Measurement

/// What the start of a pod goes through, each with a waiting and a service part in its time account.
package enum PodStartResource: Int, CaseIterable, Sendable {
  /// From the controller's POST until the scheduler's watch shows the pod, or the kubelet's one that
  /// comes with its node.
  case creation
  /// Waiting in the active queue, and scheduling cycles.
  case scheduler
  /// After attempts that failed.
  case schedulerBackoff
  /// Waiting for an event that makes room: pods parked as unschedulable.
  case room
  /// Assumed, and waiting for the others of its group (`Permit`).
  case podGroup
  /// From the decision until the kubelet's watch shows the pod.
  case binding
  /// ConfigMaps that have to be there before the sandbox.
  case volumes
  /// Making the sandbox.
  case sandbox
  /// Waiting behind other pulls of the node, and downloading.
  case imagePull
  /// Back-off after pulls that failed, and the registry's answer.
  case registry
  /// From the last byte of the image until its last layer is extracted.
  case imageExtraction
  /// Creating and starting the container.
  case container
  /// From the start until the watch shows the pod running: the kubelet's look at the runtime, its
  /// status update.
  case status

  package var name: String {
    switch self {
    case .creation: "creation"
    case .scheduler: "kube-scheduler"
    case .schedulerBackoff: "scheduling back-off"
    case .room: "room on the nodes"
    case .podGroup: "pod group"
    case .binding: "binding"
    case .volumes: "volumes"
    case .sandbox: "sandbox"
    case .imagePull: "image pull"
    case .registry: "image registry"
    case .imageExtraction: "image extraction"
    case .container: "container start"
    case .status: "status update"
    }
  }
}

/// Where a pod is on its way to running.
package enum PodStage: UInt8, Codable, Sendable, BitwiseCopyable {
  case created, queued, backingOff, unschedulable, inCycle, waitingForGroup, binding
  case mounting, makingSandbox, waitingForPull, pullBackOff, askingRegistry, downloading, extracting
  case startingContainer, reporting

  fileprivate var resource: PodStartResource {
    switch self {
    case .created: .creation
    case .queued, .inCycle: .scheduler
    case .backingOff: .schedulerBackoff
    case .unschedulable: .room
    case .waitingForGroup: .podGroup
    case .binding: .binding
    case .mounting: .volumes
    case .makingSandbox: .sandbox
    case .waitingForPull, .downloading: .imagePull
    case .pullBackOff, .askingRegistry: .registry
    case .extracting: .imageExtraction
    case .startingContainer: .container
    case .reporting: .status
    }
  }

  fileprivate var phase: AccountPhase {
    switch self {
    case .queued, .backingOff, .unschedulable, .waitingForGroup, .waitingForPull, .pullBackOff:
      .waiting
    case .created, .inCycle, .binding, .mounting, .makingSandbox, .askingRegistry, .downloading,
      .extracting, .startingContainer, .reporting:
      .service
    }
  }
}

/// The time accounts of pods that start: from the controller's POST until the watch shows them running,
/// as `kubelet_pod_start_total_duration_seconds` counts.
///
/// A pod is in one stage at a time, so all of its time is accounted for. Observing only: nothing in the
/// model reads it.
package struct PodStarts: Codable, Sendable {
  private struct Traveller: Codable, Sendable {
    var account: AccountID
    var since: SimTime
    var stage: PodStage
  }

  package private(set) var accounts = TimeAccounts(
    layout: AccountLayout(resources: PodStartResource.allCases.map(\.name)))
  /// By workload.
  private var classes: [AccountClassID] = []
  private var travellers: [Traveller] = []
  private var free: [UInt32] = []
  /// Place of each pod in `travellers`; `.max` for those that do not start.
  private var places: [UInt32] = []

  package init() {}

  /// Declares a class for the pods of each workload.
  package mutating func declare(workloads: [String]) {
    classes = workloads.map { accounts.declare("start of \($0) pods") }
  }

  /// The controller asks for the pod.
  mutating func begin(_ pod: PodID, of workload: WorkloadID, at now: SimTime) {
    abandon(pod)
    if pod.index >= places.count {
      places.append(contentsOf: repeatElement(.max, count: pod.index + 1 - places.count))
    }
    let traveller = Traveller(
      account: accounts.open(classes[workload.index], at: now, subject: UInt64(pod.rawValue)),
      since: now, stage: .created)
    if let place = free.popLast() {
      places[pod.index] = place
      travellers[Int(place)] = traveller
    } else {
      places[pod.index] = UInt32(travellers.count)
      travellers.append(traveller)
    }
  }

  /// The pod has come to another stage; nothing for one that has started or was given up.
  mutating func enter(_ stage: PodStage, _ pod: PodID, at now: SimTime) {
    guard let place = place(of: pod) else { return }
    settle(place, at: now)
    travellers[place].stage = stage
  }

  /// The watch shows the pod running.
  mutating func finish(_ pod: PodID, at now: SimTime) {
    guard let place = place(of: pod) else { return }
    settle(place, at: now)
    accounts.close(travellers[place].account, at: now)
    release(pod, place)
  }

  /// The pod will not start.
  mutating func abandon(_ pod: PodID) {
    guard let place = place(of: pod) else { return }
    accounts.abandon(travellers[place].account)
    release(pod, place)
  }

  /// Charges the time since the last change to the stage that the pod was in.
  private mutating func settle(_ place: Int, at now: SimTime) {
    let (stage, spent) = (travellers[place].stage, now - travellers[place].since)
    travellers[place].since = now
    accounts.charge(
      travellers[place].account, resource: stage.resource.rawValue,
      waiting: stage.phase == .waiting ? spent : .zero,
      service: stage.phase == .service ? spent : .zero)
  }

  private func place(of pod: PodID) -> Int? {
    guard pod.index < places.count, places[pod.index] != .max else { return nil }
    return Int(places[pod.index])
  }

  private mutating func release(_ pod: PodID, _ place: Int) {
    places[pod.index] = .max
    free.append(UInt32(place))
  }

  /// The warm-up is over; pods on their way go on.
  mutating func openWindow(at now: SimTime) { accounts.openWindow(at: now) }
}
