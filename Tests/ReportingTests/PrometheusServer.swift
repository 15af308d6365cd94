// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A Prometheus on the loopback interface that answers from blocks made beforehand.
struct PrometheusServer {
  struct Series: Hashable {
    let name: String
    let labels: [String: String]
  }

  private struct Sample: Decodable {
    let metric: [String: String]
    /// Time and value; the value is a text.
    let value: Value

    struct Value: Decodable {
      let number: Double

      init(from decoder: any Decoder) throws {
        var pair = try decoder.unkeyedContainer()
        _ = try pair.decode(Double.self)
        number = try #require(Double(try pair.decode(String.self)))
      }
    }
  }

  private let process: Process
  private let address: String

  /// - Parameter data: the folder with the blocks.
  init(data: String) throws {
    let folder = URL(fileURLWithPath: data)
    let configuration = folder.appendingPathComponent("prometheus.yml")
    try Data("global: {}\n".utf8).write(to: configuration)
    let log = folder.appendingPathComponent("prometheus.log")
    process = try #require(ExternalTool.prometheus).start(
      [
        "--config.file=\(configuration.path)", "--storage.tsdb.path=\(data)",
        // The samples are years old.
        "--storage.tsdb.retention.time=100y", "--web.listen-address=127.0.0.1:0",
      ], log: log)
    var found: String?
    let deadline = Date(timeIntervalSinceNow: 180)
    while found == nil, process.isRunning, Date() < deadline {
      usleep(50_000)
      let text = try String(contentsOf: log, encoding: .utf8)
      if text.contains("Server is ready") {
        found = text.firstMatch(of: /"Listening on" address=(127\.0\.0\.1:\d+)/).map {
          String($0.1)
        }
      }
    }
    guard let found else {
      process.terminate()
      address = try #require(nil, "Prometheus did not start")
      return
    }
    address = found
  }

  func stop() {
    process.terminate()
    process.waitUntilExit()
  }

  /// The answer to a PromQL query at one time, in seconds since 1970.
  func ask(_ query: String, at time: Int, by promtool: ExternalTool) throws -> [Series: Double] {
    let outcome = try promtool.run([
      "query", "instant", "--format=json", "--time=\(time)", "http://\(address)", query,
    ])
    try #require(outcome.status == 0, "\(outcome.error)")
    let samples = try JSONDecoder().decode([Sample].self, from: Data(outcome.output.utf8))
    return Dictionary(
      uniqueKeysWithValues: samples.map { sample in
        var labels = sample.metric
        let name = labels.removeValue(forKey: "__name__") ?? ""
        return (Series(name: name, labels: labels), sample.value.number)
      })
  }
}
