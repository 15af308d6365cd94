// SPDX-License-Identifier: Apache-2.0
import DequeModule
package import DiscreteEvents
import Scenario

/// A pod that waits for an image.
package struct PullWaiter: Codable, Sendable {
  package var pod: PodID
  package var incarnation: UInt32
  /// It waits for the sandbox's image, not for its own.
  package var isForSandbox: Bool
}

/// Why a pull has failed.
package enum PullFailure: UInt8, Codable, Sendable, CaseIterable {
  /// `net/http: request canceled`: no progress for `image-pull-progress-deadline`.
  case cancelled
  /// `pull QPS exceeded`: `registry-qps`.
  case tooManyPulls
  /// `toomanyrequests`: the registry's quota.
  case registryQuota

  /// Value of the label `reason`.
  package var reason: String {
    switch self {
    case .cancelled: "request-canceled"
    case .tooManyPulls: "pull-qps-exceeded"
    case .registryQuota: "toomanyrequests"
    }
  }
}

/// What has happened to the pulls of a node.
package enum PullNotice: Codable, Sendable {
  /// A pull with this number begins; the registry is to be asked, if the image has one.
  case begun(UInt32, ImageID)
  /// The image is complete: how long its pull took, and the extraction of its layers in it.
  case pulled(ImageID, took: SimDuration, extraction: SimDuration)
  /// A pull has ended before its time; these lowest layers are complete and stay.
  case kept(ImageID, layers: Int)
  /// A layer of so many bytes is to be written to the disk that the node shares with others.
  case write(UInt32, bytes: Int64)
  /// The pull whose layer is being written has ended.
  case stopWriting(UInt32)
  /// What a pod waits for now, for its time account.
  case entered(PullWaiter, PodStage)
  /// A pod goes on, or hears of the failure.
  case ready(PullWaiter)
  case failed(PullWaiter, PullFailure)
}

/// The pulls of one node: the kubelet's queue, docker's download slots, and extraction.
///
/// Layers of all pulls share `max-concurrent-downloads` slots, first come, first served; a slot is
/// given back when its layer is there. The layers of an image are extracted one after the other from
/// the lowest up. The kubelet looks at a pull's progress every 10 s; all that it sees is bytes that
/// come from the registry, so a pull that waits for slots, or has everything and only extracts, stands
/// still in its eyes (OpenAI 2018: large images and long backlogs were cancelled for lack of progress).
struct PullSession: Codable, Sendable {
  struct Pull: Codable, Sendable {
    let number: UInt32
    let image: ImageID
    let started: SimTime
    /// Outside the kubelet's queue: the runtime pulls the sandbox's image itself.
    let isForSandbox: Bool
    var waiters: [PullWaiter]
    /// What its waiters wait for.
    var stage = PodStage.askingRegistry
    /// When the last byte came, once no layer is being downloaded.
    var quietSince: SimTime
    var downloading = 0
    var isDownloaded: [Bool]
    /// Layers that are complete, from the lowest.
    var extracted: Int
    var extraction: Ticket?
    /// A layer of it is being written to a shared disk.
    var isWriting = false
    var extractionStarted: SimTime = .zero
    var extractionTime: SimDuration = .zero

    var isComplete: Bool { extracted == isDownloaded.count }

    var isAllDownloaded: Bool { isDownloaded[extracted...].allSatisfy(\.self) }
  }

  private struct Waiting: Codable, Sendable {
    var image: ImageID
    var waiter: PullWaiter
  }

  /// A layer of a pull: both in one number, for the stations.
  private struct LayerKey: Codable, Sendable {
    let rawValue: UInt32
    var pull: UInt32 { rawValue >> 8 }
    var layer: Int { Int(rawValue & 0xFF) }

    init(rawValue: UInt32) { self.rawValue = rawValue }
    init(pull: UInt32, layer: Int) { rawValue = pull << 8 | UInt32(layer) }
  }

  private let limits: PullLimits
  private let speeds: PullSpeeds
  private var downloads: ProcessorSharingStation
  private var extractions: ProcessorSharingStation
  private var registryTokens: TokenBucket
  private var pulls: [Pull] = []
  private var queue: Deque<Waiting> = []
  private var slotQueue: Deque<LayerKey> = []
  private var usedSlots = 0
  private var lastNumber: UInt32 = 0
  /// What the kubelet has not taken notice of yet.
  var notices: Deque<PullNotice> = []
  /// The announcement of the next event that stands.
  var announced: UInt32 = 0

  /// dockershim, kube_docker_client.go: `defaultImagePullingProgressReportInterval`.
  private static let progressCheck: SimDuration = .seconds(10)

