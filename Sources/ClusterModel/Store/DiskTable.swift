// SPDX-License-Identifier: Apache-2.0

/// The disks of a cluster that etcd members, disk writers and kubelets on a `host-disk` use.
///
/// A disk belongs to one writer unless writers name the same `host-disk`: then their writes share its
/// queue, its caps and its bandwidth.
package struct DiskTable: Codable, Sendable {
  private var disks: [Disk] = []
  private var names: [String] = []
  private var writerCounts: [Int] = []

  package init() {}

  /// The disk of a writer: a new one, or the one that another writer has given this name.
  ///
  /// - Parameters:
  ///   - hostDisk: the shared disk's name; `nil` for a disk of the writer's own.
  ///   - member: which machine of those that have a disk of this name; 0 where there is one.
  package mutating func place(
    _ configuration: DiskConfiguration, hostDisk: String?, member: Int
  ) -> DiskID {
    place(Disk(configuration), hostDisk: hostDisk, member: member)
  }

  /// The same for a disk that is made of an unused one of its type.
  package mutating func place(_ unused: Disk, hostDisk: String?, member: Int) -> DiskID {
    let name = hostDisk.map { "\($0)/\(member)" } ?? ""
    if !name.isEmpty, let known = names.firstIndex(of: name) {
      writerCounts[known] += 1
      return DiskID(known)
    }
    disks.append(unused)
    names.append(name)
    writerCounts.append(1)
    return DiskID(disks.count - 1)
  }

  package subscript(id: DiskID) -> Disk {
    get { disks[id.index] }
    _modify { yield &disks[id.index] }
  }

  /// How many members and disk writers were placed on the disk.
  package func writers(_ id: DiskID) -> Int { writerCounts[id.index] }
}
