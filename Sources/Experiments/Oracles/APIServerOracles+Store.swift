// SPDX-License-Identifier: Apache-2.0
import Stochastics

/// What the requests of a real kube-apiserver 1.36.2 cost its etcd 3.6.8.
extension OracleCatalogue {
  /// CPU of etcd over that of a GET lease with as many workers (POSTs: of the POST of a lease).
  ///
  /// The form in which the client wants its answer does not reach etcd, so rows with JSON measure once
  /// more what those with protobuf do; they differ by up to a half and are only shown.
  static let storeCost = Oracle(
    "apiserver-etcd-cost",
    title: "etcd's CPU of an API request over that of the cheapest kind",
    file: "real-control-plane/k8s_ops.csv"
  ) { table in
    var loops = OperationLoops(
      table, column: "etcd_cpu_us_per_op", costPerRequest: storeCPUPerRequest)
    var posts: [String: [OracleComparison]] = [:]
    let rows: [OracleComparison] = try table.rows.compactMap { row in
      guard let operation = try row.text("op"), let form = try row.text("content_type"),
        let workers = try row.number("workers").map({ Int($0) }),
        let nodes = try row.text("cluster_nodes"), let tag = try row.text("tag"),
        let cost = try row.number("etcd_cpu_us_per_op"),
        !tag.hasSuffix("rv0")
      else { return nil }
      let cheapest = workers == 8 ? "mkleases" : "getlease"
      // How long etcd rests between two requests follows from the rate, which its neighbours held down.
      let isPaced = workers <= 8
      let rate = isPaced ? try row.number("ops_per_s") : nil
      let cheapestRate =
        isPaced ? try loops.measured(cheapest, workers: workers, column: "ops_per_s") : nil
      // A reference over itself says nothing.
      let isReference = operation == cheapest && nodes == "1000" && form == "proto"
      let comparison = OracleComparison(
        "\(tag) \(operation) \(form), \(workers) workers, \(nodes) nodes", unit: cheapest,
        measured: cost / (try loops.measured(cheapest, workers: workers)),
        simulated: try loops.simulate(operation, "proto", workers: workers, rate: rate)
          / loops.simulate(cheapest, "proto", workers: workers, rate: cheapestRate),
        within: .relative(0.3),
        use: form == "json" || workers == 8 || isReference ? .shown : .judged)
      if workers == 8, !isReference { posts[operation, default: []].append(comparison) }
      return comparison
    }
    return OperationLoops.medians(of: ["mknodes", "mkpods"], posts) + rows
  }

  /// What reading the revision of a collection costs etcd, over a GET lease with one worker.
  static let revisionCost = Oracle(
    "etcd-revision-cost",
    title: "etcd's CPU of a consistent LIST from the cache over that of a GET of a lease",
    file: "real-control-plane/k8s_list.csv",
    fitted: [
      "k8s_list.csv: etcd's CPU of pods-consistent-onenode at 2,000 and 30,000 pods: "
        + "range-cpu-per-key-counted"
    ]
  ) { table in
    // k8s_ops.csv: getlease, protobuf, one worker.
    let measuredGet = 438.0
    let get = storeCPUPerRequest(
      try server(
        closedLoop("get", "leases", workers: 1, objects: 1_000, contentType: "protobuf"),
        seconds: 2))
    return try table.rows.compactMap { row in
      guard try row.text("tag") == "pods-consistent-onenode",
        let pods = try row.number("objects_in_collection"),
        let cost = try row.number("etcd_cpu_us_per_op")
      else { return nil }
      let simulated = storeCPUPerRequest(
        try server(
          closedLoop(
            "list", "pods", workers: 1, objects: Int(pods), contentType: "protobuf",
            more: "selector: indexed-field\n      selected-objects: 1"), seconds: 2))
      return OracleComparison(
        "pods-consistent-onenode, \(Int(pods)) pods", unit: "getlease",
        measured: cost / measuredGet, simulated: simulated / get, within: .relative(0.3),
        use: pods == 10_000 ? .judged : .fitted)
    }
  }

  /// CPU of etcd for each request, microseconds.
  private static func storeCPUPerRequest(_ run: OracleRun) -> Double {
    let requests = run.growth("apiserver_request_total", "200")
    return run.growth("process_cpu_seconds_total", "etcd") / requests * 1e6
  }
}
