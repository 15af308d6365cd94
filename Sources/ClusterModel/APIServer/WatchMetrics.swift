// SPDX-License-Identifier: Apache-2.0
import Measurement

/// What kube-apiserver counts of its watches.
package struct WatchMetrics: Codable, Sendable {
  private(set) var received: [CounterID] = []
  private(set) var dispatched: [CounterID] = []
  private(set) var bytes: [CounterID] = []
  private(set) var initializations: [CounterID] = []
  private(set) var terminated: [CounterID] = []
  private(set) var expired: [CounterID] = []
  private(set) var requests: [CounterID] = []
  private(set) var delivery: [HistogramID] = []
  private(set) var capacity: [GaugeID] = []

  init(_ instruments: inout Instruments) {}

  mutating func declareResources(_ objects: ObjectTable, _ instruments: inout Instruments) {
    for index in 0..<objects.resourceCount {
      let resource = MetricLabel("resource", objects.name(of: ResourceID(index)))
      received.append(instruments.counter(.watchCacheReceived, [resource]))
      dispatched.append(instruments.counter(.watchCacheDispatched, [resource]))
      bytes.append(instruments.counter(.watchBytes, [resource]))
      initializations.append(instruments.counter(.watchCacheInitializations, [resource]))
      terminated.append(instruments.counter(.terminatedWatchers, [resource]))
      expired.append(instruments.counter(.expiredWatches, [resource]))
      requests.append(instruments.counter(.watchRequests, [resource]))
      delivery.append(instruments.histogram(.watchDelivery, [resource]))
      capacity.append(instruments.gauge(.watchCacheCapacity, [resource]))
    }
  }
}
