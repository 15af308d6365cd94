// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Scenario
import Stochastics
import Testing

@testable import ClusterModel

@Suite struct WeeklyCycleTests {
  /// Only the hour from 9 to 10 counts: 24 times the mean rate then, nothing else.
  @Test func oneHourADay() {
    let cycle = WeeklyCycle(hours: (0..<24).map { $0 == 9 ? 1 : 0 }, weekdays: [])
    func time(_ seconds: Double, startingAt hours: Int = 0) -> Double {
      (cycle.time(seconds, after: .zero, startingAt: .hours(hours)) - SimTime.zero).seconds
    }
    #expect(abs(time(24) - (9 * 3600 + 1)) < 1e-6)
    #expect(abs(time(24 * 3600 - 24) - (10 * 3600 - 1)) < 1e-6)
    #expect(abs(time(24 * 3600 + 24) - (33 * 3600 + 1)) < 1e-6)
    #expect(abs(time(24, startingAt: 9) - 1) < 1e-6)
    #expect(abs(time(24 * 3600 * 7 * 5 + 24) - (5 * 7 * 86_400 + 9 * 3600 + 1)) < 1e-6)
  }

  @Test func daysAndHoursMultiply() {
    let cycle = WeeklyCycle(hours: [], weekdays: [0, 0, 0, 0, 0, 1, 1])
    let first = cycle.time(7 * 60, after: .zero, startingAt: .zero) - SimTime.zero
    #expect(abs(first.seconds - (5 * 86_400 + 120)) < 1e-6)
  }

  /// Share of submissions by hour and by day as Helios Venus has them, and as many as at a constant rate.
  @Test func sharesOfAYear() {
    let hours = [
      3.7, 2.7, 2.5, 1.6, 1.1, 0.9, 0.8, 0.9, 1.6, 3.3, 5.4, 6.1, 4.9, 5.4, 6.5, 6.9, 7.2, 7.2,
      5.3, 5.5, 5.6, 5.7, 4.8, 4.3,
    ]
    let days = [14.7, 15.3, 18.3, 17.3, 13.6, 9.8, 11.1]
    var streams = RandomStreams(seed: 5, scope: "test")
    var source = ArrivalSource.cyclic(
      rate: 60.0 / 3600, WeeklyCycle(hours: hours, weekdays: days), start: .hours(30),
      streams.stream("arrivals"))
    var byHour = Array(repeating: 0.0, count: 24)
    var byDay = Array(repeating: 0.0, count: 7)
    var all = 0.0
    let end = SimTime.zero + .days(364)
    while let time = source.draw(&streams), time < end {
      let hour = Int(((time - SimTime.zero) + .hours(30)).nanoseconds / 3_600_000_000_000)
      byHour[hour % 24] += 1
      byDay[hour / 24 % 7] += 1
      all += 1
    }
    // A count varies by its square root.
    #expect(abs(all - 364 * 24 * 60) < 5 * all.squareRoot())
    for (count, share) in zip(byHour + byDay, hours.map { $0 / 99.9 } + days.map { $0 / 100.1 }) {
      #expect(abs(count - share * all) < 5 * (share * all).squareRoot())
    }
  }

  // MARK: Mixes

  private static func mix(_ classes: String, _ more: String = "") throws -> SmallWorld {
    try SmallWorld.bare(
      "  nodePools: [ { name: nodes, machine: node, count: 40, preloaded-images: [image] } ]",
      machine: "cpu: 64, gpus: 8",
      lines: """
        workload:
          - name: mix
            job-mix: { image: image, cpu: 0.1\(more), classes: [\(classes)] }
        """)
  }

  @Test func classesInTheirShares() throws {
    let world = try Self.mix(
      """
      { name: small, share: 3, gpus: 1, work: 1s }, { name: large, share: 1, pods: 2, work: 1s },
      { name: never, share: 0, work: 1s }
      """, ", rate: 1/s")
    #expect(world.configuration.workloads.map(\.name) == ["mix/small", "mix/large"])
    #expect(world.configuration.workloads.map { $0.value.podTemplate?.gpus } == [1, 0])
    var simulation = world.simulation()
    simulation.run(seconds: 2_000)
    let jobs = simulation.world.clusters[0].jobs.jobs
    let small = Double(jobs.count { $0.workload.index == 0 })
    let large = Double(jobs.count { $0.workload.index == 1 })
    #expect(abs(small - 1_500) < 5 * 1_500.0.squareRoot())
    #expect(abs(large - 500) < 5 * 500.0.squareRoot())
  }

  /// All pods of a job of a mix run equally long; without, each draws its own time.
  @Test func podsOfAJobEndTogether() throws {
    let world = try Self.mix(
      "{ name: gang, share: 1, pods: 16, gpus: 8, work: 'exponential(600s)' }", ", rate: 1/h")
    var simulation = world.simulation(seed: 3)
    simulation.run(seconds: 20_000)
    let jobs = simulation.world.clusters[0].jobs.jobs
    let ended = jobs.filter(\.isOver)
    try #require(ended.count >= 2)
    let works = ended.compactMap { $0.work?.seconds }
    #expect(works.count == ended.count && Set(works).count == works.count)
    let summaries = simulation.world.clusters[0].context.instruments.summaries(at: simulation.now)
    let useful = try #require(
      summaries.first { $0.name == "job_useful_work_seconds_total" }?.amount)
    let running = jobs.filter { !$0.isOver }
    #expect(running.isEmpty || useful >= 16 * works.reduce(0, +))
    if running.isEmpty {
      // A kubelet sees the end of a container at its next look, within a second.
      #expect(abs(useful - 16 * works.reduce(0, +)) < 16 * 2 * Double(works.count))
    }
  }

  @Test(
    "Bad cycles and mixes are told",
    arguments: [
      ("cycles: { c: { hours: [1, 2] } }", "24 weights"),
      ("cycles: { c: { weekdays: [0, 0, 0, 0, 0, 0, 0] } }", "above 0"),
      (
        "workload: [ { name: a, jobs: { at: [1s], cycle: c, image: image } } ]\ncycles: { c: {} }",
        "'rate'"
      ),
      ("workload: [ { name: a, jobs: { rate: 1/s, cycle-start: 1h, image: image } } ]", "begins"),
      ("workload: [ { name: a, job-mix: { rate: 1/s, image: image, classes: [] } } ]", "share"),
    ])
  func badInput(_ lines: String, _ words: String) {
    #expect {
      try SmallWorld.bare(lines: lines)
    } throws: { "\($0)".contains(words) }
  }
}
