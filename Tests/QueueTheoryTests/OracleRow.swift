// SPDX-License-Identifier: Apache-2.0

import Stochastics
import TestSupport
import Testing

/// One row of the queue oracle: a queue and its steady state.
struct OracleRow: Sendable, CustomTestStringConvertible {
  /// Where the oracle lies in the shared folder.
  static let path = "data/queue-oracle/queues.csv"

  /// The line in the file, counted from 1.
  let line: Int
  let name: String
  let queue: Queue
  let steadyState: SteadyState
  /// The 99th percentile of the wait, where the row has one above zero.
  let longWait: Double?

  var testDescription: String { name }

  /// All rows; none if the oracle is not at hand.
  static func all() throws -> [OracleRow] {
    try SharedData.file(path).map { try OracleTable(contentsOf: $0).rows.map(OracleRow.init) } ?? []
  }

  init(_ row: OracleTable.Row) throws {
    line = row.line
    let kind = try row.text("queue") ?? ""
    let columns = try Columns(row)
    queue = try columns.queue(kind)
    name = "\(kind) \(columns.summary)"
    let extra = try row.text("extra")?.split(separator: "=").map(String.init) ?? []
    let extraValue = extra.count == 2 ? Double(extra[1]) : nil
    // Where almost nobody waits, the percentile is zero and says nothing.
    longWait = extra.first == "wait_p99" && extraValue != 0 ? extraValue : nil

    var steadyState = SteadyState()
    steadyState[.wait] = try row.number("Wq")
    steadyState[.stay] = try row.number("W")
    steadyState[.numberWaiting] = try row.number("Lq")
    steadyState[.numberInside] = try row.number("L")
    // In the rows of Erlang B this column is the loss, which `extra` repeats.
    if columns.room != columns.servers { steadyState[.delayed] = try row.number("P_wait_or_block") }
    if extra.first == "loss" { steadyState[.lost] = extraValue }
    if extra.first == "throughput" { steadyState[.throughput] = extraValue }
    if longWait != nil { steadyState[.delayedLong] = 0.01 }
    self.steadyState = steadyState
  }

  /// A kind of queue that these tests do not know.
  struct UnknownQueue: Error {
    let line: Int
  }

  /// The columns that describe the queue.
  private struct Columns {
    let line: Int
    let lambda: Double
    let servers: Int
    let room: Int?

    init(_ row: OracleTable.Row) throws {
      guard let lambda = try row.number("lambda"), let servers = try row.number("servers"),
        try row.number("mu") == 1
      else { throw UnknownQueue(line: row.line) }
      line = row.line
      self.lambda = lambda
      self.servers = Int(servers)
      room = try row.number("room_or_population").map { Int($0) }
    }

    var summary: String {
      "lambda \(lambda), servers \(servers)" + (room.map { ", room or population \($0)" } ?? "")
    }

    func queue(_ kind: String) throws -> Queue {
      if kind == "M/M/1//N closed", let room {
        return Queue(
          source: .closed(population: room, thinkRate: lambda), service: .exponential,
          discipline: .fifo(servers: servers, waitingRoom: nil))
      }
      let service: Queue.Service
      switch kind {
      case "M/M/1", "M/M/c", "M/M/c/K": service = .exponential
      case "M/D/1": service = .constant
      case "M/E4/1": service = .erlang4
      case "M/H2/1 scv 4": service = .hyperexponential
      // Erlang B holds for every service time: not the exponential, which would be a weaker test.
      case "M/LN/1 scv 2", "M/G/c/c (Erlang B)": service = .lognormal
      default: throw UnknownQueue(line: line)
      }
      return Queue(
        source: .open(rate: lambda), service: service,
        discipline: .fifo(servers: servers, waitingRoom: room.map { $0 - servers }))
    }
  }
}
