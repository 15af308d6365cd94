// SPDX-License-Identifier: Apache-2.0

import Stochastics
import TestSupport
import Testing

/// The formulas of these tests against the queue oracle, which someone else's script made.
@Suite struct SteadyStateFormulaTests {
  /// One row of each formula from `data/queue-oracle/queues.csv`, so that a fresh clone has them
  /// too.
  private static let excerpt = """
    queue,lambda,mu,servers,room_or_population,service_scv,Wq,W,Lq,L,P_wait_or_block,extra
    M/M/1,0.8,1,1,,1,4,5,3.2,4,0.8,
    M/M/c,12.8,1,16,,1,0.0952762228,1.09527622,1.21953565,14.0195357,0.304883913,wait_p99=1.06792062
    M/M/c,60.8,1,64,,1,0.183753416,1.18375342,11.1722077,71.9722077,0.588010932,wait_p99=1.27317514
    M/D/1,0.8,1,1,,0.0,2,3,1.6,2.4,0.8,
    M/E4/1,0.8,1,1,,0.25,2.5,3.5,2,2.8,0.8,
    M/H2/1 scv 4,0.8,1,1,,4.0,10,11,8,8.8,0.8,
    M/LN/1 scv 2,0.8,1,1,,2.0,6,7,4.8,5.6,0.8,
    M/M/c/K,3.6,1,4,10,1,0.507100339,1.50710034,1.70293023,5.06110236,0.634910665,loss=0.0671744079
    M/G/c/c (Erlang B),12.0,1,16,16,,0,1,0,11.2750489,0.0604125925,loss=0.0604125925
    M/M/1//N closed,0.1,1,1,5,1,0.466632178,1.46663218,0.203473945,0.639521769,nan,\
    throughput=0.436047823
    """

  @Test func agreeWithOneRowOfEachKind() throws {
    let rows = try OracleTable(text: Self.excerpt).rows.map(OracleRow.init)
    #expect(rows.count == 10)
    for row in rows { try compare(row) }
  }

  @Test(.enabled(if: SharedData.has(OracleRow.path), "\(SharedData.absence)"))
  func agreeWithTheWholeOracle() throws {
    let rows = try OracleRow.all()
    #expect(rows.count == 48)
    for row in rows { try compare(row) }
    // Each of them is simulated, by one of the two tests of ``QueueTheoryTests``.
    let simulated = (QueueCase.byFormula + QueueCase.byOracle).flatMap(\.references).map(\.source)
    #expect(Set(simulated).subtracting(["formula"]).count == 48)
  }

  /// The oracle is written with nine digits; those of a percentile count five times, since the
  /// probability to exceed it falls exponentially.
  private func compare(_ row: OracleRow) throws {
    let formula = try #require(SteadyState(of: row.queue, longWait: row.longWait))
    for figure in Figure.allCases {
      guard let expected = row.steadyState[figure] else { continue }
      let value = try #require(formula[figure], "\(row.name): \(figure.rawValue)")
      let digits = figure == .delayedLong ? 3e-8 : 6e-9
      #expect(
        abs(value - expected) <= digits * expected,
        "\(row.name): \(figure.rawValue) = \(value), not \(expected)")
    }
  }

  /// The service times that are simulated have the moments of which the formulas speak.
  @Test(arguments: [Queue.Service.constant, .erlang4, .exponential, .lognormal, .hyperexponential])
  func serviceTimesHaveTheMomentsOfTheFormulas(_ service: Queue.Service) throws {
    let distribution = try service.distribution(mean: 2)
    #expect(abs(distribution.mean - 2) < 1e-12)
    let scv = distribution.squaredCoefficientOfVariation
    #expect(abs(scv - service.squaredCoefficientOfVariation) < 1e-12)
  }
}
