// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Foundation
import Testing

@Suite("Clock arithmetic")
struct SimTimeTests {
  @Test("a million steps of 10 ms are exactly 10,000 s")
  func stepsAddUpExactly() {
    var time = SimTime.zero
    for _ in 0..<1_000_000 { time += .milliseconds(10) }
    #expect(time == .zero + .seconds(10_000))
    #expect(time.seconds == 10_000)
  }

  @Test("sums saturate at the end of time, from both sides of the addition")
  func saturation() {
    let late = SimTime(nanoseconds: (1 << 60) - 5)
    #expect(late + .nanoseconds(4) == .end)
    #expect(late + .nanoseconds(5) == .end)
    #expect(late + .max == .end)
    #expect(.end + .max == .end)
    #expect(late - SimDuration(nanoseconds: .min) == .end)
    #expect((late + .nanoseconds(3)).nanoseconds == (1 << 60) - 2)
  }

  @Test("differences are signed and reach over the whole range")
  func differences() {
    #expect(SimTime.end - SimTime.zero == SimDuration(nanoseconds: (1 << 60) - 1))
    #expect(SimTime.zero - SimTime.end == SimDuration(nanoseconds: 1 - (1 << 60)))
    #expect(SimTime(nanoseconds: 7) - .nanoseconds(7) == .zero)
    #expect(SimTime(nanoseconds: 7) - .nanoseconds(-3) == SimTime(nanoseconds: 10))
    #expect(SimTime(nanoseconds: 7) + .nanoseconds(-7) == .zero)
  }

  @Test("what cannot be a time is a programmer's mistake")
  func mistakesTrap() async {
    await #expect(processExitsWith: .failure) { _ = SimTime(nanoseconds: 1 << 60) }
    await #expect(processExitsWith: .failure) { _ = SimTime.zero - SimDuration.nanoseconds(1) }
    await #expect(processExitsWith: .failure) { _ = SimTime.zero + SimDuration.nanoseconds(-1) }
    await #expect(processExitsWith: .failure) { _ = SimDuration(roundingSeconds: .nan) }
    await #expect(processExitsWith: .failure) { _ = SimDuration.max + SimDuration.nanoseconds(1) }
  }

  @Test("a stored time is a bare number, and 61 bits are refused")
  func coding() throws {
    #expect(
      String(decoding: try JSONEncoder().encode([SimTime.end]), as: UTF8.self)
        == "[1152921504606846975]")
    #expect(try storedAndRead(SimTime.end) == .end)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([SimTime].self, from: Data("[1152921504606846976]".utf8))
    }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([EventPriority].self, from: Data("[16]".utf8))
    }
  }
}

@Suite("Durations")
struct SimDurationTests {
  @Test(
    "draws are rounded to the nearest nanosecond, half away from zero, and clamped",
    arguments: [
      (0, 0), (-0.0, 0), (1e-9, 1), (0.4e-9, 0), (0.5e-9, 1), (1.5e-9, 2), (2.5e-9, 3),
      (-1, 0), (-.infinity, 0), (1.5, 1_500_000_000), (9.3e9, .max), (.infinity, .max),
      (Double.leastNonzeroMagnitude, 0), (9_000_000_000, 9_000_000_000_000_000_000),
    ] as [(Double, Int64)])
  func roundingDraws(seconds: Double, nanoseconds: Int64) {
    #expect(SimDuration(roundingSeconds: seconds).nanoseconds == nanoseconds)
  }

  @Test("units, quotients and remainders")
  func arithmetic() {
    #expect(SimDuration.days(1) == .hours(24))
    #expect(SimDuration.hours(1) == .minutes(60))
    #expect(SimDuration.minutes(1) == .seconds(60))
    #expect(SimDuration.seconds(1) == .milliseconds(1_000))
    #expect(SimDuration.milliseconds(1) == .microseconds(1_000))
    #expect(SimDuration.microseconds(1) == .nanoseconds(1_000))
    #expect(SimDuration.seconds(10) / .seconds(3) == 3)
    #expect(SimDuration.seconds(10) % .seconds(3) == .seconds(1))
    #expect(SimDuration.nanoseconds(-7) / 2 == .nanoseconds(-3))
    #expect(3 * SimDuration.seconds(2) == .seconds(2) * 3)
    #expect(-SimDuration.seconds(2) + .seconds(2) == .zero)
  }

  @Test("scaling rounds half away from zero and clamps at both ends")
  func scaling() {
    #expect(SimDuration.nanoseconds(5).scaled(by: 0.5) == .nanoseconds(3))
    #expect(SimDuration.nanoseconds(-5).scaled(by: 0.5) == .nanoseconds(-3))
    #expect(SimDuration.seconds(1).scaled(by: 1.25) == .milliseconds(1_250))
    #expect(SimDuration.days(10_000).scaled(by: 1e12) == .max)
    #expect(SimDuration.days(10_000).scaled(by: -1e12) == SimDuration(nanoseconds: .min))
  }

  @Test(
    "descriptions are exact and in the units a reader would choose",
    arguments: [
      (0, "0 s"), (1, "1 ns"), (999, "999 ns"), (1_000, "1 µs"), (1_050, "1.05 µs"),
      (2_000_000, "2 ms"), (2_000_001, "2.000001 ms"), (1_500_000_000, "1.5 s"),
      (59_999_999_999, "59.999999999 s"), (60_000_000_000, "1 min"),
      (3_720_000_000_000, "1 h 2 min"), (90_000_000_000, "1 min 30 s"),
      (86_400_500_000_000, "1 d 0.5 s"), (-2_000_000, "-2 ms"),
      (.min, "-106751 d 23 h 47 min 16.854775808 s"),
    ] as [(Int64, String)])
  func description(nanoseconds: Int64, text: String) {
    #expect(SimDuration(nanoseconds: nanoseconds).description == text)
  }

  /// pkg/kubelet: `CrashLoopBackOff` waits 10, 20, 40, 80, 160 and then 300 s.
  @Test func doubling() {
    let pauses = (-1...8).map { SimDuration.seconds(10).doubled($0, atMost: .seconds(300)) }
    #expect(pauses.map(\.seconds) == [10, 10, 20, 40, 80, 160, 300, 300, 300, 300])
    #expect(SimDuration.milliseconds(100).doubled(255, atMost: .seconds(7)) == .seconds(7))
    #expect(SimDuration.zero.doubled(.max, atMost: .seconds(7)) == .zero)
    #expect(SimDuration.seconds(9).doubled(0, atMost: .seconds(7)) == .seconds(7))
  }
}
