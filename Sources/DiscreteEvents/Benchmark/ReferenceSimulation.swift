// SPDX-License-Identifier: Apache-2.0

/// A clock over the reference queue.
struct ReferenceAgenda: ~Copyable, BenchmarkAgenda {
  var now = SimTime.zero
  var queue = ReferenceQueue<BenchmarkEvent>()
  var sequence: UInt64 = 0

  mutating func schedule(_ event: BenchmarkEvent, at time: SimTime, priority: EventPriority) {
    sequence &+= 1
    queue.push(
      ReferenceQueue.Record(
        time: time.nanoseconds, sequence: sequence, priority: UInt64(priority.rawValue),
        payload: event))
  }
}

/// A load on the reference queue.
struct ReferenceSimulation<Load: BenchmarkLoad>: ~Copyable {
  var load: Load
  var agenda = ReferenceAgenda()

  init(_ load: Load) {
    self.load = load
    self.load.start(&agenda)
  }

  mutating func run(events: Int) {
    for _ in 0..<events {
      guard let record = agenda.queue.pop() else { return }
      agenda.now = SimTime(unchecked: record.time)
      load.handle(record.payload, &agenda)
    }
  }
}
