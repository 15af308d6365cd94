// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// A queue that is simulated, and the answers it is judged by.
struct QueueCase: Sendable, CustomTestStringConvertible {
  /// A steady state and where it comes from.
  struct Reference: Sendable {
    let source: String
    let steadyState: SteadyState
  }

  let name: String
  let queue: Queue
  private(set) var references: [Reference]

  var testDescription: String { name }
}

extension QueueCase {
  /// M/M/1, M/M/16, M/D/1, M/G/1 (lognormal) and M/M/1-PS at three utilisations, known by formula
  /// and, where the oracle is at hand and has the queue, by its row too.
  static let byFormula: [QueueCase] = [0.5, 0.8, 0.95].flatMap { load in
    [
      ("M/M/1", 1, Queue.Service.exponential, Queue.Discipline.fifo(servers: 1, waitingRoom: nil)),
      ("M/M/16", 16, .exponential, .fifo(servers: 16, waitingRoom: nil)),
      ("M/D/1", 1, .constant, .fifo(servers: 1, waitingRoom: nil)),
      ("M/LN/1", 1, .lognormal, .fifo(servers: 1, waitingRoom: nil)),
      ("M/M/1-PS", 1, .exponential, .processorSharing),
    ].map { name, servers, service, discipline in
      let queue = Queue(
        source: .open(rate: load * servers), service: service, discipline: discipline)
      var formula = QueueCase(name: "\(name) at \(load)", queue: queue, references: [])
      if let steadyState = SteadyState(of: queue) {
        formula.references.append(Reference(source: "formula", steadyState: steadyState))
      }
      for row in oracle where row.queue == queue { formula.add(row) }
      return formula
    }
  }

  /// The rows of the oracle whose queue is not among ``byFormula``; none where the oracle is
  /// absent.
  static let byOracle: [QueueCase] = oracle.filter { row in
    !byFormula.contains { $0.queue == row.queue }
  }.map { row in
    var rowCase = QueueCase(name: row.name, queue: row.queue, references: [])
    rowCase.add(row)
    return rowCase
  }

  /// The rows of the oracle, none where it is absent or cannot be read, which ``OracleTests``
  /// reports.
  static let oracle: [OracleRow] = (try? OracleRow.all()) ?? []

  private mutating func add(_ row: OracleRow) {
    references.append(Reference(source: "queues.csv:\(row.line)", steadyState: row.steadyState))
  }
}
