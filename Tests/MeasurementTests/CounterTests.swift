// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@Suite struct CounterTests {
  let labels = [MetricLabel("verb", "LIST"), MetricLabel("code", "200")]

  @Test("the window decides on amount and rate, not on the total")
  func window() {
    var instruments = Instruments()
    let id = instruments.counter(.requests, labels)
    instruments.add(to: id, at: at(s: 3))
    instruments.add(99, to: id, at: at(s: 5))
    instruments.openWindow(at: at(s: 10))
    instruments.add(40, to: id, at: at(s: 12))
    instruments.closeWindow(at: at(s: 20))
    instruments.add(1_000, to: id, at: at(s: 25))
    let summary = instruments.summaries(at: at(s: 30))[0]
    #expect(summary.amount == 40 && summary.count == 40)
    #expect(summary.rate == 4)
    #expect(summary.total == 1_140)
    #expect(summary.firstNonZero == at(s: 3))
    #expect(instruments.total(of: id) == 1_140)
  }

  @Test("a second window starts from nothing")
  func reopened() {
    var instruments = Instruments()
    let id = instruments.counter(.requests, labels)
    instruments.add(5, to: id, at: at(s: 1))
    instruments.closeWindow(at: at(s: 2))
    instruments.add(7, to: id, at: at(s: 3))
    instruments.openWindow(at: at(s: 4))
    instruments.add(11, to: id, at: at(s: 5))
    let summary = instruments.summaries(at: at(s: 6))[0]
    #expect(summary.amount == 11 && summary.total == 23 && summary.rate == 5.5)
  }

  @Test("a counter registered after the window has nothing in it")
  func registeredLate() {
    var instruments = Instruments()
    instruments.closeWindow(at: at(s: 2))
    let id = instruments.counter(.requests, labels)
    instruments.add(7, to: id, at: at(s: 3))
    let summary = instruments.summaries(at: at(s: 4))[0]
    #expect(summary.amount == 0 && summary.total == 7)
  }

  @Test("nothing is not an occurrence")
  func firstNonZero() {
    var instruments = Instruments()
    let id = instruments.counter(.requests, labels)
    instruments.add(0, to: id, at: at(s: 1))
    #expect(instruments.summaries(at: at(s: 2))[0].firstNonZero == nil)
    instruments.add(2, to: id, at: at(s: 2))
    instruments.add(2, to: id, at: at(s: 3))
    #expect(instruments.summaries(at: at(s: 4))[0].firstNonZero == at(s: 2))
    #expect(instruments.summaries(at: at(s: 4))[0].hasSamples)
  }

  @Test("ten thousand GPUs may be busy for a year")
  func gpuYears() {
    var instruments = Instruments()
    let id = instruments.counter(.busy)
    let year = ns(31_536_000_000_000_000)
    for _ in 0..<10_000 { instruments.add(year, to: id, at: at(s: 31_536_000)) }
    let summary = instruments.summaries(at: at(s: 31_536_000))[0]
    #expect(summary.total == 315_360_000_000)
    #expect(summary.rate == 10_000)
  }

  @Test("an instant has no rate")
  func noTime() {
    var instruments = Instruments()
    let id = instruments.counter(.requests, labels)
    instruments.add(3, to: id, at: at(s: 0))
    #expect(instruments.summaries(at: at(s: 0))[0].rate == nil)
  }
}
