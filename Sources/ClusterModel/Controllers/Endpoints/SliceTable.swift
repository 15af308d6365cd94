// SPDX-License-Identifier: Apache-2.0

/// Whose address a service has.
struct ServiceMember: Hashable, Codable, Sendable, BitwiseCopyable {
  /// 0: a pod; from 1 on: a node, as a member of the service of nodes with that number.
  var list: UInt16 = 0
  var index: UInt32

  init(_ pod: PodID) { index = pod.rawValue }

  init(_ node: NodeID, list: UInt16) {
    self.list = list
    index = node.rawValue
  }
}

/// The EndpointSlices of all services, and which member is in which.
struct SliceTable: Codable, Sendable {
  /// What has to be written of a slice.
  enum Write: UInt8, Codable, Sendable {
    case create, update, delete
  }

  private struct Slice: Codable {
    var endpoints: UInt16 = 0
    var exists = false
    /// It differs from what is stored.
    var isChanged = false
  }

  private let capacity: Int
  private var slices: [Slice] = []
  private var slicesOfService: [[UInt32]] = []
  /// By list and member; `max`: in none.
  private var sliceOfMember: [[UInt32]] = [[]]

  /// - Parameter capacity: `max-endpoints-per-slice`.
  init(capacity: Int) { self.capacity = capacity }

  mutating func appendService() { slicesOfService.append([]) }

  /// A list of members of its own, for a service whose members others have too.
  mutating func appendList() -> UInt16 {
    sliceOfMember.append([])
    return UInt16(sliceOfMember.count - 1)
  }

  func endpoints(in slice: UInt32) -> Int { Int(slices[Int(slice)].endpoints) }

  private func slice(of member: ServiceMember) -> UInt32 {
    let list = sliceOfMember[Int(member.list)]
    return member.index < list.count ? list[Int(member.index)] : .max
  }

  private mutating func setSlice(of member: ServiceMember, _ slice: UInt32) {
    let list = Int(member.list)
    while sliceOfMember[list].count <= Int(member.index) { sliceOfMember[list].append(.max) }
    sliceOfMember[list][Int(member.index)] = slice
  }

  private mutating func put(_ member: ServiceMember, into slice: UInt32) {
    setSlice(of: member, slice)
    slices[Int(slice)].endpoints += 1
    slices[Int(slice)].isChanged = true
  }

  /// Takes members out of and into a service's slices (pkg/controller/endpointslice/reconciler.go):
  /// slices that lose one are filled up first, the fullest before the others; what is left goes into
  /// the fullest slice that has room for all of it, or into new ones.
  mutating func reconcile(
    _ service: Int, adding added: [ServiceMember], removing removed: [ServiceMember]
  ) {
    var touched: [UInt32] = []
    for member in removed {
      let slice = slice(of: member)
      guard slice != .max else { continue }
      setSlice(of: member, .max)
      slices[Int(slice)].endpoints -= 1
      slices[Int(slice)].isChanged = true
      if !touched.contains(slice) { touched.append(slice) }
    }
    var left = added.filter { slice(of: $0) == .max }[...]
    touched.sort { (endpoints(in: $0), $1) > (endpoints(in: $1), $0) }
    for slice in touched { fill(slice, from: &left) }
    while !left.isEmpty {
      let wanted = min(left.count, capacity)
      let others = slicesOfService[service].filter {
        !touched.contains($0) && endpoints(in: $0) > 0 && endpoints(in: $0) + wanted <= capacity
      }
      let fullest = others.max { (endpoints(in: $0), $1) < (endpoints(in: $1), $0) }
      fill(fullest ?? appendSlice(to: service), from: &left)
    }
  }

  private mutating func fill(_ slice: UInt32, from members: inout ArraySlice<ServiceMember>) {
    while endpoints(in: slice) < capacity, let member = members.popFirst() {
      if self.slice(of: member) == .max { put(member, into: slice) }
    }
  }

  private mutating func appendSlice(to service: Int) -> UInt32 {
    slices.append(Slice())
    slicesOfService[service].append(UInt32(slices.count - 1))
    return UInt32(slices.count - 1)
  }

  /// The next write that a service's slices call for: creations, then updates, then deletions.
  mutating func nextWrite(of service: Int) -> (slice: UInt32, write: Write)? {
    var found: (slice: UInt32, write: Write)?
    for slice in slicesOfService[service] where slices[Int(slice)].isChanged {
      let row = slices[Int(slice)]
      if !row.exists, row.endpoints > 0 { return (slice, .create) }
      guard row.exists else { continue }
      if row.endpoints > 0 {
        if found?.write != .update { found = (slice, .update) }
      } else if found == nil {
        found = (slice, .delete)
      }
    }
    if found == nil { dropNeverStored(of: service) }
    return found
  }

  private mutating func dropNeverStored(of service: Int) {
    slicesOfService[service].removeAll {
      slices[Int($0)].endpoints == 0 && !slices[Int($0)].exists
    }
  }

  /// A write is on its way; the slice differs from it when it changes again.
  mutating func begin(_ slice: UInt32) { slices[Int(slice)].isChanged = false }

  /// A write has ended.
  mutating func end(_ slice: UInt32, _ write: Write, succeeded: Bool, in service: Int) {
    guard succeeded else {
      slices[Int(slice)].isChanged = true
      return
    }
    slices[Int(slice)].exists = write != .delete
    if write == .delete, slices[Int(slice)].endpoints == 0 {
      slicesOfService[service].removeAll { $0 == slice }
    }
  }

  /// Slices of all services that are stored.
  var storedCount: Int { slices.count { $0.exists } }
}
