// SPDX-License-Identifier: Apache-2.0

/// The live objects of the Kubernetes API by resource: how many and how large.
///
/// Objects that the model tells apart are numbered by their own table (nodes, pods) and cost 4 bytes
/// here; anonymous ones (Events) are only counted.
package struct ObjectTable: Codable, Sendable {
  private struct Resource: Codable {
    var name: String
    var store: StoreID
    /// Bytes of the live object with that number, 0 where there is none.
    var bytes: [UInt32] = []
    /// The same of single objects with a name of their own; see `number(ofNamed:)`.
    var namedBytes: [UInt32] = []
    var count: Int64 = 0
    var totalBytes: Int64 = 0
    /// Informers that receive each change (`watch` on the whole resource).
    var informers: Int = 0
    /// Objects with the label `service.kubernetes.io/headless`; empty where none has it.
    var isLabelled: [Bool] = []
    /// Changes so far: the number of the newest watch event.
    var changes: UInt32 = 0
    /// Who reacts to a creation, a modification, a deletion.
    var reactors: [WatcherSet] = [[], [], []]
  }

  private var resources: [Resource] = []
  /// Numbers from here on are those of named objects.
  private static let firstNamed = UInt32.max - 64

  package init() {}

  /// Number of a single object with a name of its own (the lock of a leader election), beside those
  /// that are numbered by a table of their own.
  package static func number(ofNamed index: Int) -> UInt32 { firstNamed + UInt32(index) }

  /// Declares a resource type and the store that keeps it.
  package mutating func declare(_ name: String, store: StoreID) -> ResourceID {
    resources.append(Resource(name: name, store: store))
    return ResourceID(resources.count - 1)
  }

  package var resourceCount: Int { resources.count }
  package func name(of resource: ResourceID) -> String { resources[resource.index].name }
  package func store(of resource: ResourceID) -> StoreID { resources[resource.index].store }

  /// Live objects of the resource.
  package func count(_ resource: ResourceID) -> Int64 { resources[resource.index].count }
  /// Bytes of all live objects of the resource.
  package func totalBytes(_ resource: ResourceID) -> Int64 { resources[resource.index].totalBytes }
  package func informers(_ resource: ResourceID) -> Int { resources[resource.index].informers }
  /// Changes of the resource so far: what a LIST made now has seen.
  package func changes(_ resource: ResourceID) -> UInt32 { resources[resource.index].changes }
  package mutating func countChange(_ resource: ResourceID) {
    resources[resource.index].changes &+= 1
  }
  package mutating func setInformers(_ count: Int, for resource: ResourceID) {
    resources[resource.index].informers = count
  }

  /// Who reacts to such a change; the others only cost CPU and bytes.
  package func reactors(_ resource: ResourceID, _ change: ObjectChange) -> WatcherSet {
    resources[resource.index].reactors[Int(change.rawValue)]
  }
  package mutating func setReactors(
    _ resource: ResourceID, created: WatcherSet = [], modified: WatcherSet = [],
    deleted: WatcherSet = []
  ) {
    resources[resource.index].reactors = [created, modified, deleted]
  }

  /// One more part reacts when an object comes or goes.
  package mutating func addReactor(_ watcher: Watcher, to resource: ResourceID) {
    for change in [ObjectChange.created, .deleted] {
      let known = resources[resource.index].reactors[Int(change.rawValue)]
      resources[resource.index].reactors[Int(change.rawValue)] = known.union([watcher])
    }
  }

  /// Bytes of one object, or `nil` when there is none.
  package func bytes(_ resource: ResourceID, _ object: UInt32) -> Int? {
    if object >= Self.firstNamed {
      let named = resources[resource.index].namedBytes
      let index = Int(object - Self.firstNamed)
      return index < named.count && named[index] > 0 ? Int(named[index]) : nil
    }
    let bytes = resources[resource.index].bytes
    guard object < bytes.count, bytes[Int(object)] > 0 else { return nil }
    return Int(bytes[Int(object)])
  }

  /// Stores a numbered object; returns the bytes of the revision it supersedes.
  package mutating func put(_ resource: ResourceID, _ object: UInt32, bytes: Int) -> Int? {
    let index = resource.index
    if object >= Self.firstNamed {
      let slot = Int(object - Self.firstNamed)
      while resources[index].namedBytes.count <= slot { resources[index].namedBytes.append(0) }
      let previous = Int(resources[index].namedBytes[slot])
      resources[index].namedBytes[slot] = UInt32(clamping: bytes)
      return count(previous, replacedBy: bytes, in: index)
    }
    if object >= resources[index].bytes.count {
      let missing = Int(object) + 1 - resources[index].bytes.count
      resources[index].bytes.append(contentsOf: repeatElement(0, count: missing))
    }
    let previous = Int(resources[index].bytes[Int(object)])
    resources[index].bytes[Int(object)] = UInt32(clamping: bytes)
    return count(previous, replacedBy: bytes, in: index)
  }

  private mutating func count(_ previous: Int, replacedBy bytes: Int, in index: Int) -> Int? {
    resources[index].totalBytes += Int64(bytes - previous)
    if previous == 0 { resources[index].count += 1 }
    return previous == 0 ? nil : previous
  }

  /// Removes a numbered object, not a named one; returns the bytes it had, `nil` when it was not there.
  package mutating func delete(_ resource: ResourceID, _ object: UInt32) -> Int? {
    guard let bytes = bytes(resource, object) else { return nil }
    resources[resource.index].bytes[Int(object)] = 0
    resources[resource.index].count -= 1
    resources[resource.index].totalBytes -= Int64(bytes)
    return bytes
  }

  /// The object has the label `service.kubernetes.io/headless` from its creation on.
  package mutating func label(_ resource: ResourceID, _ object: UInt32) {
    while resources[resource.index].isLabelled.count <= Int(object) {
      resources[resource.index].isLabelled.append(false)
    }
    resources[resource.index].isLabelled[Int(object)] = true
  }

  /// Whether the object belongs to a headless service.
  package func isLabelled(_ resource: ResourceID, _ object: UInt32) -> Bool {
    let labels = resources[resource.index].isLabelled
    return object < labels.count && labels[Int(object)]
  }

  /// Whether any object of any resource does.
  package var hasLabels: Bool { resources.contains { !$0.isLabelled.isEmpty } }

  /// Adds or (with negative numbers) removes objects that are only counted.
  package mutating func addAnonymous(_ resource: ResourceID, count: Int64, bytes: Int64) {
    resources[resource.index].count += count
    resources[resource.index].totalBytes += bytes
  }

  /// Bytes of model state, for `orrery bench memory`.
  package var memoryFootprint: Int {
    resources.reduce(0) { $0 + $1.bytes.capacity * MemoryLayout<UInt32>.stride }
  }
}
