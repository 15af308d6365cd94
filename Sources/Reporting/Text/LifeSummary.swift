// SPDX-License-Identifier: Apache-2.0
package import Experiments
import Foundation
import Measurement
package import Scenario

/// One life, for people and for machines.
package struct LifeSummary {
  private let life: ToldLife

  package init(_ life: ToldLife) { self.life = life }

  // MARK: For people

  package func text() -> String {
    var table = TextTable([.right, .right, .right, .left, .left])
    table.add(["at", "took", "share"])
    for step in FoldedStep.fold(life.steps) {
      table.add([
        Self.moment(step.startSeconds), QuantityText.text(step.seconds, in: .seconds),
        life.share(from: step.startSeconds, step.seconds).map(Self.percent) ?? "",
        step.phase?.rawValue ?? "", step.what + (step.times > 1 ? " (\(step.times) times)" : ""),
      ])
    }
    return ([head, ""] + table.lines(indent: "  ") + ["", sums]).joined(separator: "\n")
  }

  private var head: String {
    let until =
      switch life.kind {
      case .request: "from the client's wish to its answer"
      case .pod: "from being asked for to being seen running"
      case .job: "from its submission to its end"
      }
    let took =
      life.wholeSeconds.map { QuantityText.text($0, in: .seconds) + " " + until }
      ?? (life.endedSeconds == nil ? "not through when the run ended" : "ended before it ran")
    return "\(life.kind.rawValue) \(life.name): \(took)"
      + (life.outcome.map { "; \($0)" } ?? "") + " (seed \(life.seed))"
  }

  private var sums: String {
    func sum(_ phase: AccountPhase?) -> String {
      let sum = life.sum(of: phase)
      return QuantityText.text(sum, in: .seconds)
        + (life.share(from: life.beganSeconds, sum).map { " (\(Self.percent($0)))" } ?? "")
    }
    return "in all: waiting \(sum(.waiting)), service \(sum(.service)), other \(sum(nil))"
  }

  /// To the microsecond, so that steps can be told apart.
  private static func moment(_ seconds: Double) -> String { String(format: "%.6f s", seconds) }

  private static func percent(_ share: Double) -> String {
    QuantityText.number((share * 1_000).rounded() / 10) + "%"
  }

  // MARK: For machines

  package var json: JSONValue {
    .object([
      "orrery": .integer(ResultDocument.version), "kind": .string(life.kind.rawValue),
      "name": .string(life.name), "seed": .string(String(life.seed)),
      "fingerprint": .string(life.fingerprint.hexadecimal),
      "beganSeconds": .number(life.beganSeconds),
      "readySeconds": .optional(life.readySeconds),
      "endedSeconds": .optional(life.endedSeconds),
      "outcome": life.outcome.map { .string($0) } ?? .null,
      "steps": .array(
        life.steps.map { step in
          .object([
            "startSeconds": .number(step.startSeconds), "seconds": .number(step.seconds),
            "share": .optional(life.share(from: step.startSeconds, step.seconds)),
            "phase": step.phase.map { .string($0.rawValue) } ?? .null,
            "resource": step.resource.map { .string($0) } ?? .null,
            "what": .string(step.what), "endedBy": .string(step.event),
          ])
        }),
    ])
  }
}
