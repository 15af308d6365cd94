// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Testing

@Suite("Deadline lane")
struct DeadlineLaneTests {
  /// Requests with a time-out of 30 ms, some of which are answered before.
  private struct Requests: SimulationModel {
    enum Event: SimulationEvent {
      case request
      case answer(UInt32)
      case timeouts

      static var kindCount: Int { 3 }
      static func name(ofKind kind: Int) -> String { ["request", "answer", "timeouts"][kind] }
      var kind: Int {
        switch self {
        case .request: 0
        case .answer: 1
        case .timeouts: 2
        }
      }
      var digest: UInt64 { if case .answer(let id) = self { UInt64(id) } else { 0 } }
    }

    let dropsFinished: Bool
    var random = BenchmarkRandom(seed: 4)
    var lane = DeadlineLane<UInt32>(timeout: .milliseconds(30))
    var issued: [SimTime] = []
    var answered: [SimTime?] = []
    var expired: [SimTime?] = []
    var wakes = 0
    var mostPending = 0

    init(dropsFinished: Bool) { self.dropsFinished = dropsFinished }

    mutating func handle(_ event: Event, _ agenda: inout Agenda<Event>) {
      switch event {
      case .request:
        let id = UInt32(issued.count)
        issued.append(agenda.now)
        answered.append(nil)
        expired.append(nil)
        if let wake = lane.issue(id, at: agenda.now) { agenda.schedule(.timeouts, at: wake) }
        agenda.schedule(.answer(id), after: random.exponential(mean: .milliseconds(15)))
        guard issued.count < 2_000 else { return }
        agenda.schedule(.request, after: random.exponential(mean: .milliseconds(5)))
      case .answer(let id):
        answered[Int(id)] = agenda.now
      case .timeouts:
        wakes += 1
        while let id = lane.expire(at: agenda.now) {
          if answered[Int(id)] == nil { expired[Int(id)] = agenda.now }
        }
        if dropsFinished { lane.dropFinished { [answered] in answered[Int($0)] != nil } }
        if let wake = lane.nextWake { agenda.schedule(.timeouts, at: wake) }
      }
      mostPending = max(mostPending, lane.count)
    }
  }

  @Test(
    "who is not answered in time expires exactly then, with one event for all",
    arguments: [false, true])
  func expiry(dropsFinished: Bool) {
    var simulation = Simulation(Requests(dropsFinished: dropsFinished))
    simulation.agenda.send(.request)
    simulation.runToEnd()
    let model = simulation.model
    for id in model.issued.indices {
      let deadline = model.issued[id] + .milliseconds(30)
      let isLate = model.answered[id].map { $0 > deadline } ?? true
      #expect(model.expired[id] == (isLate ? deadline : nil))
    }
    #expect(model.expired.contains { $0 != nil })
    #expect(model.lane.nextWake == nil)
    #expect(dropsFinished ? model.wakes < 1_000 : model.wakes <= 2_000)
  }

  @Test("a stored lane goes on where it was")
  func coding() throws {
    var lane = DeadlineLane<UInt32>(timeout: .seconds(1))
    for id in 0..<11 as Range<UInt32> { _ = lane.issue(id, at: .zero + .milliseconds(Int(id))) }
    for _ in 0..<5 { _ = lane.expire(at: .zero + .milliseconds(1_004)) }
    var restored = try storedAndRead(lane)
    #expect(restored.nextWake == .zero + .milliseconds(1_005))
    #expect(restored.issue(99, at: .zero + .milliseconds(1_004)) == nil)
    var order: [UInt32] = []
    while let id = restored.expire(at: .zero + .seconds(9)) { order.append(id) }
    #expect(order == [5, 6, 7, 8, 9, 10, 99])
    #expect(restored.issue(1, at: .zero + .seconds(9)) == .zero + .seconds(10))
  }
}
