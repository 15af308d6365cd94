// SPDX-License-Identifier: Apache-2.0
package import Measurement

/// Steps of a life for people: what repeats again and again (slices of CPU time, stretches of training
/// between saves) is one row for each of the parts that repeat.
package struct FoldedStep: Sendable, Hashable {
  /// Of the first.
  package let startSeconds: Double
  /// Over all times.
  package let seconds: Double
  package let times: Int
  package let what: String
  package let phase: AccountPhase?

  /// Patterns of at most so many steps are looked for.
  private static let longestPattern = 4
  /// What happens less often is told each time.
  private static let fewestTimes = 3

  package static func fold(_ steps: [ToldLife.Step]) -> [FoldedStep] {
    var folded: [FoldedStep] = []
    var index = 0
    while index < steps.count {
      let (length, times) = pattern(steps, at: index)
      for offset in 0..<length {
        let members = (0..<times).map { steps[index + offset + $0 * length] }
        folded.append(
          FoldedStep(
            startSeconds: members[0].startSeconds,
            seconds: members.reduce(0) { $0 + $1.seconds }, times: times,
            what: members[0].what, phase: members[0].phase))
      }
      index += length * times
    }
    return folded
  }

  /// The shortest pattern that repeats from here on, and how often; one step once if none does.
  private static func pattern(_ steps: [ToldLife.Step], at index: Int) -> (length: Int, times: Int)
  {
    for length in 1...longestPattern where index + length * fewestTimes <= steps.count {
      var end = index + length
      while end < steps.count, steps[end].what == steps[end - length].what { end += 1 }
      let times = (end - index) / length
      if times >= fewestTimes { return (length, times) }
    }
    return (1, 1)
  }
}
