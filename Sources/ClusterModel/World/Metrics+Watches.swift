// SPDX-License-Identifier: Apache-2.0
import Measurement

/// Metrics of the watch caches, the informers and the API servers' memory.
extension MetricDeclaration {
  static let watching: [MetricDeclaration] = [
    .apiserverWatchers, .watchCacheReceived, .watchCacheDispatched, .watchBytes,
    .watchCacheInitializations,
    .terminatedWatchers, .expiredWatches, .watchRequests, .watchCacheCapacity, .watchDelivery,
    .residentMemory, .memoryKills, .processRestarts, .reflectorLists,
  ]
  static let apiserverWatchers = MetricDeclaration(
    "apiserver_registered_watchers", .gauge, in: .count("watches"),
    help: "Watches connected, all replicas together.", labels: ["resource"])
  static let watchCacheReceived = MetricDeclaration(
    "apiserver_watch_cache_events_received_total", .counter, in: .count("events"),
    help: "Events that the watch caches have taken in, all replicas together.",
    labels: ["resource"])
  static let watchCacheDispatched = MetricDeclaration(
    "apiserver_watch_cache_events_dispatched_total", .counter, in: .count("events"),
    help: "Events that the watch caches have handed to their watchers.", labels: ["resource"])
  static let watchBytes = MetricDeclaration(
    "apiserver_watch_events_bytes_total", .counter, in: .bytes,
    help: "Bytes of the events sent to watchers (sum of apiserver_watch_events_sizes).",
    labels: ["resource"])
  static let watchCacheInitializations = MetricDeclaration(
    "apiserver_watch_cache_initializations_total", .counter, in: .count("fills"),
    help: "Times that a watch cache was filled from etcd again.", labels: ["resource"])
  static let terminatedWatchers = MetricDeclaration(
    "apiserver_terminated_watchers_total", .counter, in: .count("watches"),
    help: "Watches ended because their client was too slow.", labels: ["resource"])
  static let expiredWatches = MetricDeclaration(
    "apiserver_expired_watches_total", .counter, in: .count("watches"),
    help: "Watches refused with 410: too old resource version.", labels: ["resource"])
  static let watchRequests = MetricDeclaration(
    "apiserver_watch_requests_total", .counter, in: .count("watches"),
    help: "Watches asked for; apiserver_request_total with verb WATCH.", labels: ["resource"])
  static let watchDelivery = MetricDeclaration(
    "watch_event_delivery_duration_seconds", .histogram, in: .seconds,
    help: "Time from a change in the store until half of its watchers at a replica have it.",
    labels: ["resource"])
  static let watchCacheCapacity = MetricDeclaration(
    "apiserver_watch_cache_capacity", .gauge, in: .count("events"),
    help: "Events that the watch cache of a resource holds.", labels: ["resource"])
  static let residentMemory = MetricDeclaration(
    "process_resident_memory_bytes", .gauge, in: .bytes, help: "Resident memory of a process.",
    labels: ["job", "instance"])
  static let memoryKills = MetricDeclaration(
    "container_oom_events_total", .counter, in: .count("kills"),
    help: "Times that the kernel killed a process because its machine's memory was used up.",
    labels: ["job", "instance"])
  static let processRestarts = MetricDeclaration(
    "container_restarts_total", .counter, in: .count("restarts"),
    help: "Processes started after the first.", labels: ["job", "instance"])
  static let reflectorLists = MetricDeclaration(
    "reflector_lists_total", .counter, in: .count("lists"),
    help: "LISTs that informers made to fill their stores.", labels: ["name", "resource"])
}
