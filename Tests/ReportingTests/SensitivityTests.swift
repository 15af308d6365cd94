// SPDX-License-Identifier: Apache-2.0
import Experiments
import Reporting
import Scenario
import Testing

/// Sensitivities, resources and Little's law against the formulas of a queue with one server.
struct SensitivityTests {
  /// Poisson arrivals of 100/s at one core that works 5 ms for each: M/D/1 with a load of one half.
  /// Nothing else takes time: no network, an answer of one byte.
  private static let queue = """
    orrery: 1
    disks: { ssd: { write-latency: 1ms } }
    machines: { one: { cpu: 1 }, many: { cpu: 8 } }
    cluster:
      nodePools: [ { name: none, machine: many, count: 0 } ]
      etcd: { main: { disk: ssd, machine: many } }
      kube-apiserver:
        machine: one
        client-round-trip-time: 0s
        cpu-per-read: 5ms
        cpu-per-wake-up: 0s
        list-cpu-per-kilobyte: 0s
    workload:
      - name: load
        requests: { verb: get, resource: configmaps, rate: 100/s, object-bytes: 1B, resource-version-zero: true }
    run: { duration: 60s, warmUp: 10s, seed: 3 }
    """
  private static let figure = "mean(apiserver_request_duration_seconds{resource=configmaps})"

  private func document() throws -> ScenarioDocument {
    try ScenarioLibrary().load(text: Self.queue, file: "queue.yaml")
  }

  /// Mean time at a server with constant service S: S + ρS / 2(1 − ρ) (Pollaczek and Khinchine).
  private static func stay(rate: Double, service: Double) -> Double {
    let load = rate * service
    return service + load * service / 2 / (1 - load)
  }

  private func outcome(
    matching pattern: String, replications: Int, overrides: [String] = []
  ) throws -> Sensitivity.Outcome {
    try Sensitivity(runner: ExperimentRunner()) { try SavedExperiment($0).points[0] }.run(
      try document(), figure: Self.figure, matching: KnobPattern(pattern), tier: .full,
      overrides: overrides, variant: "base", replications: replications,
      forecast: { #expect($0 > 0 && $2 == replications * $1) },
      progress: { _, _ in })
  }

  @Test(arguments: [
    (
      "cluster.kube-apiserver.cpu-per-read",
      [stay(rate: 100, service: 0.004), stay(rate: 100, service: 0.006)]
    ),
    (
      "workload.load.requests.rate",
      [stay(rate: 80, service: 0.005), stay(rate: 120, service: 0.005)]
    ),
  ])
  func oneServer(_ knob: String, stays: [Double]) throws {
    let outcome = try outcome(matching: knob, replications: 3)
    let base = Self.stay(rate: 100, service: 0.005)
    #expect(abs(outcome.figure.value / base - 1) < 0.03)
    #expect(outcome.effects.map(\.path) == [knob])
    for (turn, stay) in zip(outcome.effects[0].turns, stays) {
      let share = try #require(turn).share
      #expect(abs(share - (stay / base - 1)) < 0.03, "\(share)")
    }
    #expect(outcome.effects[0].turns[1]?.isSure == true)
  }

  /// Reads neither write nor pull images, and a fifth of one core more is no core.
  @Test func knobsWithoutInfluence() throws {
    let short = ["run.duration=2s", "run.warmUp=0s"]
    let servers = try outcome(
      matching: "kube-apiserver.cpu-per-", replications: 2, overrides: short)
    #expect(servers.effects.map(\.path) == ["cluster.kube-apiserver.cpu-per-read"])
    // A fifth more of nothing is nothing.
    #expect(servers.unturnable == ["cluster.kube-apiserver.cpu-per-wake-up"])
    let images = try Sensitivity(runner: ExperimentRunner()) {
      try SavedExperiment($0).points[0]
    }.run(
      try document(), figure: Self.figure, matching: KnobPattern("image-download-rate"),
      tier: .full, overrides: short, variant: "base", replications: 2,
      forecast: { knobs, _, _ in #expect(knobs == 0) }, progress: { _, _ in })
    #expect(images.idle == ["cluster.kubelet.image-download-rate"] && images.effects.isEmpty)
    let cores = try outcome(matching: "machines.one.cpu", replications: 2, overrides: short)
    #expect(cores.unturnable == ["machines.one.cpu"])
    #expect(cores.effects.map(\.path) == ["machines.one.cpu-speed"])
    #expect(cores.effects.first?.turns.compactMap { $0?.value } == ["0.8", "1.2"])
  }

  @Test func pattern() {
    #expect(KnobPattern("etcd*disk").matches("cluster.etcd.main.disk"))
    #expect(!KnobPattern("disk*etcd").matches("cluster.etcd.main.disk"))
    #expect(KnobPattern("rate").matches("workload.load.requests.rate"))
  }

  /// ρ = 0.5: on average half a request in service and ρ² / 2(1 − ρ) = a quarter waiting.
  @Test func littlesLaw() throws {
    let result = try ExperimentRunner().run(try document())
    let saved = try SavedExperiment(result).points[0]
    let cpu = try #require(ResourceUse.all(in: saved).first { $0.resource == "kube-apiserver CPU" })
    #expect(abs(cpu.meanInService - 0.5) < 0.01)
    #expect(abs(cpu.meanQueue - 0.25) < 0.03)
    #expect(abs(try #require(cpu.utilisation) - 0.5) < 0.01)
    let station = try #require(saved.littlesLaw?.first { $0.name == "kube-apiserver CPU" })
    #expect(abs(station.meanInside - 0.75) < 0.03 && station.holds)
    #expect(abs(try #require(station.departuresPerSecond) - 100) < 2)
    #expect(
      abs(try #require(station.meanStaySeconds) / Self.stay(rate: 100, service: 0.005) - 1) < 0.03)
    #expect(abs(station.meanInside / station.throughputTimesStay - 1) < 0.001)
    #expect(try #require(station.peak) >= 4)
  }

  /// Above a percentile the service stays what it is and the waiting grows; a kept result says the
  /// same as the live one.
  @Test func percentiles() throws {
    let result = try ExperimentRunner().run(try document())
    let saved = try SavedExperiment(result).points[0]
    func opened(_ text: String) throws -> OpenedAccount {
      let all = OpenedAccount.all(in: result.points[0], at: try Percentile(text))
      return try #require(all.first { $0.name == "load GET configmaps" })
    }
    for text in ["p0", "p90", "p99.9"] {
      let service = try opened(text).breakdown.parts.first { $0.phase == "service" }
      #expect(abs(try #require(service).meanSeconds - 0.005) < 1e-6, "\(text)")
    }
    #expect(try opened("p99").breakdown.meanSeconds > 2 * opened("p0").breakdown.meanSeconds)
    let kept = try OpenedAccount.all(in: saved, at: try Percentile("p99"))
    #expect(
      kept.first { $0.name == "load GET configmaps" }?.breakdown == (try opened("p99").breakdown))
    #expect(throws: Percentile.Problem.notKept("p90")) {
      try OpenedAccount.all(in: saved, at: try Percentile("p90"))
    }
  }

  @Test func writtenPercentiles() throws {
    #expect(try Percentile("p99").percent == 99 && Percentile("p999").percent == 99.9)
    #expect(try Percentile("p99.5").name == "p99.5" && Percentile("50").name == "p50")
    for text in ["", "p", "p100", "pp9", "-1", "p9x"] {
      #expect(throws: Percentile.Problem.self) { try Percentile(text) }
    }
  }
}
