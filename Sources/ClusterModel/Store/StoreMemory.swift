// SPDX-License-Identifier: Apache-2.0
import DequeModule
import DiscreteEvents
import Measurement

/// Resident memory of a store's member: its process, the mapped backend file, and the answers to range
/// reads, which are built whole before the first byte leaves.
package struct StoreMemory: Codable, Sendable {
  struct Answer: Codable, Sendable {
    var bytes: Int64
    var until: SimTime
  }

  private var answers: Deque<Answer> = []
  private var held: Int64 = 0
  private let limit: Int64
  private let resident: GaugeID
  private let kills: CounterID
  private let restarts: CounterID

  /// data/real-control-plane/k8s_memory.csv, stage start: 39 MB (etcd 3.6.8).
  private static var base: Int64 { 39_000_000 }
  /// facts/real-calibration.md §1: one answer of 307 MB took the server to 1.9 to 2.6 GB, the file's
  /// own bytes included, so about 6.2 bytes for each.
  private static var permillePerByte: Int64 { 6_200 }

  /// - Parameter limit: what the member's machine has, in bytes.
  init(store: String, member: Int, limit: Int64, _ instruments: inout Instruments) {
    self.limit = limit
    let labels = [
      MetricLabel("job", "etcd"), MetricLabel("instance", "\(store)-\(member)"),
    ]
    resident = instruments.gauge(.residentMemory, labels)
    kills = instruments.counter(.memoryKills, labels)
    restarts = instruments.counter(.processRestarts, labels)
    instruments.set(Int(Self.base), resident, at: .zero)
    instruments.trace(resident)
  }

  /// An answer takes memory until a moment. Returns whether the machine still has as much as the process
  /// needs; otherwise the kernel kills it.
  mutating func hold(
    bytes: Int64, until time: SimTime, fileBytes: Int64, _ instruments: inout Instruments,
    at now: SimTime
  ) -> Bool {
    while let first = answers.first, first.until <= now {
      held -= first.bytes
      answers.removeFirst()
    }
    held += bytes
    answers.append(Answer(bytes: bytes, until: time))
    let total = Self.base + fileBytes + held * Self.permillePerByte / 1_000
    instruments.set(Int(total), resident, at: now)
    return total <= limit
  }

  /// The process is killed; returns the answers that it was making.
  mutating func kill(_ instruments: inout Instruments, at now: SimTime) -> Deque<Answer> {
    instruments.add(1, to: kills, at: now)
    return stop(&instruments, at: now)
  }

  /// The process is gone, and its memory with it.
  @discardableResult
  mutating func stop(_ instruments: inout Instruments, at now: SimTime) -> Deque<Answer> {
    defer {
      answers = []
      held = 0
      instruments.set(0, resident, at: now)
    }
    return answers
  }

  /// A new process has read its file.
  mutating func start(
    fileBytes: Int64, _ instruments: inout Instruments, at now: SimTime
  ) {
    instruments.add(1, to: restarts, at: now)
    instruments.set(Int(Self.base + fileBytes), resident, at: now)
  }

  func wasKilled(_ instruments: borrowing Instruments) -> Bool { instruments.hasCounted(kills) }
}
