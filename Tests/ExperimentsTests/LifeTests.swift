// SPDX-License-Identifier: Apache-2.0
import ClusterModel
import Measurement
import Scenario
import Testing

@testable import Experiments

/// Lives against the time accounts and metrics of ordinary runs, and against arithmetic.
struct LifeTests {
  private func life(
    _ question: LifeFinder.Question, _ document: ScenarioDocument, option: String = "--request"
  ) throws -> ToldLife {
    try LifeTeller(runner: ExperimentRunner()).tell(
      document, question, option: option, tier: .full, overrides: [], variant: "base"
    ) { _ in }
  }

  private func run(_ document: ScenarioDocument) throws -> PointResult {
    try ExperimentRunner().run(document, overrides: ["run.replications=1"]).points[0]
  }

  private func isWithoutGaps(_ life: ToldLife) -> Bool {
    zip(life.steps, life.steps.dropFirst()).allSatisfy {
      abs($0.startSeconds + $0.seconds - $1.startSeconds) < 2e-9
    } && life.steps.first.map { abs($0.startSeconds - life.beganSeconds) < 2e-9 } ?? false
  }

  @Test("The slowest request of each class is told as its time account says")
  func requests() throws {
    let document = try TinyScenario.document()
    let result = try run(document)
    let classes = result.accounts.filter { ($0.slowest.first?.seconds ?? 0) > 0 }
    #expect(classes.count >= 3)
    for account in classes {
      let name = account.profile.name
      let slowest = try #require(account.slowest.first)
      let life = try life(.slowestRequest(accountClass: name), document)
      #expect(life.fingerprint == result.fingerprint)
      #expect(life.name == name && life.outcome == "200 OK")
      #expect(life.beganSeconds == slowest.openedSeconds)
      #expect(isWithoutGaps(life), "\(name)")
      let whole = try #require(life.wholeSeconds)
      #expect(abs(whole - slowest.seconds) < 1e-9)
      #expect(abs(life.steps.reduce(0) { $0 + $1.seconds } - whole) < 1e-8)
      for part in slowest.parts {
        let told = life.steps.filter { $0.resource == part.resource && $0.phase == part.phase }
        #expect(
          abs(told.reduce(0) { $0 + $1.seconds } - part.seconds) < 1e-8,
          "\(name): \(part.resource) \(part.phase)")
      }
    }
    let slowest = classes.compactMap(\.slowest.first?.seconds).max()
    let ofAll = try #require(try life(.slowestRequest(accountClass: nil), document).wholeSeconds)
    #expect(abs(ofAll - slowest!) < 1e-9)
  }

  /// Two equal reads at one instant on one core: the second waits for as long as the first is served.
  /// Each travels for half a round trip, twice.
  @Test func twoOnOneCore() throws {
    let document = try ScenarioLibrary().load(
      text: """
        orrery: 1
        disks: { ssd: { write-latency: 1ms } }
        machines: { one: { cpu: 1 }, many: { cpu: 8 } }
        cluster:
          nodePools: [ { name: none, machine: many, count: 0 } ]
          etcd: { main: { disk: ssd, machine: many } }
          kube-apiserver: { machine: one, client-round-trip-time: 10ms, cpu-per-wake-up: 0s }
        workload:
          - name: load
            requests: { verb: get, resource: configmaps, at: [5s, 5s], object-bytes: 1kB, resource-version-zero: true }
        run: { duration: 10s }
        """, file: "two.yaml")
    let life = try life(.slowestRequest(accountClass: "load GET configmaps"), document)
    let travels = life.steps.filter { $0.resource == "network" }
    #expect(travels.map(\.what) == ["travels to kube-apiserver-0", "answer travels to the client"])
    #expect(travels.allSatisfy { abs($0.seconds - 0.005) < 1e-9 })
    let cpu = life.steps.filter { $0.resource == "kube-apiserver CPU" }
    let waited = try #require(cpu.first)
    #expect(waited.phase == .waiting && cpu[1].phase == .service)
    #expect(abs(waited.seconds - cpu[1].seconds) < 1e-9 && waited.seconds > 0)
  }

  private static let pods = """
    orrery: 1
    disks: { ssd: { write-latency: 1ms } }
    machines: { worker: { cpu: 8, gpus: 1, network-bandwidth: 10Gbps } }
    cluster:
      nodePools: [ { name: gpu, machine: worker, count: 1 } ]
      etcd: { main: { disk: ssd } }
      kubelet: { image-download-rate: 50MB/s, image-decompression-rate: 100MB/s, sandbox-start: 500ms, container-start: 570ms }
    images: { large: { size: 1GB } }
    workload:
      - name: trainer
        jobs: { at: [5s], pods: 2, work: 60s, image: large, cpu: 1, gpus: 1 }
    run: { duration: 5m }
    """

  private func pods() throws -> ScenarioDocument {
    try ScenarioLibrary().load(text: Self.pods, file: "pods.yaml")
  }

  /// The one GPU goes to the first pod: 1 GB at 50 MB/s, then 100 MB/s to unpack; the second is
  /// unschedulable until the first is over.
  @Test func pod() throws {
    let result = try run(try pods())
    let first = try life(.pod("trainer-0"), try pods(), option: "--pod")
    #expect(first.fingerprint == result.fingerprint && isWithoutGaps(first))
    func seconds(_ life: ToldLife, _ words: String) -> Double {
      life.steps.filter { $0.what.contains(words) }.reduce(0) { $0 + $1.seconds }
    }
    #expect(abs(seconds(first, "is downloaded") - 20) < 1e-6)
    #expect(abs(seconds(first, "is extracted") - 10) < 1e-6)
    #expect(abs(seconds(first, "volumes and sandbox") - 0.5) < 1e-6)
    #expect(abs(seconds(first, "container is started") - 0.57) < 1e-6)
    #expect(first.steps.contains { $0.what == "filtered and scored: 1 of 1 nodes fit" })
    #expect(seconds(first, "unschedulable") == 0)

    let second = try life(.slowestPod(workload: "trainer"), try pods(), option: "--pod")
    #expect(second.name == "trainer-1")
    // The work of the first, its start and a little: until then nothing fits.
    #expect(abs(seconds(second, "unschedulable (NodeResourcesFit)") - 91) < 1.5)
    #expect(seconds(second, "is downloaded") == 0)
    // What the time account of the slowest start says, which is charged from inside.
    let account = try #require(result.accounts.first { $0.profile.name == "start of trainer pods" })
    let slowest = try #require(account.slowest.first)
    #expect(abs(try #require(second.wholeSeconds) - slowest.seconds) < 1e-8)
    let room = slowest.parts.filter { $0.resource == "room on the nodes" }.map(\.seconds)
    #expect(room.count == 1 && abs(room[0] - seconds(second, "unschedulable")) < 1e-8)
    let start = try #require(
      result.metrics.first { $0.summary.name == "kubelet_pod_start_duration_seconds" }?.summary.max)
    let running = try #require(second.steps.first { $0.what.hasPrefix("runs; its kubelet") })
    #expect(abs(running.startSeconds - second.beganSeconds - start) < 1e-3 * start)
  }

  /// A job of two pods that follow each other takes both works and starts; the metric says the same.
  @Test func job() throws {
    let result = try run(try pods())
    let life = try life(.job("trainer-0"), try pods(), option: "--job")
    #expect(life.outcome == "complete" && isWithoutGaps(life) && life.beganSeconds == 5)
    let duration = try #require(
      result.metrics.first { $0.summary.name == "kube_job_duration_seconds" }?.summary.mean)
    let whole = try #require(life.wholeSeconds)
    #expect(abs(whole / duration - 1) < 1e-3 && whole > 150)
  }

  @Test func slips() throws {
    func problem(_ question: LifeFinder.Question, _ option: String) -> LifeTeller.Problem? {
      #expect(throws: LifeTeller.Problem.self) { try life(question, try pods(), option: option) }
    }
    #expect(
      problem(.pod("trainer-9"), "--pod")?.description
        == "--pod: error: the run has no 'trainer-9'; did you mean 'trainer-0'?")
    #expect(
      problem(.job("nothing-like-it"), "--job")?.description
        == "--job: error: the run has no 'nothing-like-it'; it has trainer-0")
    guard case .noSuch? = problem(.slowestRequest(accountClass: "kubelet PATCH node"), "--request")
    else {
      Issue.record("not refused")
      return
    }
  }

  /// Slices of CPU time and the like become one row for each part; what repeats twice stays.
  @Test func folding() {
    func steps(_ words: [String]) -> [ToldLife.Step] {
      words.enumerated().map {
        ToldLife.Step(
          startSeconds: Double($0.offset), seconds: 1, what: $0.element, phase: nil, resource: nil,
          event: "")
      }
    }
    let folded = FoldedStep.fold(steps(["a", "b", "c", "b", "c", "b", "c", "d", "e", "d", "e"]))
    #expect(folded.map(\.what) == ["a", "b", "c", "d", "e", "d", "e"])
    #expect(folded.map(\.times) == [1, 3, 3, 1, 1, 1, 1])
    #expect(folded.map(\.seconds) == [1, 3, 3, 1, 1, 1, 1])
    #expect(folded.map(\.startSeconds) == [0, 1, 2, 7, 8, 9, 10])
  }
}
