// SPDX-License-Identifier: Apache-2.0

/// What a read asks etcd for.
package enum ReadPlan: UInt8, Codable, Sendable, BitwiseCopyable {
  /// One object; for a LIST whose sender plans nothing, all or a page of `limit`.
  case object
  /// All objects of the resource in one range.
  case collection
  /// Up to `limit` objects from where the last page ended.
  case page
  /// The current revision only, so that a watch cache can tell whether it is fresh enough.
  case revision
}

extension ClusterContext {
  /// Keys and bytes that a read takes from etcd.
  package func range(of row: RequestRow) -> (keys: Int64, bytes: Int64) {
    let requestClass = classes[row.classID.index]
    switch row.plan {
    case .object where requestClass.verb != .list: return (1, Int64(requestClass.objectBytes))
    case .object where requestClass.limit != nil: return page(of: row, requestClass)
    case .revision: return (0, 0)
    case .object, .collection:
      return (objects.count(requestClass.resource), objects.totalBytes(requestClass.resource))
    case .page: return page(of: row, requestClass)
    }
  }

  /// Keys that a read makes etcd count besides those it returns: a range with a limit says how many
  /// there are behind it, and the index is walked for that (etcd mvcc/index.go `Revisions`). The
  /// revision is read as a range of one key over the resource (K-api storage/etcd3/store.go
  /// `GetCurrentResourceVersion`).
  package func keysCounted(by row: RequestRow) -> Int64 {
    let requestClass = classes[row.classID.index]
    switch row.plan {
    case .object where requestClass.verb == .list && requestClass.limit != nil, .page:
      let count = objects.count(requestClass.resource)
      return max(0, count - Int64(row.payload) - (requestClass.limit ?? count))
    case .revision: return objects.count(requestClass.resource)
    case .object, .collection: return 0
    }
  }

  /// Keys and bytes of the page that a LIST asks for; the objects of a resource count as equal.
  package func page(
    of row: RequestRow, _ requestClass: RequestClass
  ) -> (keys: Int64, bytes: Int64) {
    let count = objects.count(requestClass.resource)
    let left = max(0, count - Int64(row.payload))
    let keys = min(left, requestClass.limit ?? left)
    guard count > 0 else { return (0, 0) }
    let bytes = objects.totalBytes(requestClass.resource)
    return (keys, bytes / count * keys + bytes % count * keys / count)
  }

  /// Where the next page of a LIST that has ended begins, `nil` when that was the last.
  package func nextPage(after row: RequestRow, _ outcome: RequestOutcome) -> UInt64? {
    let requestClass = classes[row.classID.index]
    guard outcome == .ok, requestClass.verb == .list, let limit = requestClass.limit,
      requestClass.readSource == .store, requestClass.selector == .none
    else { return nil }
    let next = row.payload + UInt64(limit)
    return Int64(next) < objects.count(requestClass.resource) ? next : nil
  }
}
