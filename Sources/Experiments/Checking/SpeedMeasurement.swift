// SPDX-License-Identifier: Apache-2.0
import Stochastics

/// The first run of a scenario's first point, timed several times on one thread. The events are the
/// same each time, so what differs is the machine's mood.
package struct SpeedMeasurement: Sendable, Hashable, Codable {
  /// Of one run.
  package let events: UInt64
  /// CPU time of each run, in seconds.
  package private(set) var cpuSeconds: [Double] = []
  /// CPU time of a fixed piece of work before and after each run, in seconds. It takes longer when
  /// neighbours slow the whole machine down, which is no fault of the simulator's.
  package private(set) var yardstickSeconds: [Double] = []

  package init(events: UInt64) { self.events = events }

  package mutating func add(cpuSeconds: Double, yardstickSeconds: Double) {
    self.cpuSeconds.append(cpuSeconds)
    self.yardstickSeconds.append(yardstickSeconds)
  }

  /// Events a second of CPU time over all runs.
  package var eventsPerSecond: Double {
    let seconds = cpuSeconds.reduce(0, +)
    return seconds > 0 ? Double(events) * Double(cpuSeconds.count) / seconds : 0
  }

  /// For each run the logarithm of the events in the time of a yardstick.
  var logarithms: [Double] {
    zip(cpuSeconds, yardstickSeconds).compactMap { cpu, yardstick in
      let speed = cpu > 0 ? Double(events) * yardstick / cpu : 0
      return speed > 0 ? DeterministicMath.log(speed) : nil
    }
  }
}

/// A fixed piece of work that uses a CPU as the simulator does: whole numbers, branches, and memory
/// beyond the nearest cache.
package enum Yardstick {
  /// Does the work; the CPU time it took, in seconds.
  package static func cpuSeconds() -> Double {
    let start = HostClock.threadCPUSeconds
    var cells = [UInt64](repeating: 0, count: 1 << 18)
    let sum = cells.withUnsafeMutableBufferPointer { cells -> UInt64 in
      var state: UInt64 = 1
      var sum: UInt64 = 0
      for _ in 0..<1_000_000 {
        // Knuth's multiplier for linear congruences of 64 bits.
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let place = Int(truncatingIfNeeded: state >> 46)
        if cells[place] & 1 == 0 { sum &+= cells[place] } else { sum ^= state }
        cells[place] = state >> 7
      }
      return sum
    }
    // The sum decides nothing, but has to be computed.
    return HostClock.threadCPUSeconds - start + (sum == 0 ? 1e-12 : 0)
  }
}

/// The speed of the simulator held against a baseline of the same machine and build.
package struct SpeedComparison: Sendable {
  package enum Outcome: String, Sendable, Hashable {
    case slower, faster, same
    /// Measured elsewhere, or not often enough.
    case notJudged = "not-judged"
  }

  package struct Row: Sendable {
    package let scenario: String
    package let baseline: SpeedMeasurement?
    package let now: SpeedMeasurement
    package let outcome: Outcome
    /// The speed now over that of the baseline, minus one; nil without a baseline.
    package let change: Double?
    /// The smallest loss of speed that is called one, as a share; nil when it is not judged.
    package let band: Double?
  }

  package let rows: [Row]
  /// Why nothing is judged; nil when it is.
  package let obstacle: String?

  /// - Parameters:
  ///   - machine: the one that this check ran on.
  ///   - now: by scenario, in order.
  package init(
    _ baseline: Baseline, machine: String?, now: [(scenario: String, speed: SpeedMeasurement)]
  ) {
    let isSame = machine != nil && machine == baseline.machine
    obstacle =
      isSame
      ? nil
      : "the baseline was saved on another machine or build "
        + "(\(baseline.machine ?? "unknown"); this is \(machine ?? "unknown"))"
    let pairs = now.map { scenario, speed in
      (scenario: scenario, old: baseline.speeds[scenario], new: speed)
    }
    let tests = pairs.map { pair -> WelchComparison? in
      guard isSame, let old = pair.old else { return nil }
      return try? WelchComparison(baseline: old.logarithms, candidate: pair.new.logarithms)
    }
    let pValues = tests.map { test in test.flatMap { try? $0.pValue() } }
    var rejections = Holm.rejections(
      pValues.compactMap { $0 }, level: BaselineComparison.level)[...]
    let hardest = BaselineComparison.level / Double(max(1, rejections.count))
    rows = pairs.indices.map { index in
      let pair = pairs[index]
      let change = pair.old.map { old in
        Self.ratio(old.logarithms, pair.new.logarithms) - 1
      }
      guard let test = tests[index], pValues[index] != nil else {
        return Row(
          scenario: pair.scenario, baseline: pair.old, now: pair.new, outcome: .notJudged,
          change: change, band: nil)
      }
      let isDifferent = rejections.removeFirst()
      let halfWidth = (try? test.halfWidth(level: 1 - hardest)) ?? .infinity
      return Row(
        scenario: pair.scenario, baseline: pair.old, now: pair.new,
        outcome: !isDifferent ? .same : test.difference < 0 ? .slower : .faster, change: change,
        band: 1 - DeterministicMath.exp(-halfWidth))
    }
  }

  package var regressions: [Row] { rows.filter { $0.outcome == .slower } }

  package var exitCode: ExitCode { regressions.isEmpty ? .success : .worseThanBaseline }

  private static func ratio(_ old: [Double], _ new: [Double]) -> Double {
    guard !old.isEmpty, !new.isEmpty else { return 1 }
    let means = [old, new].map { $0.reduce(0, +) / Double($0.count) }
    return DeterministicMath.exp(means[1] - means[0])
  }
}
