// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// To what a training job's time is accounted.
enum TrainingTime: Int, CaseIterable, Codable {
  /// Steps that count: saved, or not lost yet.
  case productive
  /// Steps that a halt has undone.
  case lost
  /// Training waits for saves.
  case checkpoint
  /// Detection, start-up, loading of the checkpoint.
  case restart
  /// Waiting for members of the gang.
  case queue
}

/// The instruments of the training jobs of one workload.
struct TrainingMetrics: Codable, Sendable {
  private let times: [CounterID]
  /// What they had counted when the window was opened.
  private var timesAtStart: [Double]
  let goodput: GaugeID
  let effectiveTime: GaugeID
  let steps: CounterID
  let lostSteps: CounterID
  let stepTime: GaugeID
  let interruptions: CounterID
  let timeToInterruption: HistogramID
  let lostWork: HistogramID
  let restartDuration: HistogramID
  let checkpoints: CounterID
  let checkpointDuration: HistogramID
  let members: GaugeID
  let active: GaugeID
  let completed: CounterID
  let duration: HistogramID

  init(workload: String, _ instruments: inout Instruments) {
    let label = MetricLabel("workload", workload)
    times = TrainingTime.allCases.map {
      instruments.counter(.trainingTime, [label, MetricLabel("state", "\($0)")])
    }
    timesAtStart = times.map { _ in 0 }
    goodput = instruments.gauge(.trainingGoodput, [label])
    effectiveTime = instruments.gauge(.trainingEffectiveTime, [label])
    steps = instruments.counter(.trainingSteps, [label])
    lostSteps = instruments.counter(.trainingLostSteps, [label])
    stepTime = instruments.gauge(.trainingStepTime, [label])
    interruptions = instruments.counter(.trainingInterruptions, [label])
    timeToInterruption = instruments.histogram(.trainingTimeToInterruption, [label])
    lostWork = instruments.histogram(.trainingLostWork, [label])
    restartDuration = instruments.histogram(.trainingRestart, [label])
    checkpoints = instruments.counter(.trainingCheckpoints, [label])
    checkpointDuration = instruments.histogram(.trainingCheckpointDuration, [label])
    members = instruments.gauge(.trainingMembers, [label])
    active = instruments.gauge(.trainingJobsActive, [label])
    completed = instruments.counter(.trainingJobsCompleted, [label])
    duration = instruments.histogram(.trainingJobDuration, [label])
    instruments.set(0, members, at: .zero)
    instruments.set(0, active, at: .zero)
    instruments.trace(members)
  }

  func counter(of time: TrainingTime) -> CounterID { times[time.rawValue] }

  mutating func openWindow(_ instruments: borrowing Instruments) {
    timesAtStart = times.map { instruments.total(of: $0) }
  }

  /// Shares of the time since the window was opened.
  func sumUp(_ instruments: inout Instruments, at now: SimTime) {
    let totals = zip(times, timesAtStart).map { instruments.total(of: $0) - $1 }
    func total(_ time: TrainingTime) -> Double { totals[time.rawValue] }
    let all = TrainingTime.allCases.reduce(0) { $0 + total($1) }
    guard all > 0 else { return }
    let productive = total(.productive)
    let running = all - total(.queue)
    let shares = (productive / all, running > 0 ? productive / running : 0)
    instruments.set(shares.0, effectiveTime, at: now)
    instruments.set(shares.1, goodput, at: now)
  }
}
