// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Reporting

#if SQLite
  import GRDB
#endif

/// A saved experiment as an SQLite database.
///
/// The tables are those of `ResultTables`. The factors are columns of `runs`; for every other table
/// that speaks of runs there is a view `NAME_by_run` with the factors in front, so that a question
/// needs no join.
package enum ResultDatabase {
  /// Whether the program was built with the trait `SQLite`.
  package static var isAvailable: Bool {
    #if SQLite
      true
    #else
      false
    #endif
  }

  /// Writes a new database; a file that is there already is an error. Not atomic: write beside the
  /// place and rename.
  ///
  /// - Parameter series: what was followed over time in each point, in the order of the points.
  package static func write(
    _ experiment: SavedExperiment, series: [[SavedSeries]], to path: String
  ) throws(ResultDatabaseError) {
    #if SQLite
      let tables = ResultTables(experiment, series: series)
      let contents = ResultTables.Name.allCases.map { ($0.rawValue, tables.plain($0)) }
      do {
        try Self.write(contents, factors: tables.factors.columns, to: path)
      } catch {
        throw .failed(reason: (error as? DatabaseError)?.message ?? "\(error)")
      }
    #else
      throw .notBuilt
    #endif
  }
}
