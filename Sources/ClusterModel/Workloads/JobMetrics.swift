// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// The instruments of jobs.
struct JobMetrics: Codable, Sendable {
  let active: GaugeID
  let completed: CounterID
  let failed: CounterID
  let failedPods: CounterID
  let duration: HistogramID
  let usefulWork: CounterID
  let lostWork: CounterID
  let lostPods: CounterID

  init(_ instruments: inout Instruments) {
    active = instruments.gauge(.jobsActive)
    instruments.set(0, active, at: .zero)
    completed = instruments.counter(.jobsCompleted)
    failed = instruments.counter(.jobsFailed)
    failedPods = instruments.counter(.jobPodsFailed)
    duration = instruments.histogram(.jobDuration)
    usefulWork = instruments.counter(.usefulWork)
    lostWork = instruments.counter(.lostWork)
    lostPods = instruments.counter(.lostPods)
  }
}
