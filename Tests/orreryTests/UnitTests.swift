// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import orrery

@Suite struct WordingTests {
  @Test(arguments: [
    (0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567"),
    (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func digitsAreGrouped(number: Int, text: String) {
    #expect(Wording.grouped(number) == text)
  }

  @Test(arguments: [
    (0, "0 s"), (0.000_35, "350 us"), (0.0123, "12.3 ms"), (4.56, "4.56 s"), (125, "2 min 5 s"),
    (12_000, "3 h 20 min"), (.infinity, "-"),
  ])
  func timesAreReadable(seconds: Double, text: String) {
    #expect(Wording.duration(seconds: seconds) == text)
  }
}

@Suite struct ScenarioPathsTests {
  @Test(arguments: [
    ("Scenarios/openai-2500/etcd.yaml", "openai-2500/etcd"),
    ("/srv/Scenarios/one.yml", "one"), ("mine.yaml", "mine"), ("a/b/c.d.yaml", "c.d"),
    (".yaml", ".yaml"), ("Scenarios", "Scenarios"),
  ])
  func namesOfScenarios(file: String, name: String) {
    #expect(ScenarioPaths.name(of: file) == name)
  }
}

@Suite struct HeapAllocationsTests {
  /// The last line that valgrind 3.19 prints.
  @Test func valgrindsReportIsUnderstood() {
    let report = """
      ==1== HEAP SUMMARY:
      ==1==     in use at exit: 472,648 bytes in 6,163 blocks
      ==1==   total heap usage: 12,345 allocs, 6,182 frees, 1,048,576 bytes allocated
      """
    #expect(HeapAllocations.allocations(in: report) == 12_345)
    #expect(HeapAllocations.allocations(in: "valgrind: cannot start") == nil)
  }
}

@Suite struct HeapUseTests {
  /// A gibibyte, no page of which is touched, is seen, and seen to go. It is that large because other
  /// tests of the same process allocate meanwhile.
  @Test func growthIsMeasured() throws {
    let before = try #require(HeapUse.bytes)
    var block: UnsafeMutableRawPointer? = .allocate(byteCount: 1 << 30, alignment: 16)
    let during = try #require(HeapUse.bytes)
    #expect(abs(during - before - (1 << 30)) < 1 << 28)
    block?.deallocate()
    block = nil
    let after = try #require(HeapUse.bytes)
    #expect(abs(after - before) < 1 << 28)
  }
}
