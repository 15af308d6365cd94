// SPDX-License-Identifier: Apache-2.0

/// Valid texts to start from, and words to throw in.
enum FuzzCorpus {
  static let scenarios = [
    """
    orrery: 1
    title: "A scenario of everything"
    description: |
      Two lines
      of text.
    source: { post: "A post", experiment: X-01, url: "https://example.org/a?b=c" }
    extends: [small, large]
    size: 512MiB
    colour: green
    names: [a, "b c", no, 123]
    labels: { x: 50%, "y.z": 0.25 }
    limit: 3
    parts:
      - name: first
        wait: 'lognormal(median: 0.3ms, sigma: 0.5)'
        disk: main
        link: 10Gbps
      - { name: "se.cond", rate: 5/min, timeout: 1h30m, on: false, left: 3 }
    disks:
      main: { timeout: 5s, weight: 2.5 }
      other/one: { wait: { gamma: { shape: 2, scale: 10ms } } }
    steps:
      - { batch: 'uniform(low: 1, high: 4)' }
      - {}
    extra: ~
    run:
      duration: 1h
      warmUp: 10m
      seed: 7
      replications: 3
      quick: { duration: 5m, warmUp: 1m, set: { parts.first.weight: 1 } }
      long: { replications: 9, sweep: { size: [1GiB, 4GiB] } }
    sweep: { size: [1GiB, 2GiB], disks.main.weight: [1, 2] }
    variants:
      ssd: { title: "Fast", disks.main.timeout: 1s, parts."se.cond".rate: 30/s }
      nested: { disks: { main: { weight: 3 }, third: { on: true } }, limit: ~ }
    calibrated:
      - { key: disks.main.weight, because: "not published", variants: [ssd] }
    expect:
      - id: one
        that: p99(request_seconds{verb=get}) / variant(ssd) > 5
        class: T4
        because: "only a direction"
      - { id: two, that: "exponent(mean(request_seconds), over: size) ~ 2 within 10%",
          class: T2, variants: [base, ssd], published: "quadratic" }
    """,
    """
    orrery: 1
    extends: small
    parts: &parts
      - &first { name: a, weight: 1 }
      - <<: *first
        name: b
    steps: [ { timeout: 0 }, { timeout: 250ms } ]
    """,
    "orrery: 1\r\nsize: 2GiB\r\nlimit:   9 # comment\r\n",
  ]

  static let profiles = [
    "small": "orrery: 1\nsize: 1MiB\ndisks: { main: { weight: 1 } }\n",
    "large": "orrery: 1\nextends: small\nsize: 1TiB\nparts: [ { name: first, weight: 9 } ]\n",
    "circle": "orrery: 1\nextends: circle\n",
    "broken": "orrery: 1\nsize: [\n",
  ]

  static let metrics = [
    MetricDescription(name: "request_seconds", unit: .seconds, labels: ["verb"]),
    MetricDescription(name: "busy_ratio", unit: .ratio, range: 0...1),
  ]

  static let tokens = [
    "orrery: 1\n", "extends: circle\n", "extends: broken\n", "sweep: ", "variants: ", "expect: ",
    "&a ", "*a ", "*first", "<<: ", "? ", ": ", "- ", "\n", "\n  ", "\t", "{", "}", "[", "]", ",",
    "'", "\"", "|", ">", "#", "---\n", "...", "~", "null", ".nan", ".inf", "-1", "1e400",
    "99999999999999999999", "2GB", "1_000", "!!int ", "!x ", "%YAML 1.2\n", "\u{FEFF}", "é",
    "\u{0}", "name: first\n", "disks.main.weight", "parts.first.", "\"", "size: ", "100%", "=",
  ]

  static let values = [
    "512MiB", "2GB", "300B", "1.5KiB", "0", "25Gbps", "10MB/s", "0.5 MiB/s", "30/s", "5/min",
    "0.1/h", "2/d", "50%", "0.25", "1e-3", "250ms", "1h30m", "1.5s", "-3m", "0.001us", "7d",
    "lognormal(median: 0.3ms, sigma: 0.5)", "exponential(mean=10ms)", "uniform(1s, 2s)",
    "mixture(weight: 0.9, of: constant(1ms), and: pareto(minimum: 1ms, shape: 1.5))",
    "uniform(low: 1, high: 4)", "gamma(shape: 2, scale: 3)", "800", "-1", "3.25", "1e9",
  ]

  static let unitTokens = [
    "GiB", "MB", "B", "Gbps", "/s", "/min", "%", "ms", "h", "d", "µs", ".", "-", "e", "E", "+",
    "99999999999999999999", "0.0000000000000000001", "(", ")", ",", ":", "=", " ", "nan", "inf",
    "lognormal(", "median: ", "empirical(file: /nowhere, column: x)", "é", "\u{0}", "\u{301}",
  ]

  static let expectations = [
    "p99(request_seconds{operation=update}) / variant(ssd) > 5",
    "1 < mean(a) <= 3ms and max(b{x!=\"y,z\"}) ~ 10GiB within factor 1.2",
    "percentile(a, 99.5) in [10ms, 2h]",
    "exponent(p50(a) - 2 * p50(b), over: cluster.pools.gpu.count, where: count(a) > 10) < 2",
    "knee(p99(a) > 100ms, over: cluster.pools.\"a.b\".count) > 400",
    "at(x.count=800, rate(c_total)) == max(1/s, -3, abs(value(d)))",
    "first(a > 0) < first(b{verb=list})",
    "-(peak(q) + sum(r)) * 3 >= variant(ssd, min(a) / 50%)",
  ]

  static let expectTokens = [
    "p99(", "mean(", "max(", "variant(", "variant(ssd)", "exponent(", "linearity(", "over: ",
    "where: ",
    "knee(", "at(", "first(", "abs(", "(", ")", "{", "}", "[", "]", ",", "=", "==", "!=", "<=",
    "<", "~", " in ", " and ", "within ", "factor ", "%", "10ms", "1e400", "5/min", "-", "+", "*",
    "/", "\"", "\\", "a", "_", ":", "é", "\u{0}", "99999999999999999999",
  ]
}
