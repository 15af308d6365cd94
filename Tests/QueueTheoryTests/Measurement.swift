// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents

/// The figures of a queue as simulated in independent replications.
struct Measurement: Sendable {
  private var estimates: [Figure: Estimate] = [:]
  /// Visits within the windows of all replications.
  let visits: Double
  /// Whether Little's identity held in all replications, at each instant at which it was looked at.
  let obeysLittlesLaw: Bool

  /// The estimate of a figure; nil if the queue does not have it.
  subscript(figure: Figure) -> Estimate? { estimates[figure] }

  /// Simulates a queue.
  ///
  /// - Parameter longWait: see ``Figure/delayedLong``.
  init(of queue: Queue, _ plan: RunPlan, longWait: Double? = nil) throws {
    let windows = try (1...plan.replications).map { replication in
      let streams = QueueStreams(queue: plan.name, replication: replication)
      switch queue.discipline {
      case .fifo(let servers, let room):
        let model = try FIFOQueueModel(
          queue, servers: servers, waitingRoom: room, longWait: longWait ?? .infinity,
          streams: streams)
        return WindowSums(model, over: plan)
      case .processorSharing:
        return WindowSums(try SharingQueueModel(queue, streams: streams), over: plan)
      }
    }
    visits = windows.map(\.visits).reduce(0, +)
    obeysLittlesLaw = windows.allSatisfy(\.obeysLittlesLaw)

    func mean(_ area: (WindowSums) -> Double) -> Estimate {
      Estimate(windows.map { area($0) / plan.windowLength.seconds })
    }
    func share(_ sum: (WindowSums) -> Double, of whole: (WindowSums) -> Double) -> Estimate {
      Estimate(sums: windows.map(sum), per: windows.map(whole))
    }
    estimates[.stay] = share(\.stayed, of: \.visits)
    estimates[.numberInside] = mean(\.areaInside)
    estimates[.throughput] = mean(\.visits)
    guard case .fifo = queue.discipline else { return }
    estimates[.wait] = share(\.waited, of: \.visits)
    estimates[.numberWaiting] = mean(\.areaWaiting)
    estimates[.delayed] = share(\.delayed, of: \.visits)
    estimates[.delayedLong] = share(\.delayedLong, of: \.visits)
    estimates[.lost] = share(\.lost, of: \.offered)
  }
}
