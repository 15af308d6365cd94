// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics

/// Writes the Event objects that components record, through the API and at their clients' rates.
///
/// Each process (the scheduler, each controller, each kubelet) has one writer: a queue of at most 1,000
/// Events that one goroutine posts one after the other (client-go tools/record/event.go). An Event is
/// best effort: what finds the queue full, is refused by the server or fails 12 times for want of an
/// answer is dropped.
package struct EventRecorder: Codable, Sendable {
  /// The queue of a process; its Events differ in nothing that the model needs.
  private struct Writer: Codable {
    /// State of a kubelet's event client's bucket.
    var bucketFullAt: SimTime = .zero
    var queued: UInt16 = 0
    /// Tries of the Event that is being written.
    var tries: UInt8 = 0
    var isWriting = false
  }

  private let configuration: EventRecorderConfiguration
  private let classes: EventRecorderClasses
  private let kubeletLimit: ClientRateLimit
  private let spamLimit: ClientRateLimit
  private let stream: StreamID
  /// The scheduler, the controllers in the order of their declaration, the kubelets.
  private var writers: [Writer]
  /// State of the spam filter of each pod, in whole seconds: 4 bytes a pod.
  private var podSpam: [UInt32] = []
  /// The same of the controllers' objects.
  private var ownerSpam: [[SimTime]]
  private let recorded: [CounterID]
  private let droppedSpam: CounterID
  private let droppedQueue: CounterID
  private let droppedFailed: CounterID

  /// client-go tools/record/event.go: `maxQueuedEvents = 1000`.
  private static var queueLength: UInt16 { 1_000 }
  /// client-go tools/record/event.go: `maxTriesPerEvent = 12`.
  private static var maxTries: UInt8 { 12 }
  /// client-go tools/record/event.go: `defaultSleepDuration = 10 s`, the first time a random part of it.
  private static var sleep: SimDuration { .seconds(10) }
  private static let fixedWriters = 1 + ControllerKind.allCases.count

  package init(
    _ configuration: EventRecorderConfiguration, classes: EventRecorderClasses,
    _ context: inout ClusterContext
  ) {
    self.configuration = configuration
    self.classes = classes
    kubeletLimit = ClientRateLimit(
      qps: configuration.kubeletQPS.perSecond, burst: configuration.kubeletBurst)
    spamLimit = ClientRateLimit(
      interval: configuration.spamInterval, burst: configuration.spamBurst)
    stream = context.streams.stream("event-recorder/sleep")
    writers = Array(repeating: Writer(), count: Self.fixedWriters)
    ownerSpam = ControllerKind.allCases.map { _ in [] }
    recorded = EventReason.allCases.map {
      context.instruments.counter(.eventsRecorded, [MetricLabel("reason", $0.name)])
    }
    func dropped(_ cause: String) -> CounterID {
      context.instruments.counter(.eventsDropped, [MetricLabel("cause", cause)])
    }
    droppedSpam = dropped("spam")
    droppedQueue = dropped("queue")
    droppedFailed = dropped("failed")
  }

  package mutating func handle(
    _ event: EventRecorderEvent, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    guard configuration.enabled else { return }
    switch event {
    case .record(let reason, let node):
      let writer = node == .none ? Self.writer(of: reason.controller) : Self.writer(of: node)
      record(reason, by: writer, &context, &agenda)
    case .recordForPod(let reason, let pod):
      guard passes(pod, at: agenda.now) else {
        count(reason, droppedBy: droppedSpam, &context, agenda.now)
        return
      }
      let node = context.pods[pod].storedNode
      let writer =
        reason.isKubelets && node != .none
        ? Self.writer(of: node) : Self.writer(of: reason.controller)
      record(reason, by: writer, &context, &agenda)
    case .recordForOwner(let reason, let controller, let owner):
      guard passes(owner, of: controller, at: agenda.now) else {
        count(reason, droppedBy: droppedSpam, &context, agenda.now)
        return
      }
      record(reason, by: Self.writer(of: controller), &context, &agenda)
    case .post(let writer): post(writer, &context, &agenda)
    }
  }

  /// A write has ended. Only a missing answer is worth another try: what a server says is final
  /// (client-go tools/record/event.go: "Server rejected event").
  package mutating func completed(
    _ id: RequestID, _ outcome: RequestOutcome, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let writer = context.requests[id].subject
    let index = Int(writer)
    let wasUnanswered = outcome.code == "<error>"
    if wasUnanswered, writers[index].tries < Self.maxTries {
      var pause = Self.sleep
      if writers[index].tries == 1 {
        pause = SimDuration(
          nanoseconds: Int64(
            context.streams[stream].nextUnit() * Double(Self.sleep.nanoseconds)))
      }
      agenda.schedule(
        .eventRecorder(.post(writer)), in: context.cluster, at: agenda.now + pause)
      return
    }
    if outcome != .ok { context.instruments.add(1, to: droppedFailed, at: agenda.now) }
    writers[index].tries = 0
    writers[index].isWriting = false
    writers[index].queued -= 1
    turnToNext(writer, &context, &agenda)
  }

  /// The component's process has ended with the Events that it had still to write; the one under way
  /// may be stored.
  package mutating func forgetEvents(of component: ControlPlaneComponent) {
    let own = component == .scheduler ? 0..<1 : 1..<Self.fixedWriters
    for index in own { writers[index].queued = writers[index].isWriting ? 1 : 0 }
  }

  private mutating func record(
    _ reason: EventReason, by writer: UInt32, _ context: inout ClusterContext,
    _ agenda: inout WorldAgenda
  ) {
    let index = Int(writer)
    if index >= writers.count {
      writers.append(
        contentsOf: repeatElement(Writer(), count: index + 1 - writers.count))
    }
    guard writers[index].queued < Self.queueLength else {
      count(reason, droppedBy: droppedQueue, &context, agenda.now)
      return
    }
    context.instruments.add(1, to: recorded[Int(reason.rawValue)], at: agenda.now)
    writers[index].queued += 1
    turnToNext(writer, &context, &agenda)
  }

  private func count(
    _ reason: EventReason, droppedBy cause: CounterID, _ context: inout ClusterContext,
    _ now: SimTime
  ) {
    context.instruments.add(1, to: recorded[Int(reason.rawValue)], at: now)
    context.instruments.add(1, to: cause, at: now)
  }

  private mutating func turnToNext(
    _ writer: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let index = Int(writer)
    guard writers[index].queued > 0, !writers[index].isWriting else { return }
    writers[index].isWriting = true
    guard index >= Self.fixedWriters else {
      post(writer, &context, &agenda)
      return
    }
    let grant = kubeletLimit.take(at: agenda.now, fullAt: &writers[index].bucketFullAt)
    if grant > agenda.now {
      agenda.schedule(.eventRecorder(.post(writer)), in: context.cluster, at: grant)
    } else {
      post(writer, &context, &agenda)
    }
  }

  private mutating func post(
    _ writer: UInt32, _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let index = Int(writer)
    writers[index].tries += 1
    guard index >= Self.fixedWriters else {
      let requestClass = index == 0 ? classes.scheduler : classes.controllers[index - 1]
      context.request(requestClass, subject: writer, &agenda)
      return
    }
    let node = NodeID(index - Self.fixedWriters)
    guard context.nodes[node].machineIsUp else {
      // The process and its queue are gone.
      writers[index] = Writer()
      return
    }
    context.request(classes.kubelet, subject: writer, origin: node, &agenda)
  }

  // MARK: The spam filter

  /// One bucket a pod, whichever component records: a pod's Events come from two, the scheduler and one
  /// kubelet, each with a bucket of its own in client-go.
  private mutating func passes(_ pod: PodID, at now: SimTime) -> Bool {
    if pod.index >= podSpam.count {
      podSpam.append(contentsOf: repeatElement(0, count: pod.index + 1 - podSpam.count))
    }
    var fullAt = SimTime.zero + .seconds(Int(podSpam[pod.index]))
    guard passes(&fullAt, at: now) else { return false }
    podSpam[pod.index] = UInt32(clamping: Int(fullAt.seconds))
    return true
  }

  private mutating func passes(
    _ owner: UInt32, of controller: ControllerKind, at now: SimTime
  ) -> Bool {
    let kind = Int(controller.rawValue)
    let index = Int(owner)
    if index >= ownerSpam[kind].count {
      ownerSpam[kind].append(
        contentsOf: repeatElement(SimTime.zero, count: index + 1 - ownerSpam[kind].count))
    }
    return passes(&ownerSpam[kind][index], at: now)
  }

  /// Takes a token if there is one; unlike a client, the filter never waits.
  private func passes(_ fullAt: inout SimTime, at now: SimTime) -> Bool {
    var next = fullAt
    guard spamLimit.take(at: now, fullAt: &next) <= now else { return false }
    fullAt = next
    return true
  }

  // MARK: Numbers of the writers

  private static func writer(of controller: ControllerKind?) -> UInt32 {
    controller.map { UInt32($0.rawValue) + 1 } ?? 0
  }

  private static func writer(of node: NodeID) -> UInt32 { node.rawValue + UInt32(fixedWriters) }
}

extension EventReason {
  /// A kubelet records it.
  var isKubelets: Bool {
    switch self {
    case .pulling, .pulled, .created, .started, .killing, .failed, .backOff,
      .failedCreatePodSandbox, .nodeReady:
      true
    default: false
    }
  }
}

/// The requests of the writers.
package struct EventRecorderClasses: Codable, Sendable {
  package var scheduler: RequestClassID
  /// By `ControllerKind`; they share the bucket of their controller's client.
  package var controllers: [RequestClassID]
  package var kubelet: RequestClassID
}

extension EventRecorder {
  func addIdleKnobs(to idle: inout IdleKnobs, _ context: borrowing ClusterContext) {
    typealias Knobs = EventRecorderConfiguration
    let path = configuration.path
    let hasRecorded = recorded.contains { context.instruments.hasCounted($0) }
    idle.add([Knobs.objectBytes.name], in: path, unless: hasRecorded)
    idle.add(
      [Knobs.kubeletQPS.name, Knobs.kubeletBurst.name], in: path,
      unless: writers.count > Self.fixedWriters)
    idle.add(
      [Knobs.spamBurst.name, Knobs.spamInterval.name], in: path,
      unless: context.instruments.hasCounted(droppedSpam))
  }
}
