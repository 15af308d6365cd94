// SPDX-License-Identifier: Apache-2.0

/// What is said of the steps of a pod.
enum PodStepWords {
  typealias State = StepCutter.State

  static let creation = State(
    what: "asked for: its controller's POST goes to etcd", phase: .service)
  static let deletion = State(what: "being deleted", phase: .service)
  static let gone = State(what: "deleted")

  static func queued(_ place: QueuePlace, rejectedBy filters: FilterSet) -> State {
    let rejected = SchedulerFilter.allCases.filter(filters.contains).map(\.name)
      .joined(separator: ", ")
    return switch place {
    case .none: State(what: "stored; the scheduler has not seen it yet", phase: .waiting)
    case .active: State(what: "queued for the scheduler", phase: .waiting)
    case .backoff:
      State(
        what: "back-off of the scheduler" + (rejected.isEmpty ? "" : " after \(rejected)"),
        phase: .waiting)
    case .unschedulable:
      State(what: "unschedulable (\(rejected)): waits for what may help", phase: .waiting)
    }
  }

  static func starting(
    _ stage: PodLife.Stage, _ pull: PullStage?, on node: String
  ) -> State {
    switch stage {
    case .preparing:
      pull == nil
        ? State(what: "seen by the kubelet of \(node): volumes and sandbox", phase: .service)
        : pulling("the sandbox's image", pull)
    case .sandboxBackoff: State(what: "sandbox failed; tried again later", phase: .waiting)
    case .image: pulling("its image", pull)
    case .imageBackoff:
      pull == nil
        ? State(what: "pull failed: ImagePullBackOff", phase: .waiting)
        : pulling("its image", pull)
    case .starting, .exited: State(what: "image there; container is started", phase: .service)
    }
  }

  private static func pulling(_ image: String, _ stage: PullStage?) -> State {
    switch stage {
    case .queued: State(what: "waits behind other pulls of the node for \(image)", phase: .waiting)
    case .downloading: State(what: "\(image) is downloaded", phase: .service)
    case .extracting: State(what: "\(image) is extracted to disk", phase: .service)
    case .waiting, nil:
      State(what: "pull of \(image) waits for the registry or a slot", phase: .waiting)
    }
  }
}
