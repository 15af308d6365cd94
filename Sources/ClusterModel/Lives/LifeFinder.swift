// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// Finds items at the end of a run, by name or because they were the slowest.
package struct LifeFinder: Sendable {
  package enum Question: Sendable, Hashable {
    /// Of a class of time accounts; nil for all.
    case slowestRequest(accountClass: String?)
    /// Of a workload, by the time until its container started; nil for all.
    case slowestPod(workload: String?)
    case pod(String)
    case job(String)
  }

  /// An item that was found, or the names that there are.
  package enum Answer: Sendable, Hashable {
    case found(LifeItem)
    case unknown(names: [String])
  }

  private let question: Question
  private let names: LifeNames

  package init(_ question: Question, names: LifeNames) {
    self.question = question
    self.names = names
  }

  package func answer(_ world: borrowing World) -> Answer {
    switch question {
    case .slowestRequest(let name): slowestRequest(name, world)
    case .slowestPod(let workload): slowest(pods(world), of: workload)
    case .pod(let name): named(name, pods(world))
    case .job(let name): named(name, jobs(world))
    }
  }

  private func slowestRequest(_ name: String?, _ world: borrowing World) -> Answer {
    var best: (latency: SimDuration, item: LifeItem)?
    var classes: [String] = []
    for index in world.clusters.indices {
      for profile in world.clusters[index].context.accounts.profiles {
        guard let slowest = profile.slowest.first, slowest.latency > .zero else { continue }
        classes.append(profile.name)
        guard name == nil || name == profile.name, slowest.latency > best?.latency ?? .zero
        else { continue }
        best = (
          slowest.latency,
          .request(
            ClusterID(index), accountClass: profile.name, subject: slowest.subject,
            opened: slowest.opened, latency: slowest.latency)
        )
      }
    }
    return best.map { .found($0.item) } ?? .unknown(names: classes)
  }

  // MARK: Pods and jobs

  private struct Listed {
    let name: String
    let workload: String
    let item: LifeItem
    /// How long it took; nil where nothing is to be compared.
    let duration: SimDuration?
  }

  private func pods(_ world: borrowing World) -> [Listed] {
    world.clusters.indices.flatMap { index in
      let pods = world.clusters[index].context.pods
      let names = names.names(ClusterID(index), pods.ids.lazy.map { pods[$0].workload })
      return zip(pods.ids, names).map { id, name in
        let row = pods[id]
        return Listed(
          name: name, workload: self.names.workload(row.workload),
          item: .pod(ClusterID(index), id, created: row.created),
          duration: row.started > row.created ? row.started - row.created : nil)
      }
    }
  }

  private func jobs(_ world: borrowing World) -> [Listed] {
    world.clusters.indices.flatMap { index -> [Listed] in
      let id = ClusterID(index)
      let jobs = world.clusters[index].jobs.jobs
      let batch = zip(jobs.indices, names.names(id, jobs.lazy.map(\.workload))).map {
        Listed(
          name: $1, workload: names.workload(jobs[$0].workload),
          item: .job(id, JobID($0), submitted: jobs[$0].submitted), duration: nil)
      }
      guard let fleet = world.clusters[index].trainingJobs else { return batch }
      let workloads = fleet.workloads
      return batch
        + zip(fleet.jobs.indices, names.names(id, workloads)).map {
          Listed(
            name: $1, workload: names.workload(workloads[$0]),
            item: .trainingJob(id, JobID($0), submitted: fleet.jobs[$0].submitted),
            duration: nil)
        }
    }
  }

  private func named(_ name: String, _ listed: [Listed]) -> Answer {
    listed.first { $0.name == name }.map { .found($0.item) }
      ?? .unknown(names: listed.map(\.name))
  }

  private func slowest(_ listed: [Listed], of workload: String?) -> Answer {
    let asked = listed.filter { workload == nil || $0.workload == workload }
    let longest = asked.compactMap(\.duration).max()
    return asked.first { $0.duration != nil && $0.duration == longest }.map { .found($0.item) }
      ?? .unknown(names: Array(Set(listed.map(\.workload))).sorted())
  }
}
