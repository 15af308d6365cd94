// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents
import Measurement
import Testing

@testable import ClusterModel

/// The backend file: a high-water mark that only a defragmentation would lower, with one to two
/// compaction intervals of history in it (control-plane.md §1 and §11).
struct KeySpaceTests {
  @Test("the file is the high-water mark of what was in use; freed pages are used again")
  func fileIsAHighWaterMark() {
    var space = KeySpace()
    space.populate(objects: 10, valueBytes: 1000)
    let live = space.bytesInUse
    for _ in 0..<100 { space.put(valueBytes: 1000, previousBytes: 1000) }
    let grown = space.fileBytes
    #expect(grown == space.bytesInUse && grown == 11 * live)

    // The first round only looks; what it saw may go in the second.
    #expect(space.startCompactionRound() == 0)
    #expect(space.startCompactionRound() == 100)
    // The walk is over the ten live revisions too.
    let first = space.nextStep(scanning: 66)
    #expect(first.removed == 60)
    #expect(space.compact(first) == 44)
    #expect(space.compact(space.nextStep(scanning: 66)) == 0)
    #expect(space.bytesInUse == live)
    #expect(space.fileBytes == grown, "the file does not shrink")

    for _ in 0..<100 { space.put(valueBytes: 1000, previousBytes: 1000) }
    #expect(space.fileBytes == grown, "the free pages are enough")
    space.put(valueBytes: 1000, previousBytes: 1000)
    #expect(space.fileBytes > grown)
  }

  @Test("revisions superseded since the last round survive the next one")
  func historyLivesForAtLeastOneInterval() {
    var space = KeySpace()
    space.populate(objects: 1, valueBytes: 1000)
    let one = space.bytesInUse
    for round in 1...5 {
      for _ in 0..<10 { space.put(valueBytes: 1000, previousBytes: 1000) }
      #expect(space.startCompactionRound() == (round == 1 ? 0 : 10))
      space.compactAtOnce()
      #expect(space.bytesInUse == 11 * one, "what is live and the last interval's history")
    }
  }

  @Test("a deleted object leaves a tombstone, and both go with the second round")
  func deletesLeaveTombstones() {
    var space = KeySpace()
    space.populate(objects: 3, valueBytes: 1000)
    let live = space.bytesInUse
    space.delete(objects: 3, previousBytes: 1000)
    #expect(space.bytesInUse > live)
    _ = space.startCompactionRound()
    #expect(space.startCompactionRound() == 6)
    space.compactAtOnce()
    #expect(space.bytesInUse == 0)
  }

  /// control-plane.md §11: heartbeats alone keep N/10 x size x (one ... two intervals) of history.
  /// Here with intervals of 60 s instead of 300 s, which only scales it.
  @Test func heartbeatHistory() throws {
    let nodes = 100.0
    // bbolt: a leaf holds two revisions of 18,000 B + 74 B of key and framing, which with the page
    // header of 16 B fill nine pages of 4,096 B.
    let revision = 9.0 * 4096 / 2
    var simulation = try SmallWorld(
      """
      cluster:
        nodePools: [ { name: workers, machine: node, count: \(Int(nodes)) } ]
        etcd: { main: { members: 1, disk: fast } }
        kube-apiserver: { etcd-compaction-interval: 60s }
        kubelet: { node-object-bytes: 18KB }
      machines: { node: { cpu: 8 } }
      disks: { fast: { write-latency: 100us } }
      """
    ).simulation()
    simulation.run(to: 210)
    var least = Double.infinity
    var most = 0.0
    while simulation.now < .zero + .seconds(331) {
      simulation.run(seconds: 0.5)
      let inUse = Double(simulation.cluster.stores[0].keySpace.bytesInUse)
      least = min(least, inUse)
      most = max(most, inUse)
    }
    let live = nodes * revision
    #expect(abs(least / (live + nodes / 10 * 60 * revision) - 1) < 0.03)
    #expect(abs(most / (live + nodes / 10 * 120 * revision) - 1) < 0.03)
    let file = Double(simulation.cluster.stores[0].keySpace.fileBytes)
    #expect(file >= most && file < most * 1.03)
  }
}

extension KeySpace {
  /// A round in one step.
  fileprivate mutating func compactAtOnce() { _ = compact(nextStep(scanning: .max)) }
}
