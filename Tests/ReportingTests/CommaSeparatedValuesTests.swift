// SPDX-License-Identifier: Apache-2.0
import Foundation
import Reporting
import TestSupport
import Testing

@Suite struct CommaSeparatedValuesTests {
  private static let python = ExternalTool.python(with: "csv")

  /// What a reader of another project makes of a CSV text, by row and column.
  private func read(_ text: String) throws -> [[String: String]] {
    let python = try #require(Self.python)
    let script = """
      import csv, json, sys
      sys.stdin.reconfigure(newline='')
      json.dump(list(csv.DictReader(sys.stdin, strict=True)), sys.stdout)
      """
    let outcome = try python.run(["-c", script], input: text)
    try #require(outcome.status == 0, "\(outcome.error)")
    return try JSONDecoder().decode([[String: String]].self, from: Data(outcome.output.utf8))
  }

  @Test(
    "The long table, read by another program, holds the numbers of the result",
    .enabled(if: CommaSeparatedValuesTests.python != nil, "python3 is not installed"))
  func longTable() throws {
    let tables = try ResultTables(HandMadeResult.experiment(), series: HandMadeResult.series())
    let rows = try read(CommaSeparatedValues.text(tables.withFactors(.metrics)))
    func value(
      _ variant: String, _ metric: String, _ statistic: String, replication: String = ""
    ) -> [String] {
      rows.filter {
        $0["variant"] == variant && $0["metric"] == metric && $0["statistic"] == statistic
          && $0["replication"] == replication
      }.compactMap { $0["value"] }
    }
    #expect(value("base", "scheduler_pending_pods", "mean") == ["1.5"])
    #expect(value("base", "scheduler_pending_pods", "p50") == [])
    #expect(value("base", "apiserver_request_total", "firstNonZeroSeconds") == ["0.5"])
    #expect(value("base", "etcd_request_duration_seconds", "p90") == ["0.375"])
    #expect(value("slow", "scheduler_pending_pods", "last") == ["5"])
    #expect(value("slow", "scheduler_pending_pods", "last", replication: "0") == ["4"])
    #expect(value("slow", "scheduler_pending_pods", "last", replication: "1") == ["6"])
    #expect(value("slow", "scheduler_pending_pods", "mean", replication: "1") == [])
    // 6 + 4 + 3 + 9 numbers of the base (scheduler, requests, snapshots, latency), 6 + 3 of the other.
    #expect(rows.count == 31)

    let latency = try #require(rows.first { $0["metric"] == "etcd_request_duration_seconds" })
    let labels = try JSONDecoder().decode(
      [String: String].self, from: Data((latency["labels"] ?? "").utf8))
    #expect(labels == ["type": "a \"b\", c;d\\e\nf"])
    let mean = try #require(rows.first { $0["variant"] == "slow" && $0["statistic"] == "mean" })
    #expect(mean["lower"] == "1" && mean["upper"] == "5" && mean["level"] == "0.95")
    // What a variant or the command line has set is a factor, what only has a default is not.
    #expect(mean["cluster.etcd.main.disk"] == "hdd" && latency["cluster.etcd.main.disk"] == "ssd")
    #expect(mean["cluster.etcd.main.members"] == "3")
    #expect(mean["run.seed"] == nil)
  }

  @Test(
    "Every table can be read and has the factors",
    .enabled(if: CommaSeparatedValuesTests.python != nil, "python3 is not installed"))
  func allTables() throws {
    let tables = try ResultTables(HandMadeResult.experiment(), series: HandMadeResult.series())
    let counts: [ResultTables.Name: Int] = [
      .runs: 2, .metrics: 31, .series: 7, .accounts: 2, .slowest: 3, .bottlenecks: 2,
      .expectations: 1, .configuration: 6,
    ]
    for name in ResultTables.Name.allCases {
      let rows = try read(CommaSeparatedValues.text(tables.withFactors(name)))
      #expect(rows.count == counts[name], "\(name)")
      #expect(rows.allSatisfy { $0["variant"] != nil } == (name != .expectations), "\(name)")
    }
    let runs = try read(CommaSeparatedValues.text(tables.withFactors(.runs)))
    #expect(runs[0]["title"] == "By hand, \"so\"")
    #expect(runs[1]["fingerprint"] == "00000000000000bb" && runs[1]["events"] == "12345")
  }

  @Test(
    "A run of the simulator: the long table equals result.json, number for number",
    .enabled(if: CommaSeparatedValuesTests.python != nil, "python3 is not installed"))
  func simulated() throws {
    let folder = try TemporaryRun(SmallExperiment.variants)
    defer { folder.remove() }
    let text = CommaSeparatedValues.text(
      ResultTables(folder.saved, series: []).withFactors(.metrics))
    let file = folder.path + "/long.csv"
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    let script = """
      import csv, json, sys
      folder = sys.argv[1]
      wanted = {}
      for point in json.load(open(folder + '/result.json'))['points']:
        for metric in json.load(open(folder + '/' + point['file']))['metrics']:
          key = (point['variant'], metric['name'], json.dumps(metric['labels'], sort_keys=True))
          for name, value in metric.items():
            if isinstance(value, (int, float)): wanted[key + (name, '')] = value
          for name, values in metric.get('replications', {}).items():
            for number, value in enumerate(values['values']):
              if value is not None: wanted[key + (name, str(number))] = value
      found = {}
      for row in csv.DictReader(open(sys.argv[2], newline='')):
        labels = json.dumps(json.loads(row['labels']), sort_keys=True)
        key = (row['variant'], row['metric'], labels, row['statistic'], row['replication'])
        assert key not in found, key
        found[key] = float(row['value'])
      assert found == wanted, set(found.items()) ^ set(wanted.items())
      print(len(found))
      """
    let python = try #require(Self.python)
    let outcome = try python.run(["-c", script, folder.path, file])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(Int(outcome.output.split(separator: "\n").first ?? "") ?? 0 > 1_000)
  }
}
