// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Scenario

/// The words that a scenario's author gets to read, as they are.
@Suite("Wording of diagnostics")
struct DiagnosticTests {
  @Test("everything that is wrong with a file is told at once")
  func together() {
    let text = """
      orrery: 1
      titel: x
      site:
        bays:
          - { name: a, count: 2, tank: mian, wax: {}, arrivals: 400, service: 'lognorml(median: 1s)' }
          - name: b
            count: -3
            open: yes
            limit: 0
            wax: { amount: .nan }
            shampoo: {}
            prices: [1, x]
          - { name: a, count: 1, wax: {} }
          - { count: 1, wax: {} }
          - none
        shop: { cofee: 1 }
        shifts: [{ at: 1hh, people: 3 }, { people: }]
      tanks: { main: { size: 2GB, leak: 150%, inflow: [1] } }
      run: { duration: 1m, warmUp: 2m, replications: 1e99 }
      sweep: { site.bays.c.count: [1], site.bays.a.count: [1, 5000], opening: 1h, queueing: [] }
      variants: { x: { tanks.main.sizee: 1GiB, queueing: shortest-jb }, base: {} }
      calibrated: [{ key: opning, because: y }, { key: opening }]
      expect: [{ id: e, that: 1 < }, { that: p99(x) > 1, class: T5 }]
      """
    #expect(
      findings(text)
        == """
        wash.yaml:2:1: error: unknown key 'titel' at the top level (did you mean 'title'?)
        wash.yaml:5:34: error: tank: there is no 'mian' in 'tanks' (did you mean 'main'?)
        wash.yaml:5:59: error: arrivals: '400' has no unit; expected a rate such as 30/s or 5/min (did you mean '400/s'?)
        wash.yaml:5:73: error: service: there is no distribution 'lognorml' (did you mean 'lognormal'?)
        wash.yaml:7:14: error: count: -3 is outside 1 to 1000
        wash.yaml:8:13: error: open: 'yes' is not true or false (did you mean 'true'?)
        wash.yaml:9:14: error: limit: 0 is outside 1 to 100
        wash.yaml:10:7: error: 'shampoo' and 'wax' exclude each other in site.bays.b; expected exactly one of 'shampoo' or 'wax'
        wash.yaml:10:22: error: amount: '.nan' is not a finite number; expected a number such as 1.5
        wash.yaml:12:19: error: prices: 'x' is not a number; expected a number such as 1.5
        wash.yaml:13:15: error: the name 'a' is here twice in site.bays
        wash.yaml:14:7: error: key 'name' is missing in site.bays
        wash.yaml:15:7: error: found 'none'; expected a section with a name
        wash.yaml:16:11: error: unknown key 'cofee' in site.shop (did you mean 'coffee'?)
        wash.yaml:17:18: error: at: 'hh' in '1hh' is not a unit (did you mean 'h'?)
        wash.yaml:17:36: error: key 'at' is missing in site.shifts.1
        wash.yaml:17:38: error: 'people' has no value
        wash.yaml:18:24: warning: '2GB' is 2000000000 bytes (did you mean '2GiB'?)
        wash.yaml:18:35: error: leak: 150% is outside 0 to 1
        wash.yaml:18:49: error: inflow: found a list; expected a throughput such as 200MB/s or 25Gbps
        wash.yaml:19:30: error: the warm-up of 2m leaves nothing of 1m
        wash.yaml:19:48: error: replications: '1e99' is not a whole number; expected a whole number such as 3
        wash.yaml:20:20: error: 'site.bays.c.count': there is no 'c' in site.bays; expected one of a, b, a
        wash.yaml:20:57: error: count: 5000 is outside 1 to 1000
        wash.yaml:20:73: error: found '1h'; expected a list of values
        wash.yaml:20:87: error: the sweep over 'queueing' has no values; expected a list of values
        wash.yaml:21:29: error: 'tanks.main.sizee': there is no 'sizee' in tanks.main (did you mean 'size'?)
        wash.yaml:21:52: error: queueing: 'shortest-jb' is not a choice (did you mean 'shortest-job'?)
        wash.yaml:21:67: error: 'base' is the scenario as written and cannot be redefined
        wash.yaml:22:21: error: 'opning': there is no 'opning' at the top level (did you mean 'opening'?)
        wash.yaml:22:43: error: key 'because' is missing in calibrated.1
        wash.yaml:23:10: error: key 'class' is missing in expect.0
        wash.yaml:23:28: error: unexpected end; expected a number, a metric in an aggregate, or '('
        wash.yaml:23:32: error: key 'id' is missing in expect.1
        wash.yaml:23:59: error: class: 'T5' is not a choice; expected one of T1, T2, T3, T4
        """)
  }

  @Test("a rule across knobs is told where the knob is")
  func rule() {
    #expect(
      findings(
        "orrery: 1\ntanks: {main: {}}\nsite: { bays: [{ name: a, count: 9, limit: 3, wax: {} }] }\n"
      )
        == "wash.yaml:3:44: error: a queue of 3 is shorter than 9 bays (raise the limit)")
  }

  @Test("control characters cannot break the line")
  func printable() {
    let found = findings("orrery: 1\n\"a\\n\\e[31mb\": 1\n")
    #expect(found.hasPrefix("wash.yaml:2:1: error: unknown key 'a\\u{a}\\u{1b}[31mb'"), "\(found)")
  }

  @Test("axes of a sweep must not set the same thing twice")
  func overlap() {
    #expect(
      findings(
        "orrery: 1\ntanks: {main: {}}\nsweep: { tanks.main: [{ leak: 1% }], tanks.main.leak: [1%] }\n"
      )
        == "wash.yaml:3:38: error: 'tanks.main' and 'tanks.main.leak' set the same thing")
  }

  @Test("a value with a colon in it gets a hint, as the parser has none")
  func yamlHints() {
    #expect(
      findings("orrery: 1\ntitle: a: b\n")
        == "wash.yaml:2:9: error: not YAML: mapping values are not allowed in this context (a value that holds a colon and a space, or a comma, needs quotes)"
    )
  }

  @Test("every diagnostic has a code, and the codes are unique names")
  func codes() {
    let place = SourceLocation(file: "f", line: 1, column: 2)
    let warning = Diagnostic(
      .warning, .suspiciousUnit(found: "2GB", means: "2000000000 bytes", customary: "2GiB"),
      at: place)
    #expect(warning.code == "suspicious-unit")
    #expect(
      warning.json
        == .object([
          "severity": "warning", "code": "suspicious-unit", "file": "f", "line": 1, "column": 2,
          "message": "'2GB' is 2000000000 bytes", "expected": nil,
          "hint": "did you mean '2GiB'?",
        ]))
  }
}
