// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Scenario

/// Requests to `/api/v1/series` that a Prometheus works on.
///
/// Each runs on one core; when there are more of them than cores they share them evenly. What a request
/// has found so far stays in memory until it ends. Nobody tells it that its client has left.
struct SeriesRequests: Codable, Sendable {
  struct Request: Codable, Sendable {
    let client: UInt16
    let began: SimTime
    /// Core time that it needs in all, and has had, in seconds.
    let work: Double
    var done = 0.0
    /// Bytes when all is found.
    let bytes: Double
    var clientWaits = true
  }

  private(set) var requests: [Request] = []
  private let cores: Int
  private var updated: SimTime = .zero

  init(cores: Int) { self.cores = cores }

  /// Share of a core that each has.
  private var share: Double {
    requests.isEmpty ? 1 : min(1, Double(cores) / Double(requests.count))
  }

  /// Brings the work done up to date. O(requests).
  mutating func advance(to now: SimTime) {
    let progress = (now - updated).seconds * share
    updated = now
    for index in requests.indices {
      requests[index].done = min(requests[index].work, requests[index].done + progress)
    }
  }

  mutating func add(_ request: Request) { requests.append(request) }

  /// Bytes held now.
  var bytes: Double {
    requests.reduce(0) { $0 + ($1.work > 0 ? $1.bytes * $1.done / $1.work : $1.bytes) }
  }

  var abandoned: Int { requests.count { !$0.clientWaits } }

  /// Time until the first is done, at the present share.
  var timeToNextEnd: SimDuration? {
    requests.map { ($0.work - $0.done) / share }.min().map { Self.roundedUp($0) }
  }

  /// Time until the held bytes have grown by so many; `nil` if they will not before a request ends.
  func time(toGrowBy bytes: Double) -> SimDuration? {
    guard bytes > 0 else { return .zero }
    let growth = requests.reduce(0) { $0 + ($1.work > 0 ? $1.bytes / $1.work : 0) } * share
    guard growth > 0 else { return nil }
    return Self.roundedUp(bytes / growth)
  }

  /// Takes those out that are done.
  mutating func takeDone() -> [Request] {
    // A nanosecond of a core: less is the rounding of the times above.
    let done = requests.filter { $0.work - $0.done < 1e-9 }
    requests.removeAll { $0.work - $0.done < 1e-9 }
    return done
  }

  /// Takes those out that began before a moment or at it.
  mutating func takeBegun(by time: SimTime) -> [Request] {
    let old = requests.filter { $0.began <= time }
    requests.removeAll { $0.began <= time }
    return old
  }

  /// The clients of requests that began at a moment or before have lost patience; returns those.
  mutating func leave(client: UInt16, begunBy time: SimTime) -> Int {
    var left = 0
    for index in requests.indices
    where requests[index].client == client && requests[index].clientWaits
      && requests[index].began <= time
    {
      requests[index].clientWaits = false
      left += 1
    }
    return left
  }

  mutating func takeAll() -> [Request] {
    defer { requests = [] }
    return requests
  }

  private static func roundedUp(_ seconds: Double) -> SimDuration {
    SimDuration(nanoseconds: Int64(min(seconds * 1e9, 1e18).rounded(.up)))
  }
}
