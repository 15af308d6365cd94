// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Stochastics

@Suite struct EmpiricalSampleTests {
  /// numpy.quantile([3, 1, 4, 1.5, 9], ...), whose default is type 7.
  @Test(arguments: zip([0, 0.1, 0.25, 0.6, 0.99, 1], [1, 1.2, 1.5, 3.4, 8.8, 9]))
  func quantilesAgreeWithNumPy(p: Double, expected: Double) throws {
    let sample = try EmpiricalSample([3, 1, 4, 1.5, 9])
    #expect(abs(sample.quantile(p) - expected) < 1e-12)
    #expect(abs(sample.cdf(sample.quantile(p)) - p) < 1e-12)
  }

  @Test func equalWeightsChangeNothing() throws {
    let plain = try EmpiricalSample([3, 1, 4, 1.5, 9])
    #expect(try EmpiricalSample([3, 1, 4, 1.5, 9], weights: [2, 2, 2, 2, 2]) == plain)
  }

  @Test func weightsPlaceValuesAtTheMiddleOfTheirShare() throws {
    // Shares 1, 2, 5: middles 0.5, 2, 5.5; stretched to 0, 0.3, 1. A zero weight drops its value.
    let sample = try EmpiricalSample([20, 10, 99, 50], weights: [2, 1, 0, 5])
    #expect(sample.values == [10, 20, 50])
    #expect(sample.quantile(0) == 10)
    #expect(abs(sample.quantile(0.15) - 15) < 1e-12)
    #expect(abs(sample.quantile(0.3) - 20) < 1e-12)
    #expect(abs(sample.quantile(0.65) - 35) < 1e-12)
    #expect(sample.quantile(1) == 50)
    // Mean of the straight pieces: 0.3 * 15 + 0.7 * 35.
    #expect(abs(sample.mean - 29) < 1e-12)
  }

  @Test func negligibleWeightsDoNoHarm() throws {
    // Beside a weight of one the others vanish in rounding and share a position.
    let sample = try EmpiricalSample([1, 2, 3], weights: [1, 1e-20, 1e-20])
    #expect(sample.quantile(0) == 1)
    #expect((1...3).contains(sample.quantile(0.999)))
    #expect(sample.quantile(1) == 3)
    #expect(sample.mean.isFinite && sample.variance.isFinite)
  }

  @Test func repeatedValuesKeepTheirProbability() throws {
    // Five values, three of them 2: the inverse is flat from 1/4 to 3/4.
    let sample = try EmpiricalSample([1, 2, 2, 2, 3])
    #expect(sample.cdf(2) == 0.75)
    #expect(sample.cdf(1.999999) < 0.25)
    var stream = RandomStream(seed: 1, name: "ties")
    let twos = (0..<10_000).count { _ in sample.quantile(stream.nextUnit()) == 2 }
    #expect(abs(Double(twos) - 5000) < 4 * 50)
  }

  @Test func momentsAreThoseOfTheInterpolation() throws {
    // Uniform on [0, 1] in 11 values: mean 1/2, variance 1/12.
    let uniform = try EmpiricalSample((0...10).map { Double($0) / 10 })
    #expect(abs(uniform.mean - 0.5) < 1e-15)
    #expect(abs(uniform.variance - 1.0 / 12) < 1e-15)
    // Any sample: against its own draws.
    let sample = try EmpiricalSample([1, 4, 4, 7, 30], weights: [1, 2, 3, 1, 0.5])
    var stream = RandomStream(seed: 2, name: "moments")
    let draws = Moments((0..<20_000).map { _ in sample.quantile(stream.nextUnit()) })
    #expect(abs(draws.mean - sample.mean) < 4 * draws.standardError)
    #expect(abs(draws.variance / sample.variance - 1) < 0.1)
  }

  @Test(
    arguments: [
      ([], nil, "the sample is empty"),
      ([1, -2], nil, "value 2 of the sample is -2.0; each must be a finite number, zero or above"),
      ([.nan], nil, "value 1 of the sample is nan; each must be a finite number, zero or above"),
      ([1, 2], [1], "the sample has 2 values but 1 weights"),
      ([1, 2], [1, -1], "weight 2 of the sample must be a finite number, zero or above"),
      ([1, 2], [0, 0], "all weights of the sample are zero"),
    ] as [([Double], [Double]?, String)])
  func unusableSamplesAreExplained(values: [Double], weights: [Double]?, message: String) {
    let error = #expect(throws: DistributionError.self) {
      if let weights {
        _ = try EmpiricalSample(values, weights: weights)
      } else {
        _ = try EmpiricalSample(values)
      }
    }
    #expect(error?.description == message)
  }
}

@Suite struct EmpiricalSampleCSVTests {
  @Test(arguments: [
    "ms\n3\n1\n2\n", "ms\n3\n1\n2", "ms\r\n3\r\n1\r\n2\r\n", "\u{FEFF}ms\n3\n1\n2\n",
    "id,ms\na,3\nb,1\nc,2\n", "ms , note\n 3 ,x\n1,\n\n2,\"y\"\n",
    "\"ms\",note\n\"3\",\"a, b\"\n\"1\",\"two\nlines\"\n2,\"say \"\"hi\"\"\"\n",
    "note,ms\n,3e0\n,1.0\n,0.2e1",
  ])
  func readsAColumn(text: String) throws {
    #expect(try EmpiricalSample(csv: text, column: "ms").values == [1, 2, 3])
  }

  @Test(
    arguments: [
      ("", nil, "the CSV text is empty; its first line must name the columns"),
      ("id,ms\n", nil, "the CSV text has a header but no values"),
      ("id,sm\n1,2\n", 1, "there is no column ms; there are id, sm"),
      ("id,mss\n1,2\n", 1, "there is no column ms; did you mean mss?"),
      ("id,ms\n1,2\n3\n", 3, "line 3 has 1 fields where the header has 2"),
      ("id,ms\n1,2,3\n", 2, "line 2 has 3 fields where the header has 2"),
      ("id,ms\n1,2\n3,fast\n", 3, "line 3: ms is \"fast\", which is not a finite number"),
      ("id,ms\n1,\n", 2, "line 2: ms is \"\", which is not a finite number"),
      ("ms\n1\nnan\n", 3, "line 3: ms is \"nan\", which is not a finite number"),
      ("ms\n-0.5\n", 2, "line 2: ms is -0.5, but must not be negative"),
      ("id,ms\n\"1\n2\n,3\n", 2, "line 2: the quote is never closed"),
      (
        "id,ms\na\"b,3\n", 2,
        "line 2: a field with quotes must be quoted as a whole, its inner quotes doubled"
      ),
      (
        "id,ms\n\"a\"b,3\n", 2,
        "line 2: a field with quotes must be quoted as a whole, its inner quotes doubled"
      ),
      // A line break inside quotes counts.
      ("id,ms\n\"a\nb\",1\nc,x\n", 4, "line 4: ms is \"x\", which is not a finite number"),
    ] as [(String, Int?, String)])
  func malformedTextIsExplained(text: String, line: Int?, message: String) {
    let error = #expect(throws: CSVError.self) {
      try EmpiricalSample(csv: text, column: "ms")
    }
    #expect(error?.description == message)
    #expect(error?.line == line)
  }
}
