// SPDX-License-Identifier: Apache-2.0
import Experiments
import Foundation
import Reporting
import ResultDatabase
import TestSupport
import Testing

/// Whether this build has SQLite and the machine the program to read it.
private let canRead = ResultDatabase.isAvailable && ExternalTool.sqlite3 != nil
private let needs = """
  needs a build with --traits SQLite (libsqlite3-dev) and the program sqlite3 (Debian's package)
  """

@Suite struct ResultDatabaseTests {
  /// Rows of a question, as the shell of SQLite prints them.
  private func ask(_ question: String, _ path: String) throws -> [[String]] {
    let outcome = try #require(ExternalTool.sqlite3).run(["-separator", "|", path, question])
    try #require(outcome.status == 0, "\(outcome.error)")
    return outcome.output.split(separator: "\n").map {
      $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private func inDatabase(
    of experiment: SavedExperiment, _ series: [[SavedSeries]], _ body: (String) throws -> Void
  ) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).sqlite").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try ResultDatabase.write(experiment, series: series, to: path)
    try body(path)
  }

  @Test("A database made by hand answers questions", .enabled(if: canRead, "\(needs)"))
  func byHand() throws {
    try inDatabase(of: HandMadeResult.experiment(), HandMadeResult.series()) { path in
      #expect(try ask("PRAGMA integrity_check", path) == [["ok"]])
      #expect(
        try ask(
          """
          SELECT run, variant, "cluster.etcd.main.disk", "cluster.etcd.main.members",
            typeof("cluster.etcd.main.members"), events, fingerprint FROM runs ORDER BY run
          """, path) == [
            ["1", "base", "ssd", "3", "integer", "12345", "00000000000000aa"],
            ["2", "slow", "hdd", "3", "integer", "12345", "00000000000000bb"],
          ])
      #expect(
        try ask(
          """
          SELECT "cluster.etcd.main.disk", value, lower, upper FROM metrics_by_run
          WHERE metric = 'scheduler_pending_pods' AND statistic = 'mean' AND replication IS NULL
            AND json_extract(labels, '$.queue') = 'active' ORDER BY run
          """, path) == [["ssd", "1.5", "", ""], ["hdd", "3.0", "1.0", "5.0"]])
      #expect(
        try ask(
          "SELECT json_extract(labels, '$.type') = 'a \"b\", c;d\\e' || char(10) || 'f' "
            + "FROM metrics WHERE statistic = 'p999'", path) == [["1"]])
      let counts = try ResultTables.Name.allCases.map { name in
        try ask("SELECT count(*) FROM \(name.rawValue)", path)[0][0]
      }
      #expect(counts == ["2", "31", "7", "2", "3", "2", "1", "6"])
    }
  }

  @Test(
    "A run of the simulator: every number equals result.json to the last bit",
    .enabled(if: canRead, "\(needs)"))
  func simulated() throws {
    let scenario = """
      orrery: 1
      disks: { ssd: { write-latency: "lognormal(median: 1ms, sigma: 0.3)" } }
      machines: { small: { cpu: 8 } }
      cluster:
        nodePools: [ { name: workers, machine: small, count: 5 } ]
        etcd: { main: { disk: ssd } }
      run: { duration: 8s, warmUp: 2s, replications: 2 }
      variants: { slow: { disks.ssd.write-latency: 20ms } }
      """
    let document = try ScenarioLibrary().load(text: scenario, file: "small.yaml")
    let saved = try SavedExperiment(try ExperimentRunner().run(document))
    var wanted: [[String]: Double] = [:]
    for (index, point) in saved.points.enumerated() {
      for metric in point.metrics {
        let labels = metric.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        func expect(_ statistic: String, _ value: Double?, replication: String = "") {
          let key = [
            String(index + 1), metric.name, labels.joined(separator: ";"), statistic, replication,
          ]
          wanted[key] = value
        }
        expect("count", Double(metric.count))
        expect("mean", metric.mean)
        expect("min", metric.min)
        expect("p50", metric.p50)
        expect("p90", metric.p90)
        expect("p95", metric.p95)
        expect("p99", metric.p99)
        expect("p999", metric.p999)
        expect("max", metric.max)
        expect("rate", metric.rate)
        expect("total", metric.total)
        expect("last", metric.last)
        expect("peak", metric.peak)
        expect("firstNonZeroSeconds", metric.firstNonZeroSeconds)
        for (statistic, replicated) in metric.replications ?? [:] {
          for (number, value) in replicated.values.enumerated() {
            expect(statistic, value, replication: String(number))
          }
        }
      }
    }
    try inDatabase(of: saved, []) { path in
      // The function quote prints so many digits that the number is read back as it was.
      let rows = try ask(
        """
        SELECT run, metric, (SELECT coalesce(group_concat(pair, ';'), '') FROM
            (SELECT key || '=' || value AS pair FROM json_each(labels) ORDER BY key)),
          statistic, coalesce(replication, ''), quote(value) FROM metrics
        """, path)
      let found = Dictionary(
        uniqueKeysWithValues: rows.map { (Array($0.dropLast()), Double($0[5]) ?? .nan) })
      #expect(found.count == rows.count && found == wanted)
      #expect(found.count > 1_000)
      let runs = try ask(
        "SELECT variant, \"disks.ssd.write-latency\" FROM runs WHERE fingerprint = "
          + "'\(saved.points[1].fingerprint)'", path)
      #expect(runs == [["slow", "20ms"]])
    }
  }

  @Test(
    "A file that is there is not written over", .enabled(if: ResultDatabase.isAvailable, "\(needs)")
  )
  func occupied() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).sqlite").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("precious, and no database".utf8).write(to: URL(filePath: path))
    #expect(throws: ResultDatabaseError.self) {
      try ResultDatabase.write(HandMadeResult.experiment(), series: [], to: path)
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious, and no database")
  }

  @Test(
    "A build without the trait says how to get it",
    .enabled(if: !ResultDatabase.isAvailable, "this build has SQLite"))
  func absent() throws {
    #expect(throws: ResultDatabaseError.notBuilt) {
      try ResultDatabase.write(HandMadeResult.experiment(), series: [], to: "nowhere.sqlite")
    }
    #expect("\(ResultDatabaseError.notBuilt)".contains("--traits SQLite"))
  }
}
