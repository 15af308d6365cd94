// SPDX-License-Identifier: Apache-2.0
package import Experiments

/// A saved experiment as tables.
///
/// A run is a *point*: a variant at one place of the sweep, with all its replications. Most numbers
/// of `result.json` exist only over the replications together (percentiles are taken after merging),
/// so a row for a replication would be mostly empty; what is known of single replications is in
/// `metrics`, where the column `replication` is empty for the pooled number.
package struct ResultTables: Sendable {
  package enum Name: String, Sendable, CaseIterable {
    /// One row a run.
    case runs
    /// One row a number: the long table.
    case metrics
    /// One row a bucket of what was followed over time, in the first replication.
    case series
    /// Where the time of a class of requests went: one row a part.
    case accounts
    /// The slowest requests of each class: one row a part.
    case slowest
    /// The resources of each run by the share of time waited for them.
    case bottlenecks
    /// The expectations of the experiment.
    case expectations
    /// Every value that was used, with its source.
    case configuration
  }

  private let experiment: SavedExperiment
  private let series: [[SavedSeries]]
  /// What tells runs apart.
  package let factors: Factors

  /// - Parameter series: what was followed over time in each point, in the order of the points.
  package init(_ experiment: SavedExperiment, series: [[SavedSeries]]) {
    self.experiment = experiment
    self.series = series
    let own = Self.runColumns.map(\.name) + Self.allColumns.flatMap { $0.map(\.name) }
    factors = Factors(of: experiment, besides: own)
  }

  /// A table whose first column, `run`, is the number of the run from 1; `expectations` speaks of all
  /// runs and has none.
  package func plain(_ name: Name) -> ResultTable {
    switch name {
    case .runs: runs
    case .metrics: metrics
    case .series: buckets
    case .accounts: accounts
    case .slowest: slowest
    case .bottlenecks: bottlenecks
    case .expectations: expectations
    case .configuration: configuration
    }
  }

  /// The table with the factors as columns of every row, so that it needs no other.
  package func withFactors(_ name: Name) -> ResultTable {
    let table = plain(name)
    guard name != .expectations, name != .runs else { return table }
    return table.prefixed(by: factors.columns) { run in
      guard case .integer(let number) = run else { preconditionFailure("a run has a number") }
      return factors.values[number - 1]
    }
  }
}

// MARK: Columns

extension ResultTables {
  fileprivate static let runColumns: [ResultTable.Column] = [
    .init("run", .integer), .init("scenario", .text), .init("title", .text), .init("tier", .text),
    .init("seed", .integer), .init("replications", .integer), .init("simulatedSeconds", .real),
    .init("warmUpSeconds", .real), .init("fingerprint", .text), .init("program", .text),
    .init("events", .integer), .init("cpuSeconds", .real), .init("wallSeconds", .real),
    .init("eventsPerSecond", .real), .init("peakResidentBytes", .integer),
  ]
  fileprivate static let metricColumns: [ResultTable.Column] = [
    .init("run", .integer), .init("metric", .text), .init("labels", .text), .init("unit", .text),
    .init("kind", .text), .init("statistic", .text), .init("replication", .integer),
    .init("value", .real), .init("lower", .real), .init("upper", .real), .init("level", .real),
  ]
  fileprivate static let seriesColumns: [ResultTable.Column] = [
    .init("run", .integer), .init("metric", .text), .init("labels", .text), .init("unit", .text),
    .init("startSeconds", .real), .init("widthSeconds", .real), .init("minimum", .real),
    .init("maximum", .real), .init("last", .real),
  ]
  fileprivate static let accountColumns: [ResultTable.Column] = [
    .init("run", .integer), .init("cluster", .text), .init("class", .text),
    .init("count", .integer), .init("abandoned", .integer), .init("scope", .text),
    .init("resource", .text), .init("phase", .text), .init("meanSeconds", .real),
    .init("share", .real),
  ]
  fileprivate static let slowestColumns: [ResultTable.Column] = [
    .init("run", .integer), .init("cluster", .text), .init("class", .text),
    .init("rank", .integer), .init("replication", .integer), .init("openedSeconds", .real),
    .init("seconds", .real), .init("resource", .text), .init("phase", .text),
    .init("partSeconds", .real),
  ]
  fileprivate static let bottleneckColumns: [ResultTable.Column] = [
    .init("run", .integer), .init("rank", .integer), .init("resource", .text),
    .init("utilisation", .real), .init("waitShare", .real), .init("serviceShare", .real),
  ]
  fileprivate static let expectationColumns: [ResultTable.Column] = [
    .init("id", .text), .init("experiment", .text), .init("class", .text), .init("that", .text),
    .init("published", .text), .init("simulated", .real), .init("unit", .text),
    .init("simulatedText", .text), .init("lower", .real), .init("upper", .real),
    .init("verdict", .text), .init("reason", .text), .init("because", .text),
    .init("points", .text),
  ]
  fileprivate static let configurationColumns: [ResultTable.Column] = [
    .init("run", .integer), .init("path", .text), .init("setting", .text), .init("from", .text),
    .init("source", .text), .init("line", .integer), .init("column", .integer),
  ]
  fileprivate static let allColumns = [
    metricColumns, seriesColumns, accountColumns, slowestColumns, bottleneckColumns,
    configurationColumns,
  ]
}

