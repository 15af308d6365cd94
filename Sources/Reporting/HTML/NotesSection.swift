// SPDX-License-Identifier: Apache-2.0
import Experiments
import Measurement

/// What has to be known before a number is believed.
struct NotesSection {
  let points: [ReportPoint]

  var calibrated: HTML {
    var table = HTMLTable(["input", "because"])
    var seen: Set<SavedResult.Calibrated> = []
    for value in points.flatMap(\.result.calibrated) where seen.insert(value).inserted {
      table.add(["<code>\(value.key)</code>", "\(value.because)"])
    }
    guard table.rowCount > 0 else { return "<p>The scenario names no calibrated inputs.</p>" }
    return """
      <p>Chosen, because nobody has published them; what follows from them is no prediction.</p>
      \(table.html)
      """
  }

  /// Those that had no influence in any point.
  var unusedKnobs: HTML {
    let knobs = points[0].result.unusedKnobs.filter { knob in
      points.allSatisfy { $0.result.unusedKnobs.contains(knob) }
    }
    guard !knobs.isEmpty else { return "<p>Every stated value came into play.</p>" }
    let items: [HTML] = knobs.map { "<li><code>\($0)</code></li>\n" }
    return "<p>Stated, but their mechanism never came into play:</p>\n<ul>\(items)</ul>"
  }

  var warnings: HTML {
    var lines: [String] = []
    for warning in points.flatMap(\.result.warnings) where !lines.contains(warning) {
      lines.append(warning)
    }
    let items: [HTML] = lines.map { "<li>\($0)</li>\n" }
    return items.isEmpty ? "<p>None.</p>" : "<ul>\(items)</ul>"
  }

  var fidelity: HTML {
    """
    <p>Everything here is simulated: no real component ran. Queues, limits, retries and \
    the costs of requests are modelled one event at a time; constants of the components were \
    measured or taken from documents, and each value above names its source. The page \
    <i>Fidelity</i> of the documentation says part by part what is modelled, what is \
    approximated and what is absent. A number an input was chosen for is called <i>fitted</i> and \
    never <i>met</i>. Charts over time show the first replication; tables pool all of them.</p>
    \(runs)
    """
  }

  /// What was run, and what it cost.
  private var runs: HTML {
    var table = HTMLTable([
      "point", "replications", "simulated", "warm-up", "fingerprint", "events", "CPU time",
    ])
    for point in points {
      let result = point.result
      table.add([
        "\(point.name)", "\(result.replications)",
        "\(QuantityText.text(result.simulatedSeconds, in: .seconds))",
        "\(QuantityText.text(result.warmUpSeconds, in: .seconds))",
        "<code>\(result.fingerprint)</code>",
        "\(QuantityText.number(Double(result.engine.events)))",
        "\(QuantityText.text(result.engine.cpuSeconds, in: .seconds))",
      ])
    }
    return table.html
  }
}
