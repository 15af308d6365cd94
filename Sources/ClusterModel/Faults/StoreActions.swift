// SPDX-License-Identifier: Apache-2.0
package import Scenario

/// An etcd cluster named by the timeline.
package struct StoreSelection: Configurable, Codable {
  package var store: String

  package static let store = Knob<String>(
    "store", default: "main", help: "Which etcd cluster.",
    source: "every cluster has the store `main`")

  package static let declaration = SectionDeclaration("store", help: "One etcd cluster.") { store }

  package init(_ reader: inout SectionReader) { store = reader[Self.store] }
}

/// A member of an etcd cluster named by the timeline.
package struct StoreMemberSelection: Configurable, Codable {
  package var store: String
  package var member: Int

  package static let member = Knob<Int>(
    required: "member", in: 0...8, help: "Number of the member, from 0; 0 leads at the start.")

  package static let declaration = SectionDeclaration("member", help: "One etcd member.") {
    StoreSelection.store
    member
  }

  package init(_ reader: inout SectionReader) {
    store = reader[StoreSelection.store]
    member = reader[Self.member]
  }
}

/// `etcd-member-network`: a member's network fails, or works again.
package struct StoreNetworkAction: Configurable, Codable {
  package var store: String
  package var member: Int
  package var isUp: Bool

  package static let isUp = Knob<Bool>(
    required: "up", help: "Whether clients and the other members reach it.")

  package static let declaration = SectionDeclaration(
    "member-network", help: "The network of an etcd member fails or works again."
  ) {
    StoreSelection.store
    StoreMemberSelection.member
    isUp
  }

  package init(_ reader: inout SectionReader) {
    store = reader[StoreSelection.store]
    member = reader[StoreMemberSelection.member]
    isUp = reader[Self.isUp]
  }
}

extension StoreAction {
  /// The action of a timeline entry that is about an etcd cluster, with the cluster's name.
  static func read(_ reader: inout SectionReader) -> Named<StoreAction>? {
    typealias Timeline = TimelineConfiguration
    let compact = reader.optionalSection(Timeline.compactStore)
    let disarm = reader.optionalSection(Timeline.disarmStore)
    let defragment = reader.optionalSection(Timeline.defragmentMember)
    let stop = reader.optionalSection(Timeline.stopMember)
    let start = reader.optionalSection(Timeline.startMember)
    let network = reader.optionalSection(Timeline.memberNetwork)
    if let compact { return Named(name: compact.store, value: .compact) }
    if let disarm { return Named(name: disarm.store, value: .disarm) }
    if let defragment {
      return Named(name: defragment.store, value: .defragment(MemberID(defragment.member)))
    }
    if let stop { return Named(name: stop.store, value: .stop(MemberID(stop.member))) }
    if let start { return Named(name: start.store, value: .start(MemberID(start.member))) }
    if let network {
      return Named(
        name: network.store, value: .setConnected(MemberID(network.member), network.isUp))
    }
    return nil
  }

  /// The member that it is about.
  var member: MemberID? {
    switch self {
    case .compact, .disarm: nil
    case .defragment(let member), .stop(let member), .start(let member): member
    case .setConnected(let member, _): member
    }
  }
}
