// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Stochastics

/// Answers that the nodes of one load keep, such as a node-local cache or a resolver in the program.
///
/// An answer serves for its whole life whatever becomes of the name servers, so an outage shows client
/// by client as answers run out (OpenAI, 11 Dec 2024: over about 20 minutes).
struct NameCache: Codable, Sendable {
  private let timeToLive: SimDuration
  /// Until when the answer of each client is good, in the order of the load's clients.
  private var until: [SimTime] = []
  /// Clients whose last look-up failed.
  private var isFailing: [Bool] = []
  private var failing = 0
  private let failedShare: GaugeID

  init(timeToLive: SimDuration, _ labels: [MetricLabel], _ instruments: inout Instruments) {
    self.timeToLive = timeToLive
    failedShare = instruments.gauge(.lookupClientsFailing, labels)
    instruments.set(0.0, failedShare, at: .zero)
    instruments.trace(failedShare)
  }

  /// One more client. Those of the beginning have been asking for long: their answers have any age.
  mutating func add(at now: SimTime, _ luck: inout RandomStream) {
    until.append(now == .zero ? .zero + timeToLive.scaled(by: luck.nextUnit()) : .zero)
    isFailing.append(false)
  }

  func holdsAnswer(of client: Int, at now: SimTime) -> Bool { until[client] > now }

  /// A look-up of a client has ended.
  mutating func end(
    of client: Int, isAnswered: Bool, _ instruments: inout Instruments, at now: SimTime
  ) {
    if isAnswered { until[client] = now + timeToLive }
    guard isFailing[client] == isAnswered else { return }
    isFailing[client] = !isAnswered
    failing += isAnswered ? -1 : 1
    instruments.set(Double(failing) / Double(until.count), failedShare, at: now)
  }
}
