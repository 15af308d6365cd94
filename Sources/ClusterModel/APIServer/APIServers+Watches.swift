// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement

/// Watch caches and fan-out.
extension APIServers {
  /// Tells the watchers of a changed object.
  ///
  /// Like watchers are served together: each replica's cores and network card are charged for all
  /// deliveries in one step, and only a watcher that reacts to this kind of change gets an event, at
  /// the time when its copy has left.
  mutating func fanOut(
    _ resource: ResourceID, _ change: ObjectChange, _ object: UInt32,
    _ context: inout ClusterContext, _ agenda: inout WorldAgenda
  ) {
    let now = agenda.now
    let informers = context.objects.informers(resource)
    let bytes = Int64(context.objects.bytes(resource, object) ?? 0)
    let arrival = now + context.storeRoundTrip / 2
    var lastDelivery = arrival
    for index in servers.indices {
      // The replica decodes each event once for its cache, even without a watcher.
      let watchers = informers / servers.count + (index < informers % servers.count ? 1 : 0)
      let each =
        configuration.watchCPUPerEvent
        + SimDuration(
          nanoseconds: configuration.watchCPUPerKilobyte.nanoseconds * bytes / 1_000)
      let encoded = occupyCore(of: index, for: each * (watchers + 1), &context, at: now)
      if watchers > 0 {
        // The card is booked now although the bytes leave when they are encoded: later messages
        // must not be held up by ones that are still on a core.
        let sent = servers[index].egress.send(bytes: bytes * Int64(watchers), at: now)
        lastDelivery = max(lastDelivery, max(encoded.finish, sent.finish))
      }
      context.instruments.add(watchers, to: metrics.watchEvents, at: now)
    }
    let delivery = lastDelivery + context.clientRoundTrip / 2
    for watcher in context.objects.reactors(resource, change) {
      agenda.schedule(
        .observed(watcher, resource, change, object), in: context.cluster, at: delivery)
    }
  }
}
