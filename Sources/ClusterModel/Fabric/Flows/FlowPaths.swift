// SPDX-License-Identifier: Apache-2.0

/// The links that each flow leads over, and for each link its flows.
///
/// A hop is a flow and a place on its path, numbered `flow << shift | place`; all paths have the same
/// room, which doubles when a longer one comes.
struct FlowPaths: Codable, Sendable {
  private var shift = 3
  private var links: [UInt32] = []
  /// By hop, its position among the members of its link.
  private var positions: [UInt32] = []
  private var lengths: [UInt8] = []
  private(set) var members = LinkMembers()

  init() {}

  mutating func addLink() { members.addLink() }

  func flow(ofHop hop: Int) -> Int { hop >> shift }

  /// The hops of a flow, for `subscript`.
  func hops(of flow: Int) -> Range<Int> {
    let first = flow << shift
    return first..<(first + Int(lengths[flow]))
  }

  /// The link of a hop.
  subscript(hop: Int) -> Int { Int(links[hop]) }

  /// Makes room for a flow of that number.
  mutating func reserve(_ flow: Int) {
    while lengths.count <= flow {
      lengths.append(0)
      links.append(contentsOf: repeatElement(0, count: 1 << shift))
      positions.append(contentsOf: repeatElement(0, count: 1 << shift))
    }
  }

  /// Adds a link at the end of a flow's path.
  mutating func append(_ link: Int, to flow: Int) {
    let length = Int(lengths[flow])
    precondition(length < 255, "a path of more than 255 links")
    if length == 1 << shift { widen() }
    let hop = flow << shift + length
    lengths[flow] += 1
    links[hop] = UInt32(truncatingIfNeeded: link)
    positions[hop] = UInt32(truncatingIfNeeded: members.append(hop, to: link))
  }

  /// Takes a flow off all its links.
  mutating func clear(_ flow: Int) {
    for hop in hops(of: flow) {
      let position = Int(positions[hop])
      if let moved = members.remove(at: position, of: Int(links[hop])) {
        positions[moved] = UInt32(truncatingIfNeeded: position)
      }
    }
    lengths[flow] = 0
  }

  private mutating func widen() {
    let width = 1 << shift
    func spread(_ old: [UInt32]) -> [UInt32] {
      var new = [UInt32](repeating: 0, count: 2 * old.count)
      for flow in 0..<(old.count / width) {
        for place in 0..<width { new[2 * width * flow + place] = old[width * flow + place] }
      }
      return new
    }
    links = spread(links)
    positions = spread(positions)
    let shift = shift
    members.renumber { hop in (hop >> shift) << (shift + 1) | (hop & (width - 1)) }
    self.shift += 1
  }
}
