// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Scenario

/// A saved experiment as a trace for the Perfetto UI.
///
/// - Counters: everything that was followed over time (queues, sizes, pods by phase), beside the part
///   of the cluster that it belongs to. A step is a bucket and shows its largest value, so that no
///   spike is lost.
/// - Slices: the slowest requests of each class with their stages inside. How long a stage took is
///   exact; when it came is not kept, so the stages stand in the order of the path, each resource
///   with its waiting before its service, from the start of the request on.
///
/// Time runs from the start of the simulation. With several points each has its own tracks.
package struct PerfettoTrace: Sendable {
  private let experiment: SavedExperiment
  private let series: [[SavedSeries]]

  /// - Parameter series: what was followed over time in each point, in the order of the points.
  package init(_ experiment: SavedExperiment, series: [[SavedSeries]]) {
    self.experiment = experiment
    self.series = series
  }

  /// The whole document.
  package var text: String {
    var events = TraceEvents()
    for (index, point) in experiment.points.enumerated() {
      let series = series.indices.contains(index) ? series[index] : []
      let prefix = experiment.points.count > 1 ? point.pointName + ": " : ""
      addCounters(series, of: point, prefix: prefix, to: &events)
      addSlowest(of: point, prefix: prefix, to: &events)
    }
    let first = experiment.points[0]
    return events.text(about: [
      ("scenario", first.scenario), ("title", first.title ?? ""), ("tier", first.tier),
      ("seed", String(first.seed)),
      ("fingerprints", experiment.points.map(\.fingerprint).joined(separator: " ")),
    ])
  }

  private static func nanoseconds(_ seconds: Double) -> Int { Int((seconds * 1e9).rounded()) }
}

// MARK: Counters

extension PerfettoTrace {
  /// The tracks of one part of one cluster.
  private struct Group: Hashable {
    let cluster: String
    let place: TracePlace
  }

  private func addCounters(
    _ series: [SavedSeries], of point: SavedResult, prefix: String, to events: inout TraceEvents
  ) {
    let identities = SeriesIdentities(point.metrics)
    var groups: [Group] = []
    var members: [Group: [(SavedSeries, [String: String])]] = [:]
    for one in series {
      let labels = identities.labels(of: one)
      let group = Group(
        cluster: labels["cluster"] ?? "", place: TracePlace(metric: one.metric, labels: labels))
      if members[group] == nil { groups.append(group) }
      members[group, default: []].append((one, labels))
    }
    // Parts from top to bottom; what belongs to a part as a whole above its members.
    let sorted = groups.sorted { one, other in
      let keys = [one, other].map { ($0.cluster, $0.place.part.rawValue, $0.place.member) }
      return keys[0] < keys[1]
    }
    for group in sorted {
      let process = events.addProcess(prefix + group.place.title(cluster: group.cluster))
      for (one, labels) in members[group] ?? [] {
        addCounter(
          one, labels, until: point.simulatedSeconds, process: process, to: &events)
      }
    }
  }

  private func addCounter(
    _ series: SavedSeries, _ labels: [String: String], until end: Double, process: Int,
    to events: inout TraceEvents
  ) {
    let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let name = series.metric + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}")
    var shown: Double?
    for bucket in series.buckets where bucket.maximum != shown {
      shown = bucket.maximum
      events.setCounter(
        name, to: bucket.maximum, at: Self.nanoseconds(bucket.startSeconds), process: process)
    }
    // The last step is as long as the run.
    if let shown {
      events.setCounter(name, to: shown, at: Self.nanoseconds(end), process: process)
    }
  }
}

// MARK: Slices

extension PerfettoTrace {
  /// A request of a class with its place in time.
  private struct Placed {
    let request: SavedResult.Account.Slow
    let start: Int
    let end: Int
  }

  private func addSlowest(
    of point: SavedResult, prefix: String, to events: inout TraceEvents
  ) {
    let accounts = point.accounts.filter { !($0.slowest ?? []).isEmpty }
    guard !accounts.isEmpty else { return }
    let clusters = Set(accounts.map(\.cluster)).count
    let process = events.addProcess(prefix + "slowest requests and pod starts")
    for account in accounts {
      let name = (clusters > 1 ? account.cluster + ": " : "") + account.class
      let placed = (account.slowest ?? []).map { request in
        let start = Self.nanoseconds(request.openedSeconds)
        return Placed(
          request: request, start: start, end: start + Self.nanoseconds(request.seconds))
      }.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
      // Requests that overlap go on tracks of their own; so do those of other replications.
      for lane in lanes(placed) {
        let replication = lane[0].request.replication
        let thread = events.addThread(
          point.replications > 1 ? "\(name) (replication \(replication))" : name, to: process)
        for one in lane { add(one, named: name, process: process, thread: thread, to: &events) }
      }
    }
  }

  private func lanes(_ requests: [Placed]) -> [[Placed]] {
    var lanes: [[Placed]] = []
    for request in requests {
      let free = lanes.firstIndex { lane in
        lane[0].request.replication == request.request.replication
          && (lane.last?.end ?? 0) <= request.start
      }
      if let free { lanes[free].append(request) } else { lanes.append([request]) }
    }
    return lanes
  }

  private func add(
    _ placed: Placed, named name: String, process: Int, thread: Int, to events: inout TraceEvents
  ) {
    events.addSlice(
      name, category: "request", start: placed.start, duration: placed.end - placed.start,
      process: process, thread: thread,
      arguments: [
        ("seconds", placed.request.seconds), ("replication", Double(placed.request.replication)),
      ])
    var elapsed = 0.0
    var start = placed.start
    for part in placed.request.parts {
      elapsed += part.seconds
      // Rounding must not let a stage end after its request.
      let end = min(placed.end, placed.start + Self.nanoseconds(elapsed))
      events.addSlice(
        part.phase == "waiting" ? "waiting for \(part.resource)" : part.resource,
        category: part.phase, start: start, duration: end - start, process: process,
        thread: thread, arguments: [("seconds", part.seconds)])
      start = end
    }
  }
}
