// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import DiscreteEvents
import Scenario
import Stochastics

/// Collectives in closed form beside published bus bandwidths.
extension OracleCatalogue {
  static let collectives: [Oracle] = [busBandwidth, sharesOfNetwork, sharesOfAllToAll]

  /// From this message on a point is judged: below, the protocols' ceilings that NCCL reckons with and
  /// the launch of the kernel weigh more than the links.
  private static let judgedFrom = 512.0

  /// One efficiency constant for each link generation, each taken from one point.
  static let busBandwidth = Oracle(
    "collectives-busbw",
    title: "bus bandwidth of collectives as nccl-tests prints it, judged from 512 MiB",
    data: .published(
      source: "nccl-tests issue 290, SkyPilot's NCCL example, stas00/ml-engineering at 744d01e",
      table: busBandwidthPoints),
    fitted: [
      "published all-reduce: 8 x H100 NVLS, 4 GiB: efficiency of nvlink-4",
      "published all-reduce: 8 x B200, 16 GiB: efficiency of nvlink-5",
      "published all-reduce: 4 x 8 x B200, 16 GiB: efficiency of efa-400",
      "published all-reduce: 8 x A100: efficiency of nvlink-3",
    ], in: "gpu-nodes"
  ) { table in
    let world = try gpuNodes()
    return try table.rows.compactMap { row in
      guard let series = try row.text("series"), let machine = try row.text("machine"),
        let nodes = try row.number("nodes"), let gpus = try row.number("gpus"),
        let collective = try row.text("collective").flatMap(Collective.init(rawValue:)),
        let mebibytes = try row.number("mib"), let measured = try row.number("busbw"),
        let group = world.collectiveGroup(
          on: machine, nodes: Int(nodes), ranksPerNode: Int(gpus))
      else { return nil }
      let algorithm = try row.text("algorithm").flatMap(CollectiveAlgorithm.init(rawValue:))
      let bytes = Int64(mebibytes * 1_048_576)
      let use: OracleUse =
        switch try row.text("use") {
        case "fitted": .fitted
        case "degraded": .shown
        default: mebibytes < judgedFrom ? .shown : .judged
        }
      return OracleComparison(
        "\(series), \(collective.rawValue)\(algorithm.map { " by \($0.rawValue)" } ?? ""), "
          + sizeText(bytes),
        unit: "GB/s", measured: measured,
        simulated: group.busBandwidth(of: collective, bytes: bytes, by: algorithm) / 1e9,
        within: .relative(0.2), use: use)
    }
  }

  /// SimAI's table of all-reduces; printed only, since neither the GPU nor the network card is stated.
  static let sharesOfNetwork = Oracle(
    "collectives-simai-ring",
    title: "share of the nominal bandwidth that a ring all-reduce reaches, beside SimAI's table "
      + "(hardware not stated; DGX H100 simulated)",
    data: .file("nccl-busbw/nic_ratio.csv"), fitted: [], in: "gpu-nodes"
  ) { table in
    try shares(table) { group, bytes in
      let busBandwidth = group.busBandwidth(of: .allReduce, bytes: bytes, by: .ring)
      // All rings of a node leave it over its eight cards of 50 GB/s.
      return busBandwidth / (group.nodes == 1 ? 450e9 : 400e9)
    }
  }

  /// SimAI's table of all-to-alls; printed only.
  static let sharesOfAllToAll = Oracle(
    "collectives-simai-all-to-all",
    title: "share of the nominal bandwidth that an all-to-all reaches, beside SimAI's table "
      + "(hardware not stated; DGX H100 simulated)",
    data: .file("nccl-busbw/ata_ratio.csv"), fitted: [], in: "gpu-nodes"
  ) { table in
    try shares(table) { group, bytes in
      let rate = Double(bytes) / group.time(of: .allToAll, bytes: bytes).seconds
      let outside = Double(group.ranks - group.ranksPerNode) / Double(group.ranks)
      let inside = Double(group.ranksPerNode - 1) / Double(group.ranks)
      return group.nodes == 1 ? rate * inside / 450e9 : rate * outside / 50e9
    }
  }

  private static func shares(
    _ table: OracleTable, _ share: (CollectiveGroup, Int64) -> Double
  ) throws -> [OracleComparison] {
    let columns = [
      (1, "1 Node(NVLinkx)"), (2, "2Node-16GPU(NIC )"), (4, "4Node-32GPU(NIC)"),
      (8, "8Node-64GPU(NIC)"), (16, "16Node-128GPU(NIC)"), (32, "32Node-256GPU(NIC)"),
      (64, "64Node-512GPU(NIC)"), (128, "128Node-1024GPU(NIC)"),
    ]
    let world = try gpuNodes()
    return try columns.flatMap { nodes, column in
      try table.rows.compactMap { row in
        guard let bytes = try row.number("Size"), let measured = try row.number(column),
          let group = world.collectiveGroup(on: "nvidia/DGX-H100", nodes: nodes)
        else { return nil }
        return OracleComparison(
          "\(nodes) nodes, \(sizeText(Int64(bytes)))", unit: "share", measured: measured,
          simulated: share(group, Int64(bytes)), within: .relative(0.2), use: .shown)
      }
    }
  }

  /// The hardware of the profile `gpu-nodes`, under a cluster that does nothing.
  private static func gpuNodes() throws -> WorldConfiguration {
    let document = try ScenarioLibrary().load(
      text: """
        orrery: 1
        title: oracle
        extends: [gpu-nodes]
        run: { duration: 1h }
        cluster: { nodePools: [], etcd: { main: { members: 1, disk: ssd } } }
        disks: { ssd: { write-latency: 1ms } }
        """, file: "oracle.yaml")
    guard let point = try document.points(overrides: []).first else {
      preconditionFailure("a scenario without a sweep has one point")
    }
    return try point.configuration(as: WorldConfiguration.self).0
  }

  private static func sizeText(_ bytes: Int64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)]
    for (unit, shift) in units where bytes >= 1 << shift { return "\(bytes >> shift) \(unit)" }
    return "\(bytes) B"
  }
}
