// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// A station or request class with what Little's law needs.
package struct StationVisits: Sendable {
  package let name: String
  /// The area under the number inside, and the finished visits.
  package let occupancy: Occupancy
  /// When each of those who are still inside entered, from the visitors' own records.
  package let unfinished: [SimTime]

  /// Whether the time that all visits spent inside is the area under the number inside, to the
  /// nanosecond.
  package func littlesLawHolds(at now: SimTime) -> Bool {
    unfinished.count == occupancy.count
      && occupancy.areaNanoseconds(at: now)
        == occupancy.insideNanoseconds(at: now, unfinished: unfinished)
  }
}

extension Cluster {
  /// Every station and request class with its visits, for the check of Little's law.
  ///
  /// O(requests under way) for each station; meant for the end of a window, not for the event loop.
  package var occupancies: [StationVisits] {
    stores.flatMap(occupancies(of:)) + [
      StationVisits(
        name: "kube-apiserver seats", occupancy: apiServers.metrics.seatOccupancy,
        unfinished: context.requests.underWay.filter(\.holdsSeat).map(\.seated)),
      StationVisits(
        name: "kube-apiserver flow control", occupancy: apiServers.metrics.queueOccupancy,
        unfinished: entries(at: .apiserverQueue)),
      StationVisits(
        name: "kube-apiserver CPU", occupancy: apiServers.metrics.cpuOccupancy,
        unfinished: entries(at: .apiserverCPU)),
      StationVisits(
        name: "kube-apiserver egress", occupancy: apiServers.metrics.egressOccupancy,
        unfinished: entries(at: .apiserverEgress)),
    ]
      + context.classes.indices.map { index in
        StationVisits(
          name: "requests: \(context.classNames[index])",
          occupancy: context.classes[index].metrics.occupancy,
          unfinished: context.requests.underWay.filter {
            $0.classID.index == index && $0.clientWaits
          }.map(\.submitted))
      }
  }

  private func occupancies(of store: Store) -> [StationVisits] {
    [
      StationVisits(
        name: "etcd \(store.name) CPU", occupancy: store.metrics.cpuOccupancy,
        unfinished: entries(at: .etcdCPU(store.id))),
      StationVisits(
        name: "etcd \(store.name) log", occupancy: store.metrics.logOccupancy,
        unfinished: store.stampsInLog),
      StationVisits(
        name: "etcd \(store.name) apply", occupancy: store.metrics.applyOccupancy,
        unfinished: store.stampsAtApplier),
      StationVisits(
        name: "etcd \(store.name) reads", occupancy: store.metrics.readOccupancy,
        unfinished: entries(at: .etcdRead(store.id))),
    ]
  }

  private func entries(at station: RequestStation) -> [SimTime] {
    context.requests.underWay.filter { $0.station == station }.map(\.entered)
  }
}