  init(_ limits: PullLimits, _ speeds: PullSpeeds) {
    self.limits = limits
    self.speeds = speeds
    downloads = ProcessorSharingStation(
      capacity: Self.share(speeds.card, speeds.stream), perCustomerLimit: 1)
    extractions = ProcessorSharingStation(
      capacity: speeds.disk.map { Self.share($0, speeds.extraction) } ?? 65_535,
      perCustomerLimit: 1)
    registryTokens = TokenBucket(perSecond: limits.registryQPS, burst: limits.registryBurst)
  }

  /// Streams at full rate that fit into a capacity; a station takes up to 65,535.
  private static func share(_ capacity: Double, _ rate: Double) -> Double {
    min(capacity / rate, 65_535)
  }

  /// Nothing is under way and nothing is remembered.
  func isIdle(at now: SimTime) -> Bool {
    pulls.isEmpty && queue.isEmpty && notices.isEmpty
      && registryTokens.available(at: now) == limits.registryBurst
  }

  /// How far the pull is that a pod waits for.
  func stage(of pod: PodID) -> PullStage? {
    if let pull = pulls.first(where: { $0.waiters.contains { $0.pod == pod } }) {
      if pull.downloading > 0 { return .downloading }
      return pull.extraction != nil || pull.isWriting ? .extracting : .waiting
    }
    return queue.contains { $0.waiter.pod == pod } ? .queued : nil
  }

  // MARK: Asking

  mutating func request(_ image: ImageID, for waiter: PullWaiter) {
    queue.append(Waiting(image: image, waiter: waiter))
  }

  /// The runtime pulls the sandbox's image itself, past the kubelet's queue and rate.
  mutating func requestForSandbox(
    _ image: ImageID, for waiter: PullWaiter, at now: SimTime, _ disk: ImagesOnDisk
  ) {
    if !join(image, waiter) { begin(image, waiter, isForSandbox: true, at: now, disk) }
  }

  private mutating func join(_ image: ImageID, _ waiter: PullWaiter) -> Bool {
    guard let index = pulls.firstIndex(where: { $0.image == image }) else { return false }
    pulls[index].waiters.append(waiter)
    notices.append(.entered(waiter, pulls[index].stage))
    return true
  }

  /// Starts what may start; called when the kubelet knows of everything that has happened before.
  mutating func startNext(at now: SimTime, _ disk: ImagesOnDisk) {
    while pulls.count(where: { !$0.isForSandbox }) < limits.parallel, let next = queue.popFirst() {
      if disk.has(next.image) {
        // It waited behind a pull of the same image.
        notices.append(.ready(next.waiter))
      } else if !join(next.image, next.waiter) {
        if registryTokens.tryTake(at: now) {
          begin(next.image, next.waiter, isForSandbox: false, at: now, disk)
        } else {
          notices.append(.failed(next.waiter, .tooManyPulls))
        }
      }
    }
  }

  private mutating func begin(
    _ image: ImageID, _ waiter: PullWaiter, isForSandbox: Bool, at now: SimTime,
    _ disk: ImagesOnDisk
  ) {
    lastNumber = (lastNumber + 1) & 0xFF_FFFF
    pulls.append(
      Pull(
        number: lastNumber, image: image, started: now, isForSandbox: isForSandbox,
        waiters: [waiter], quietSince: now,
        isDownloaded: Array(repeating: false, count: disk.images[image.index].layers.count),
        extracted: disk.completeLayers(of: image)))
    notices.append(.entered(waiter, .askingRegistry))
    notices.append(.begun(lastNumber, image))
  }

  /// The registry has let a pull in or not.
  mutating func answered(
    _ number: UInt32, isGranted: Bool, at now: SimTime, _ disk: ImagesOnDisk
  ) {
    guard let index = pulls.firstIndex(where: { $0.number == number }) else { return }
    guard isGranted else {
      fail(index, .registryQuota)
      return
    }
    enter(.downloading, index)
    for layer in pulls[index].extracted..<pulls[index].isDownloaded.count {
      slotQueue.append(LayerKey(pull: number, layer: layer))
    }
    fillSlots(at: now, disk)
  }

  /// Notes what the pods that wait for a pull wait for from now on.
  private mutating func enter(_ stage: PodStage, _ index: Int) {
    pulls[index].stage = stage
    for waiter in pulls[index].waiters { notices.append(.entered(waiter, stage)) }
  }

  // MARK: Going on

