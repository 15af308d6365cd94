// SPDX-License-Identifier: Apache-2.0
import Experiments
import Reporting
import Testing

@Suite struct RunSummaryTests {
  /// The wording without what the model computes: numbers become `#`, blanks become one.
  private static func wording(_ text: String) -> String {
    text.replacing(#/fingerprint [0-9a-f]{16}/#, with: "fingerprint #")
      .replacing(#/\b[0-9][0-9.,]*[0-9]|\b[0-9]/#, with: "#")
      .replacing(#/# [mµ]?s\b/#, with: "# s")
      .replacing(#/([^ \n]) +|\n {20,}/#) { match in match.output.1.map { "\($0) " } ?? "\n " }
  }

  @Test("Two variants side by side, with every verdict")
  func variants() throws {
    let result = try SmallExperiment.result(SmallExperiment.variants)
    let text = RunSummary(result).text(keptIn: "Results/runs/small")
    #expect(
      Self.wording(text) == """
        a few nodes
        A post, X-#
        # points, # replications, # s simulated, the first # s as warm-up, seed #, # runs, # events, fingerprint #

         base slow/disk
        p50(etcd_request_duration_seconds) # s ±# % # s ±# %
        p99(etcd_request_duration_seconds) # s ±# % # s ±# %
        rate(apiserver_request_total{verb="PUT"}) #/s ±# % #/s ±# %
        rate(apiserver_request_total) #/s ±# % #/s ±# %
        p99(apiserver_request_duration_seconds) # s ±# % # s ±# %
        ±: half of the # % interval, over replications

        expectations: # met, # missed, # fitted, # cannot-tell
          verdict id class simulated published
          met slower T4 base: # s < # s (# s to # s) slower
          missed impossible T4 base: # s > # min (# s to # s)
              p99(etcd_request_duration_seconds) > #h
              because: nobody waits so long
          cannot-tell wide T1 base: # ~ # (# to #)
              the quotient lies between # and #, on both sides of the bound
              rate(apiserver_request_total{verb=PUT}) ~ #/s within #%
          fitted tuned T3 base: # s < # s (# s to # s)
              an input was chosen with this number in view
              p50(etcd_request_duration_seconds) < #s

        share of the requests' time spent waiting (base): etcd apply #%, etcd log #%

        calibrated, not predicted:
          disks.ssd.write-latency: the disk is not published

        kept in Results/runs/small

        """)
  }

  @Test("One point without expectations is short")
  func single() throws {
    let text = RunSummary(try SmallExperiment.result(SmallExperiment.single)).text(keptIn: nil)
    #expect(text.hasPrefix("a few nodes\nA post, X-1\n1 point, 8 s simulated, the first 2 s as"))
    #expect(!text.contains("expectations") && !text.contains("kept in"))
    #expect(text.hasSuffix("\n") && !text.contains(" \n"))
  }
}
