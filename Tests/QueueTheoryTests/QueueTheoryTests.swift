// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The kernel's stations against queueing theory.
///
/// Each queue is simulated in independent replications and judged by |error| <= 4 standard errors
/// in every known figure. That is a statement only because a service rate that is 3 % wrong would
/// be seen, so this is tested too, twice: by the size of the standard errors, and by planting the
/// error.
@Suite struct QueueTheoryTests {
  /// The error that has to be caught.
  private static let plantedFactor = 1.03
  /// More standard errors than that are a failure.
  private static let allowed = 4.0
  /// Whether minutes of CPU time may be spent.
  private static let isLong = ProcessInfo.processInfo.environment["ORRERY_LONG_TESTS"] == "1"

  @Test(arguments: QueueCase.byFormula)
  func simulationAgreesWithTheFormulas(_ queueCase: QueueCase) throws {
    try judge(queueCase)
  }

  @Test(
    .enabled(if: SharedData.has(OracleRow.path), "\(SharedData.absence)"),
    arguments: QueueCase.byOracle)
  func simulationAgreesWithTheOracle(_ queueCase: QueueCase) throws {
    try judge(queueCase)
  }

  /// The waits beyond the 99th percentile come in so few clusters that the standard error over
  /// replications is far too small unless the run is several times as long as for the other
  /// figures.
  @Test(
    .enabled(if: isLong, "only with ORRERY_LONG_TESTS=1: 168 million visits, best with -c release"),
    .enabled(if: SharedData.has(OracleRow.path), "\(SharedData.absence)"),
    arguments: QueueCase.oracle.filter { $0.longWait != nil })
  func longWaitsAgreeWithTheOracle(_ row: OracleRow) throws {
    let truth = try #require(SteadyState(of: row.queue, longWait: row.longWait))
    let faster = row.queue.withService(faster: Self.plantedFactor)
    let fasterTruth = try #require(SteadyState(of: faster, longWait: row.longWait))
    var plan = RunPlan(for: row.queue, named: row.name, steadyState: truth)
    plan.lengthen(toVisits: 6_000_000, of: row.queue, steadyState: truth)
    let measured = try Measurement(of: row.queue, plan, longWait: row.longWait)
    let estimate = try #require(measured[.delayedLong])
    let expected = try #require(row.steadyState[.delayedLong])
    let shifted = try #require(fasterTruth[.delayedLong])
    #expect(estimate.distance(from: expected) <= Self.allowed, "\(estimate)")
    #expect(Self.allowed * estimate.standardError < expected - shifted, "\(estimate)")
    let planted = try #require(
      try Measurement(of: faster, plan, longWait: row.longWait)[.delayedLong])
    #expect(planted.distance(from: expected) > Self.allowed, "\(planted)")
  }

  private func judge(_ queueCase: QueueCase) throws {
    let truth = try #require(SteadyState(of: queueCase.queue))
    let faster = queueCase.queue.withService(faster: Self.plantedFactor)
    let fasterTruth = try #require(SteadyState(of: faster))
    var plan = RunPlan(for: queueCase.queue, named: queueCase.name, steadyState: truth)
    let measured = try Measurement(of: queueCase.queue, plan)

    #expect(measured.obeysLittlesLaw)
    #expect(!queueCase.references.isEmpty)
    for reference in queueCase.references {
      for figure in reference.steadyState.judged {
        let expected = try #require(reference.steadyState[figure])
        let estimate = try #require(measured[figure])
        #expect(
          estimate.distance(from: expected) <= Self.allowed,
          "\(figure.rawValue) = \(estimate), but \(expected) by \(reference.source)")
      }
    }

    // Could the criterion see the error? In each figure, by the distance between the two truths.
    var effects: [(figure: Figure, inStandardErrors: Double)] = []
    for figure in truth.judged where figure.isSizedFor {
      let (expected, shifted) = (try #require(truth[figure]), try #require(fasterTruth[figure]))
      guard expected != shifted else { continue }
      let estimate = try #require(measured[figure])
      effects.append((figure, abs(shifted - expected) / estimate.standardError))
      #expect(
        Self.allowed * estimate.standardError < abs(shifted - expected),
        "too few visits (\(measured.visits)) to see a 3 % error in \(figure.rawValue)"
      )
    }

    // Does it see it? In the figure in which it shows most, with the same luck and only as many
    // visits as make it some nine standard errors.
    let telling = try #require(effects.max { $0.inStandardErrors < $1.inStandardErrors })
    plan.window *= min(1, pow(9 / telling.inStandardErrors, 2))
    plan.warmUp = RunPlan.warmUp(for: faster)
    let planted = try #require(try Measurement(of: faster, plan)[telling.figure])
    #expect(
      planted.distance(from: try #require(truth[telling.figure])) > Self.allowed,
      "a 3 % error of the service rate is not seen in \(telling.figure.rawValue) = \(planted)")
  }
}

extension SteadyState {
  /// The figures that are judged in runs of the usual length: only L and W where less than one in a
  /// thousand waits.
  var judged: [Figure] {
    let hardlyAnyoneWaits = (self[.delayed] ?? 1) < 1e-3
    return Figure.allCases.filter { figure in
      self[figure] != nil && figure != .delayedLong
        && (!hardlyAnyoneWaits || [.stay, .numberInside].contains(figure))
    }
  }
}

extension Figure {
  /// Whether the runs are long enough to see a 3 % error in this figure: in all but the throughput
  /// of a closed queue, which hardly depends on its server.
  var isSizedFor: Bool { self != .throughput }
}
