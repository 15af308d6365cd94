// SPDX-License-Identifier: Apache-2.0
#if SQLite
  import GRDB
  import Reporting

  extension ResultDatabase {
    /// Writes tables in one transaction, then the views and indices.
    static func write(
      _ tables: [(name: String, table: ResultTable)], factors: [ResultTable.Column],
      to path: String
    ) throws {
      var configuration = Configuration()
      // The file gets its name only when it is complete, so a lost one costs nothing.
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.write { database in
        for (name, table) in tables { try create(name, table, in: database) }
        for (name, table) in tables where table.columns[0].name == "run" && name != "runs" {
          try createView(of: name, table, factors: factors, in: database)
        }
        try database.execute(
          sql: """
            CREATE INDEX metricByName ON metrics (metric, statistic);
            CREATE INDEX seriesByName ON series (metric);
            """)
      }
      try queue.close()
    }

    private static func create(_ name: String, _ table: ResultTable, in database: Database) throws {
      let columns = table.columns.map { column in
        "\(column.name.quotedDatabaseIdentifier) \(column.declaration(in: name))"
      }
      try database.execute(
        sql: "CREATE TABLE \(name.quotedDatabaseIdentifier) (\(columns.joined(separator: ", ")))")
      let places = Array(repeating: "?", count: columns.count).joined(separator: ", ")
      let insertion = try database.makeStatement(
        sql: "INSERT INTO \(name.quotedDatabaseIdentifier) VALUES (\(places))")
      for row in table.rows {
        try insertion.execute(arguments: StatementArguments(row.map(\.databaseValue)))
      }
    }

    /// The table with the factors of the run in front of each row.
    private static func createView(
      of name: String, _ table: ResultTable, factors: [ResultTable.Column], in database: Database
    ) throws {
      func list(_ columns: some Sequence<ResultTable.Column>, of table: String) -> [String] {
        columns.map { "\(table).\($0.name.quotedDatabaseIdentifier)" }
      }
      let columns =
        ["t.run"] + list(factors, of: "runs") + list(table.columns.dropFirst(), of: "t")
      try database.execute(
        sql: """
          CREATE VIEW \((name + "_by_run").quotedDatabaseIdentifier) AS
          SELECT \(columns.joined(separator: ", "))
          FROM \(name.quotedDatabaseIdentifier) AS t JOIN runs ON runs.run = t.run
          """)
    }
  }

  extension ResultTable.Column {
    fileprivate func declaration(in table: String) -> String {
      guard name != "run" else {
        return table == "runs" ? "INTEGER PRIMARY KEY" : "INTEGER NOT NULL REFERENCES runs (run)"
      }
      return switch kind {
      case .integer: "INTEGER"
      case .real: "REAL"
      case .text: "TEXT"
      // Stores what looks like a number as one, so that it can be compared with one.
      case .knob: "NUMERIC"
      }
    }
  }

  extension ResultTable.Cell {
    fileprivate var databaseValue: DatabaseValue {
      switch self {
      case .null: .null
      case .integer(let value): value.databaseValue
      case .real(let value): value.databaseValue
      case .text(let text): text.databaseValue
      }
    }
  }
#endif