  /// Lets everything happen that is due by now.
  mutating func advance(at now: SimTime, _ disk: ImagesOnDisk) {
    while let key = downloads.departed(at: now).map(LayerKey.init(rawValue:)) {
      usedSlots -= 1
      guard let index = pulls.firstIndex(where: { $0.number == key.pull }) else { continue }
      pulls[index].isDownloaded[key.layer] = true
      pulls[index].downloading -= 1
      pulls[index].quietSince = now
      if pulls[index].isAllDownloaded { enter(.extracting, index) }
      extractNext(index, at: now, disk)
    }
    while let number = extractions.departed(at: now) {
      layerExtracted(number, at: now, disk)
    }
    while let index = pulls.firstIndex(where: { deadline(of: $0).map { $0 <= now } ?? false }) {
      cancel(index, at: now)
    }
    fillSlots(at: now, disk)
  }

  /// A layer of a pull is complete on the disk.
  mutating func layerExtracted(_ number: UInt32, at now: SimTime, _ disk: ImagesOnDisk) {
    guard let index = pulls.firstIndex(where: { $0.number == number }) else { return }
    pulls[index].extraction = nil
    pulls[index].isWriting = false
    pulls[index].extractionTime += now - pulls[index].extractionStarted
    pulls[index].extracted += 1
    if pulls[index].isComplete {
      finish(index, at: now)
    } else {
      extractNext(index, at: now, disk)
    }
  }

  /// When something happens next, if nothing is asked for before.
  var nextTime: SimTime? {
    var next = downloads.nextDeparture?.time
    func consider(_ time: SimTime?) {
      guard let time else { return }
      next = next.map { min($0, time) } ?? time
    }
    consider(extractions.nextDeparture?.time)
    for pull in pulls { consider(deadline(of: pull)) }
    return next
  }

  private mutating func fillSlots(at now: SimTime, _ disk: ImagesOnDisk) {
    while usedSlots < limits.slots, let key = slotQueue.popFirst() {
      guard let index = pulls.firstIndex(where: { $0.number == key.pull }) else { continue }
      usedSlots += 1
      pulls[index].downloading += 1
      let bytes = disk.images[pulls[index].image.index].layers[key.layer]
      _ = downloads.arrive(key.rawValue, work: speeds.downloadTime(bytes), at: now)
    }
  }

  private mutating func extractNext(_ index: Int, at now: SimTime, _ disk: ImagesOnDisk) {
    let pull = pulls[index]
    guard pull.extraction == nil, !pull.isWriting, pull.isDownloaded[pull.extracted]
    else { return }
    let bytes = disk.images[pull.image.index].layers[pull.extracted]
    pulls[index].extractionStarted = now
    if speeds.sharesDisk {
      pulls[index].isWriting = true
      notices.append(.write(pull.number, bytes: bytes))
      return
    }
    let work = speeds.extractionTime(bytes)
    pulls[index].extraction = extractions.arrive(pull.number, work: work, at: now)
  }

  private mutating func finish(_ index: Int, at now: SimTime) {
    let pull = pulls.remove(at: index)
    notices.append(
      .pulled(pull.image, took: now - pull.started, extraction: pull.extractionTime))
    for waiter in pull.waiters { notices.append(.ready(waiter)) }
  }

  /// The first look at its progress by which a pull will have stood still for too long.
  private func deadline(of pull: Pull) -> SimTime? {
    guard let deadline = limits.progressDeadline, pull.downloading == 0 else { return nil }
    let patience = (pull.quietSince - pull.started) + deadline
    let looks = patience.nanoseconds / Self.progressCheck.nanoseconds + 1
    return pull.started + Self.progressCheck * Int(looks)
  }

  private mutating func cancel(_ index: Int, at now: SimTime) {
    let pull = pulls[index]
    if let extraction = pull.extraction { _ = extractions.remove(extraction, at: now) }
    if pull.isWriting { notices.append(.stopWriting(pull.number)) }
    slotQueue.removeAll { $0.pull == pull.number }
    fail(index, .cancelled)
  }

  private mutating func fail(_ index: Int, _ failure: PullFailure) {
    let pull = pulls.remove(at: index)
    if pull.extracted > 0 { notices.append(.kept(pull.image, layers: pull.extracted)) }
    for waiter in pull.waiters { notices.append(.failed(waiter, failure)) }
  }
}

/// What bounds the pulls of a node.
package struct PullLimits: Codable, Sendable {
  package var parallel: Int
  package var slots: Int
  package var progressDeadline: SimDuration?
  package var registryQPS: Double
  package var registryBurst: Int

  package init(_ images: ImageManagerConfiguration) {
    parallel = images.parallelPulls
    slots = images.maxConcurrentDownloads
    progressDeadline = images.progressDeadline
    registryQPS = images.registryQPS.perSecond
    registryBurst = images.registryBurst
  }
}
