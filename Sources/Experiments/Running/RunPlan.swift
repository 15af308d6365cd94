// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import DiscreteEvents
import Scenario

/// All runs of an experiment, read and checked before the first one begins.
struct RunPlan: Sendable {
  struct Point: Sendable {
    let point: ScenarioPoint
    let configuration: WorldConfiguration
    let resolved: ResolvedConfiguration
    /// The trace of each workload that reads one.
    let traceFiles: [String?]

    func seed(ofReplication replication: Int) -> UInt64 {
      ReplicationSeed.derive(from: UInt64(point.run.seed), replication: replication)
    }
  }

  struct Task: Sendable {
    let point: Int
    let replication: Int
  }

  let scenario: String
  let points: [Point]
  /// Points in order, replications fastest.
  private(set) var tasks: [Task]

  init(
    _ document: ScenarioDocument, points: [ScenarioPoint], options: RunOptions
  ) throws(ExperimentError) {
    scenario = document.file
    var planned: [Point] = []
    for point in points {
      do throws(ScenarioError) {
        let (configuration, resolved) = try point.configuration(as: WorldConfiguration.self)
        planned.append(
          Point(
            point: point, configuration: configuration, resolved: resolved,
            traceFiles: TraceFeed.files(of: configuration, scenario: document.file)))
      } catch {
        throw .scenario(error)
      }
    }
    self.points = planned
    tasks = planned.enumerated().flatMap { index, point in
      (0..<point.point.run.replications).map { Task(point: index, replication: $0) }
    }
  }

  /// Further replications of all points.
  func further(_ replications: Range<Int>) -> RunPlan {
    var plan = self
    plan.tasks = points.indices.flatMap { index in
      replications.map { Task(point: index, replication: $0) }
    }
    return plan
  }

  /// Simulated time over all runs.
  func simulatedTime(_ start: RunOptions.ReplicationStart) -> SimDuration {
    func shared(_ point: Point) -> SimDuration {
      start == .warmUp ? point.point.run.warmUp : .zero
    }
    return points.reduce(.zero) { $0 + shared($1) }
      + tasks.reduce(.zero) { sum, task in
        sum + points[task.point].point.run.duration - shared(points[task.point])
      }
  }

  /// One result a task, as one list a point.
  func grouped<Outcome>(_ results: [Outcome]) -> [[Outcome]] {
    points.indices.map { point in
      zip(tasks, results).filter { $0.0.point == point }.map(\.1)
    }
  }

  func manifest(_ options: RunOptions) -> CheckpointManifest {
    CheckpointManifest(
      scenario: scenario, replicationStart: options.replicationStart,
      points: points.map {
        CheckpointManifest.digest($0.point, $0.resolved, seed: UInt64($0.point.run.seed))
      })
  }
}
