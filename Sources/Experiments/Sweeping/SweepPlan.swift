// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import DiscreteEvents
package import Scenario

/// All points of a sweep, read and checked before the first one runs.
package struct SweepPlan: Sendable {
  package let document: ScenarioDocument
  package let points: [ScenarioPoint]
  /// One a point, over everything that decides its course: a point that was run with the same digest
  /// by the same version of the program need not run again.
  package let digests: [String]

  package init(
    _ document: ScenarioDocument, points: [ScenarioPoint]
  ) throws(ExperimentError) {
    self.document = document
    self.points = points
    let plan = try RunPlan(document, points: points, options: RunOptions())
    digests = plan.points.map {
      CheckpointManifest.digest($0.point, $0.resolved, seed: UInt64($0.point.run.seed))
    }
  }

  /// Of each replication of a point, warm-up included.
  package func simulatedSeconds(of index: Int) -> Double { points[index].run.duration.seconds }

  /// Variant and coordinates of a point as one short text, such as `base count=400`.
  package func name(of index: Int) -> String {
    let point = points[index]
    return
      ([point.variant]
      + point.coordinates.map { "\($0.path.elements.last ?? "")=\($0.value)" })
      .joined(separator: " ")
  }
}

/// Runs the points of a sweep, each by itself, and hands each result over as soon as it is there.
package struct SweepRunner: Sendable {
  /// Points side by side; at least 1. Changes no result.
  package let threads: Int
  package let cancellation: Cancellation

  package init(threads: Int, cancellation: Cancellation) {
    self.threads = max(1, threads)
    self.cancellation = cancellation
  }

  /// Runs some points.
  ///
  /// - Parameters:
  ///   - indices: which points.
  ///   - finish: called from the thread that ran the point, for several points at a time.
  /// - Throws: `ExperimentError.stopped` after a cancellation, and whatever `finish` throws.
  package func run(
    _ plan: SweepPlan, _ indices: [Int],
    finish: @Sendable (Int, ExperimentResult) throws -> Void
  ) throws {
    let side = min(threads, max(1, indices.count))
    let options = RunOptions(threads: threads / side)
    let finished = try SideBySide.map(indices.count, threads: side) { position throws in
      guard !cancellation.isCancelled else { return 0 }
      let index = indices[position]
      let runner = ExperimentRunner(options: options, cancellation: cancellation)
      do {
        try finish(index, try runner.run(plan.document, points: [plan.points[index]]))
      } catch ExperimentError.stopped {
        return 0
      }
      return 1
    }.reduce(0, +)
    guard finished == indices.count else {
      throw ExperimentError.stopped(
        finishedRuns: finished, runs: indices.count, checkpoints: nil)
    }
  }
}
