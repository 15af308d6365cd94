// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// Flows that share links by max-min fairness, in virtual time.
///
/// At every moment the rates are the max-min fair allocation: no flow can gain without a smaller or
/// equal one losing (Bertsekas and Gallager, *Data Networks*, 2nd ed., 6.5.2). All flows weigh the
/// same; a link has a capacity and neither latency nor a queue; a flow ends when its bytes are sent.
/// Rates change only when a flow begins or ends or a capacity changes.
///
/// The network schedules nothing. Changes of one instant are made together and then settled once:
///
/// ```swift
/// var network = FlowNetwork()
/// let up = network.addLink(capacity: 12.5e9)
/// let down = network.addLink(capacity: 12.5e9)
/// network.start(bytes: 1e9, over: [up, down], owner: 7, at: now)
/// network.settle(at: now)
/// // ... at network.nextCompletion:
/// while let finished = network.popFinished(at: now) { use(finished.owner) }
/// network.settle(at: now)
/// ```
///
/// Settling recomputes only what the changes reach (``Method/partwise``), or everything
/// (``Method/full``), with the same result. Nothing is allocated once the network has had its
/// largest number of flows.
package struct FlowNetwork: Codable, Sendable {
  /// How rates are recomputed.
  package enum Method: String, Codable, Sendable, CaseIterable {
    /// Only the links and flows that a change reaches.
    case partwise
    /// Every link and flow.
    case full
  }

  /// A flow that has sent all its bytes.
  package struct Finished: Hashable, Sendable {
    package let flow: FlowID
    /// What ``FlowNetwork/start(bytes:over:rateLimit:owner:at:)`` was told.
    package let owner: UInt64
  }

  struct Link: BitwiseCopyable, Codable, Sendable {
    /// Bytes per second.
    var capacity: Double
    /// Rate of the flows that this link limits; ``FlowNetwork/unlimited``: it limits none.
    var level = FlowNetwork.unlimited
    /// Part-wise: the level that it would have as far as is known.
    var candidate = FlowNetwork.unlimited
    /// The solve that the next three belong to.
    var solve: UInt64 = 0
    /// `candidate` is too old.
    var isStale = false
    /// The flows that it limited may get more now.
    var hasReleased = false
    /// It has its new level.
    var isDone = false
  }

  struct Flow: BitwiseCopyable, Codable, Sendable {
    /// Bytes to be sent at `since`.
    var remaining: Double
    /// Bytes per second since then.
    var rate = 0.0
    var since: SimTime
    var owner: UInt64
    /// Link that limits it; `.max`: none yet.
    var bottleneck = UInt32.max
    /// Link of its own, for its rate limit; `.max`: none.
    var limiter = UInt32.max
    /// The solve that the next two belong to.
    var solve: UInt64 = 0
    /// Before that solve.
    var oldRate = 0.0
    /// It has its new rate.
    var isFrozen = false
    var isLive = true
  }

  /// How rates are recomputed.
  package let method: Method
  var links: [Link] = []
  var flows: [Flow] = []
  var paths = FlowPaths()
  private var freeFlows: [UInt32] = []
  private var freeLimiters: [UInt32] = []
  /// When each flow ends.
  private var agenda = RankedHeap<SimTime>()
  /// Flows under way.
  package private(set) var flowCount = 0

  // What a solve starts from.
  var changedLinks: [UInt32] = []
  var newFlows: [UInt32] = []
  private var isSettled = true

  // What a solve works with.
  var solve: UInt64 = 0
  var levels = RankedHeap<Double>()
  /// All levels below are decided.
  var horizon = 0.0
  var reachedLinks: [UInt32] = []
  var changedFlows: [UInt32] = []
  var rates: [Double] = []
  /// By link; of a full solve.
  var leftOver: [LeftOver] = []

  /// Relative difference that two rates may have and still count as the same. Far above rounding
  /// errors, which would otherwise run through the network as changes, and far below what anybody
  /// could see.
  static let tolerance = 1e-12

  /// The level of a link that limits nobody; finite, so that it can be stored as a number everywhere.
  static let unlimited = Double.greatestFiniteMagnitude

  package init(method: Method = .partwise) { self.method = method }

  // MARK: Links

  /// Adds a link.
  ///
  /// - Parameter capacity: bytes per second, finite; 0: nothing passes.
  package mutating func addLink(capacity: Double) -> LinkID {
    precondition(capacity >= 0 && capacity.isFinite, "a link without a finite capacity")
    links.append(Link(capacity: capacity))
    paths.addLink()
    return LinkID(links.count - 1)
  }

  /// Bytes per second.
  package func capacity(of link: LinkID) -> Double { links[link.index].capacity }

  /// Changes a capacity, from the next settling on.
  ///
  /// - Parameter capacity: bytes per second, finite; 0: nothing passes.
  package mutating func setCapacity(_ capacity: Double, of link: LinkID) {
    precondition(capacity >= 0 && capacity.isFinite, "a link without a finite capacity")
    guard links[link.index].capacity != capacity else { return }
    links[link.index].capacity = capacity
    changedLinks.append(link.rawValue)
    isSettled = false
  }

  /// Bytes per second that pass. O(flows of the link).
  package func throughput(of link: LinkID) -> Double {
    paths.members.range(link.index).reduce(0) {
      $0 + flows[paths.flow(ofHop: paths.members[$1])].rate
    }
  }

  /// Flows that lead over a link.
  package func flowCount(of link: LinkID) -> Int { paths.members.count(link.index) }

  // MARK: Flows

  /// Begins a flow. Without any link and limit, or without bytes, it is finished at once.
  ///
  /// - Parameters:
  ///   - bytes: to be sent.
  ///   - path: links in any order; one named twice is used twice.
  ///   - rateLimit: bytes per second at most; `nil`: what the links give.
  ///   - owner: whatever the caller wants back with ``popFinished(at:)``.
  @discardableResult
  package mutating func start(
    bytes: Double, over path: some Sequence<LinkID>, rateLimit: Double? = nil, owner: UInt64 = 0,
    at now: SimTime
  ) -> FlowID {
    precondition(bytes >= 0 && bytes.isFinite, "a flow without a finite size")
    let flow = Flow(remaining: bytes, since: now, owner: owner)
    let index: Int
    if let free = freeFlows.popLast() {
      index = Int(free)
      flows[index] = flow
    } else {
      index = flows.count
      flows.append(flow)
      paths.reserve(index)
    }
    flowCount += 1
    if bytes > 0 {
      if let rateLimit { limit(index, to: rateLimit) }
      for link in path { paths.append(link.index, to: index) }
    }
    if paths.hops(of: index).isEmpty {
      agenda.set(now, of: index)
    } else {
      newFlows.append(UInt32(truncatingIfNeeded: index))
      isSettled = false
    }
    return FlowID(index)
  }

  /// Ends a flow before it has sent all; bytes that it has not sent.
  @discardableResult
  package mutating func cancel(_ flow: FlowID, at now: SimTime) -> Double {
    let remaining = remainingBytes(of: flow, at: now)
    remove(flow.index)
    return remaining
  }

  /// Bytes per second, as of the last settling.
  package func rate(of flow: FlowID) -> Double { flows[flow.index].rate }

  /// Bytes that it has still to send.
  package func remainingBytes(of flow: FlowID, at now: SimTime) -> Double {
    let flow = flows[flow.index]
    precondition(flow.isLive, "a flow that has ended")
    return max(0, flow.remaining - flow.rate * (now - flow.since).seconds)
  }

  /// Link that limits a flow; `.none` for a flow that only its own limit holds, or that has just
  /// begun.
  package func bottleneck(of flow: FlowID) -> LinkID {
    let flow = flows[flow.index]
    return flow.bottleneck == flow.limiter ? .none : LinkID(rawValue: flow.bottleneck)
  }

  // MARK: Time

  /// Gives every flow the rate that the changes since the last time call for.
  ///
  /// Part-wise: O(flows of the links that the changes reach), with a logarithm of the number of
  /// links; full: O(hops of all flows + links log links).
  package mutating func settle(at now: SimTime) {
    guard !isSettled else { return }
    isSettled = true
    solve += 1
    changedFlows.removeAll(keepingCapacity: true)
    switch method {
    case .partwise: solvePartwise()
    case .full: solveFully()
    }
    changedLinks.removeAll(keepingCapacity: true)
    newFlows.removeAll(keepingCapacity: true)
    for number in changedFlows { applyRate(Int(number), at: now) }
  }

  /// When the next flow ends, if nothing changes before; `nil`: none ever does. Valid after
  /// ``settle(at:)``.
  package var nextCompletion: SimTime? { agenda.first?.key }

  /// Takes out a flow that has sent all its bytes by now; those that end together come in the order
  /// of their numbers. To be followed by ``settle(at:)``.
  package mutating func popFinished(at now: SimTime) -> Finished? {
    guard let first = agenda.first, first.key <= now else { return nil }
    let index = Int(first.number)
    let owner = flows[index].owner
    remove(index)
    return Finished(flow: FlowID(index), owner: owner)
  }

  // MARK: Parts of the above

  private mutating func limit(_ flow: Int, to rate: Double) {
    let link: Int
    if let free = freeLimiters.popLast() {
      link = Int(free)
      links[link].capacity = rate
    } else {
      link = addLink(capacity: rate).index
    }
    flows[flow].limiter = UInt32(truncatingIfNeeded: link)
    paths.append(link, to: flow)
  }

  private mutating func remove(_ index: Int) {
    precondition(flows[index].isLive, "a flow that has ended")
    for hop in paths.hops(of: index) {
      changedLinks.append(UInt32(truncatingIfNeeded: paths[hop]))
      isSettled = false
    }
    paths.clear(index)
    agenda.remove(index)
    if flows[index].limiter != .max { freeLimiters.append(flows[index].limiter) }
    flows[index].isLive = false
    freeFlows.append(UInt32(truncatingIfNeeded: index))
    flowCount -= 1
  }

  private mutating func applyRate(_ index: Int, at now: SimTime) {
    let flow = flows[index]
    guard flow.rate != flow.oldRate else { return }
    let sent = flow.oldRate * (now - flow.since).seconds
    let remaining = max(0, flow.remaining - sent)
    flows[index].remaining = remaining
    flows[index].since = now
    if flow.rate > 0 {
      agenda.set(now + SimDuration(roundingSeconds: remaining / flow.rate), of: index)
    } else {
      agenda.remove(index)
    }
  }
}