// MARK: Rows

extension ResultTables {
  private var numbered: [(run: ResultTable.Cell, point: SavedResult)] {
    experiment.points.enumerated().map { (.integer($0 + 1), $1) }
  }

  private var runs: ResultTable {
    var table = ResultTable(
      Self.runColumns.prefix(3) + factors.columns + Self.runColumns.dropFirst(3))
    for (index, (run, point)) in numbered.enumerated() {
      table.add(
        [run, .text(point.scenario), .optional(point.title)] + factors.values[index] + [
          .text(point.tier), .integer(point.seed), .integer(point.replications),
          .real(point.simulatedSeconds), .real(point.warmUpSeconds), .text(point.fingerprint),
          .text(point.program), .integer(point.engine.events), .real(point.engine.cpuSeconds),
          .real(point.engine.wallSeconds), .real(point.engine.eventsPerSecond),
          .integer(point.engine.peakResidentBytes),
        ])
    }
    return table
  }

  private var metrics: ResultTable {
    var table = ResultTable(Self.metricColumns)
    for (run, point) in numbered {
      for metric in point.metrics {
        let labels = Self.json(metric.labels)
        for row in metric.statisticRows {
          table.add([
            run, .text(metric.name), labels, .text(metric.unit), .text(metric.kind),
            .text(row.statistic), .optional(row.replication), .real(row.value),
            .optional(row.interval?.lower), .optional(row.interval?.upper),
            .optional(row.interval?.level),
          ])
        }
      }
    }
    return table
  }

  private var buckets: ResultTable {
    var table = ResultTable(Self.seriesColumns)
    for ((run, point), series) in zip(numbered, series) {
      let identities = SeriesIdentities(point.metrics)
      for one in series {
        let labels = Self.json(identities.labels(of: one))
        for bucket in one.buckets {
          table.add([
            run, .text(one.metric), labels, .text(one.unit), .real(bucket.startSeconds),
            .real(one.widthSeconds), .real(bucket.minimum), .real(bucket.maximum),
            .real(bucket.last),
          ])
        }
      }
    }
    return table
  }

  private var accounts: ResultTable {
    var table = ResultTable(Self.accountColumns)
    for (run, point) in numbered {
      for account in point.accounts {
        for (scope, breakdown) in [("overall", account.overall), ("aboveP99", account.aboveP99)] {
          for part in breakdown?.parts ?? [] {
            table.add([
              run, .text(account.cluster), .text(account.class), .integer(account.count),
              .integer(account.abandoned), .text(scope), .text(part.resource), .text(part.phase),
              .real(part.meanSeconds), .real(part.share),
            ])
          }
        }
      }
    }
    return table
  }

  private var slowest: ResultTable {
    var table = ResultTable(Self.slowestColumns)
    for (run, point) in numbered {
      for account in point.accounts {
        for (rank, slow) in (account.slowest ?? []).enumerated() {
          for part in slow.parts {
            table.add([
              run, .text(account.cluster), .text(account.class), .integer(rank + 1),
              .integer(slow.replication), .real(slow.openedSeconds), .real(slow.seconds),
              .text(part.resource), .text(part.phase), .real(part.seconds),
            ])
          }
        }
      }
    }
    return table
  }

  private var bottlenecks: ResultTable {
    var table = ResultTable(Self.bottleneckColumns)
    for (run, point) in numbered {
      for (rank, bottleneck) in point.bottlenecks.enumerated() {
        table.add([
          run, .integer(rank + 1), .text(bottleneck.resource), .optional(bottleneck.utilisation),
          .real(bottleneck.waitShare), .real(bottleneck.serviceShare),
        ])
      }
    }
    return table
  }

  private var expectations: ResultTable {
    var table = ResultTable(Self.expectationColumns)
    for expectation in experiment.expectations {
      table.add([
        .text(expectation.id), .optional(expectation.experiment), .text(expectation.class),
        .text(expectation.that), .optional(expectation.published),
        .optional(expectation.simulated), .text(expectation.unit),
        .text(expectation.simulatedText), .optional(expectation.interval?.lower),
        .optional(expectation.interval?.upper), .text(expectation.verdict),
        .text(expectation.reason), .optional(expectation.because),
        .text(expectation.points.joined(separator: ";")),
      ])
    }
    return table
  }

  private var configuration: ResultTable {
    var table = ResultTable(Self.configurationColumns)
    for (run, point) in numbered {
      for knob in point.configuration {
        table.add([
          run, .text(knob.path), .text(knob.value), .text(knob.from), .optional(knob.source),
          .optional(knob.line), .optional(knob.column),
        ])
      }
    }
    return table
  }

  /// Labels as one text that every program with tables can take apart: JSON, sorted by name.
  private static func json(_ labels: [String: String]) -> ResultTable.Cell {
    let pairs = labels.sorted { $0.key < $1.key }.map {
      $0.key.jsonText + ":" + $0.value.jsonText
    }
    return .text("{" + pairs.joined(separator: ",") + "}")
  }
}
