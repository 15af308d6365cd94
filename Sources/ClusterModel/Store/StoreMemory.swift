// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement

/// Resident memory of a store's member: its process, the mapped backend file, and the answers to range
/// reads, which are built whole before the first byte leaves. The answers of all members are counted
/// together, as if one of them made them.
///
/// A process that would need more than its machine has is counted as killed; what follows from that is
/// not modelled here.
package struct StoreMemory: Codable, Sendable {
  private struct Answer: Codable, Sendable {
    var bytes: Int64
    var until: SimTime
  }

  private var answers: Deque<Answer> = []
  private var held: Int64 = 0
  private let limit: Int64
  private var isOver = false
  private let resident: GaugeID
  private let kills: CounterID

  /// data/real-control-plane/k8s_memory.csv, stage start: 39 MB (etcd 3.6.8).
  private static var base: Int64 { 39_000_000 }
  /// facts/real-calibration.md §1: one answer of 307 MB took the server to 1.9 to 2.6 GB, the file's
  /// own bytes included, so about 6.2 bytes for each.
  private static var permillePerByte: Int64 { 6_200 }

  init(store: String, limit: Int64, _ instruments: inout Instruments) {
    self.limit = limit
    let labels = [MetricLabel("job", "etcd"), MetricLabel("instance", store)]
    resident = instruments.gauge(.residentMemory, labels)
    kills = instruments.counter(.memoryKills, labels)
    instruments.set(Int(Self.base), resident, at: .zero)
    instruments.trace(resident)
  }

  /// An answer takes memory until a moment.
  mutating func hold(
    bytes: Int64, until time: SimTime, fileBytes: Int64, _ instruments: inout Instruments,
    at now: SimTime
  ) {
    while let first = answers.first, first.until <= now {
      held -= first.bytes
      answers.removeFirst()
    }
    held += bytes
    answers.append(Answer(bytes: bytes, until: time))
    let total = Self.base + fileBytes + held * Self.permillePerByte / 1_000
    instruments.set(Int(total), resident, at: now)
    if total > limit, !isOver { instruments.add(1, to: kills, at: now) }
    isOver = total > limit
  }
}
