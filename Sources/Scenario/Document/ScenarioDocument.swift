// SPDX-License-Identifier: Apache-2.0

/// A scenario that was read and checked: what it says, and the points there are to run.
package struct ScenarioDocument: Sendable {
  /// More points than this are a slip.
  static let mostPoints = 100_000
  /// Of a longer axis only the first values are checked while loading.
  static let mostCheckedValues = 100

  /// The path it was read from.
  package let file: String
  package let title: String?
  package let description: String?
  package let source: ExperimentSource?
  /// Without the base.
  package let variants: [Variant]
  /// The axes of the sweep at full size.
  package let sweep: [SweepAxis]
  package let calibrated: [CalibratedValue]
  package let expectations: [Expectation]
  /// Whose figures are told besides those of the expectations; nothing is judged on them.
  package private(set) var asked: [Expectation] = []
  /// Oddities that do not keep the scenario from running.
  package private(set) var warnings: [Diagnostic] = []

  let tree: ScenarioNode
  let root: ScenarioRoot
  private let metrics: MetricCatalogue
  private let tiers: [Tier: TierOverrides]

  /// What a tier changes.
  struct TierOverrides: Sendable {
    var assignments: [Assignment] = []
    var axes: [SweepAxis] = []
  }

  init(
    tree: ScenarioNode, file: String, root: ScenarioRoot, metrics: MetricCatalogue
  ) throws(ScenarioError) {
    let session = ReadingSession(root: tree)
    let header = root.header(of: tree, session: session)
    let variation = VariationReader(root: root.declaration, tree: tree, session: session)
    self.file = file
    self.tree = tree
    self.root = root
    self.metrics = metrics
    title = header.title
    description = header.description
    source = header.source
    calibrated = header.calibrated
    variants = header.variants.map(variation.variants) ?? []
    sweep = header.sweep.map(variation.axes) ?? []
    tiers = Self.tiers(of: header.run, variation: variation)
    Self.check(header.calibrated, variants: variants, variation: variation)
    let vocabulary = ExpectVocabulary(
      metrics: metrics, variants: variants.map(\.name), sweep: sweep)
    expectations = ExpectReader(vocabulary: vocabulary, session: session).read(header.expect)
    try checkAll(session)
  }

  private static func tiers(
    of run: RunDeclaration, variation: VariationReader
  ) -> [Tier: TierOverrides] {
    var tiers: [Tier: TierOverrides] = [:]
    for (tier, block) in [(Tier.quick, run.quick), (.long, run.long)] {
      guard let block else { continue }
      tiers[tier] = TierOverrides(
        assignments: block.set.map { entry in
          variation.assignments(in: entry) { .tier(tier.rawValue, $0) }
        } ?? [],
        axes: block.sweep.map(variation.axes) ?? [])
    }
    return tiers
  }

  private static func check(
    _ calibrated: [CalibratedValue], variants: [Variant], variation: VariationReader
  ) {
    let names = [Variant.base] + variants.map(\.name)
    for value in calibrated {
      if !value.key.isEmpty { _ = variation.path(value.key, at: value.location) }
      for name in value.variants where !names.contains(name) {
        variation.session.report(
          .unknownVariant(name, nearest: NearestName.of(name, among: names), known: names),
          at: value.location)
      }
    }
  }

  /// Reads the model for its findings: the base, and each variant, tier and value of an axis by
  /// itself. Combinations of them are read when they are run.
  private mutating func checkAll(_ session: ReadingSession) throws(ScenarioError) {
    func check(_ assignments: [Assignment]) {
      let changed = applying(assignments)
      let reading = ReadingSession(root: changed)
      root.check(changed, session: reading)
      if assignments.contains(where: { $0.path.elements.first == "run" }) {
        _ = root.header(of: changed, session: reading)
      }
      for diagnostic in reading.diagnostics { session.report(diagnostic) }
    }
    check([])
    for variant in variants { check(variant.assignments) }
    for tier in Tier.allCases {
      guard let overrides = tiers[tier] else { continue }
      if !overrides.assignments.isEmpty { check(overrides.assignments) }
      for axis in overrides.axes { checkAxis(axis) }
    }
    for axis in sweep { checkAxis(axis) }
    func checkAxis(_ axis: SweepAxis) {
      for value in axis.values.prefix(Self.mostCheckedValues) {
        check([Assignment(path: axis.path, value: value)])
      }
    }
    let findings = session.diagnostics.inFileOrder(startingWith: file)
    guard !findings.contains(where: { $0.severity == .error }) else {
      throw ScenarioError(findings)
    }
    warnings = findings
  }

  /// The scenario with values laid over it, in order.
  private func applying(_ assignments: [Assignment]) -> ScenarioNode {
    assignments.reduce(tree) { $0.assigning($1.value, at: $1.path, from: root.declaration) }
  }
}

extension ScenarioDocument {
  /// The same, telling some figures more, such as `p99(etcd_request_duration_seconds)`.
  package func asking(_ figures: [String]) throws(ScenarioError) -> ScenarioDocument {
    var document = self
    document.asked += try objectives(
      figures.map { "\($0) > 0" }, on: [Variant.base], shownAs: figures.map { "--figure '\($0)'" })
    return document
  }

  /// Reads comparisons from the command line, such as `p99(etcd_request_duration_seconds) < 100ms`.
  ///
  /// - Parameters:
  ///   - variants: those on which they are judged.
  ///   - places: what diagnostics call them.
  package func objectives(
    _ texts: [String], on variants: [String], shownAs places: [String]? = nil
  ) throws(ScenarioError) -> [Expectation] {
    let session = ReadingSession(root: tree)
    let vocabulary = ExpectVocabulary(
      metrics: metrics, variants: self.variants.map(\.name), sweep: sweep)
    let objectives = texts.enumerated().compactMap { index, text -> Expectation? in
      // A bound that somebody sets for himself is no published number.
      var parser = ExpectParser(text, class: .t4, vocabulary: vocabulary)
      let expression = parser.parse()
      let place = SourceLocation(file: places?[index] ?? "--objective '\(text)'")
      for problem in parser.problems { session.report(.expectation(problem.fault), at: place) }
      return expression.map {
        Expectation(
          id: text, experiment: nil, that: $0, text: text, published: nil, toleranceClass: .t4,
          because: nil, variants: variants, isFitted: false, fittedBecause: nil, location: place)
      }
    }
    guard session.diagnostics.isEmpty else { throw ScenarioError(session.diagnostics) }
    return objectives
  }

  /// The points to run: every variant at every point of the sweep, variants in file order with the
  /// base first, the last axis fastest.
  ///
  /// What is stated later wins: the scenario, the tier, the variant, the sweep, the command line.
  /// An axis whose path (or a path above it) is set on the command line is not swept.
  ///
  /// - Parameters:
  ///   - overrides: texts of `--set`, such as `cluster.nodePools.gpu.count=800`.
  ///   - names: the variants to run; nil for all of them.
  ///   - varied: further axes; one with the path of an axis of the scenario replaces it.
  ///   - isZipped: the varied axes go on together, the shortest says how far, instead of all
  ///     combinations.
  package func points(
    tier: Tier = .full, overrides: [String] = [], variants names: [String]? = nil,
    varying varied: [VariedAxis] = [], zipped isZipped: Bool = false
  ) throws(ScenarioError) -> [ScenarioPoint] {
    let session = ReadingSession(root: tree)
    let reader = VariationReader(root: root.declaration, tree: tree, session: session)
    let set = overrides.compactMap(reader.commandLine)
    let chosen = chosenVariants(names, session: session)
    let added = varied.compactMap(reader.axis)
    let axes = axes(for: tier).filter { axis in
      !set.contains { $0.path.isPrefix(of: axis.path) }
        && !added.contains { $0.path.isPrefix(of: axis.path) }
    }
    let own = isZipped ? axes : axes + added
    let together = isZipped && !added.isEmpty ? Self.zipped(added) : [[]]
    let count = own.reduce(chosen.count * max(1, together.count)) { product, axis in
      product.multipliedReportingOverflow(by: axis.values.count).overflow
        ? Int.max : product * axis.values.count
    }
    if count > Self.mostPoints {
      session.report(
        .tooManyPoints(count: count, limit: Self.mostPoints), at: SourceLocation(file: file))
    }
    guard session.diagnostics.isEmpty else { throw ScenarioError(session.diagnostics) }
    var points: [ScenarioPoint] = []
    points.reserveCapacity(count)
    let overlay = tiers[tier]?.assignments ?? []
    for variant in chosen {
      for coordinates in Self.product(of: own).flatMap({ first in together.map { first + $0 } }) {
        points.append(
          try point(
            variant: variant, coordinates: coordinates, tier: tier,
            assignments: overlay + variant.assignments + coordinates + set))
      }
    }
    return points
  }

  private func chosenVariants(_ names: [String]?, session: ReadingSession) -> [Variant] {
    let all = [Variant(name: Variant.base, title: nil, assignments: [])] + variants
    guard let names else { return all }
    let known = all.map(\.name)
    for name in names where !known.contains(name) {
      session.report(
        .unknownVariant(name, nearest: NearestName.of(name, among: known), known: known),
        at: SourceLocation(file: "--variant \(name)"))
    }
    return all.filter { names.contains($0.name) }
  }

  /// The sweep's axes, with the values of the tier where it has other ones.
  private func axes(for tier: Tier) -> [SweepAxis] {
    let replaced = tiers[tier]?.axes ?? []
    let kept = sweep.map { axis in replaced.first { $0.path == axis.path } ?? axis }
    return kept + replaced.filter { axis in !sweep.contains { $0.path == axis.path } }
  }

  /// All combinations of the axes' values, the last axis fastest.
  private static func product(of axes: [SweepAxis]) -> [[Assignment]] {
    axes.reduce([[]]) { combinations, axis in
      combinations.flatMap { combination in
        axis.values.map { combination + [Assignment(path: axis.path, value: $0)] }
      }
    }
  }

  /// The axes side by side: each value with those of the same place on the others.
  private static func zipped(_ axes: [SweepAxis]) -> [[Assignment]] {
    let count = axes.map(\.values.count).min() ?? 0
    return (0..<count).map { index in
      axes.map { Assignment(path: $0.path, value: $0.values[index]) }
    }
  }

  private func point(
    variant: Variant, coordinates: [Assignment], tier: Tier, assignments: [Assignment]
  ) throws(ScenarioError) -> ScenarioPoint {
    let changed = applying(assignments)
    return ScenarioPoint(
      variant: variant.name,
      coordinates: coordinates.map { .init(path: $0.path, value: $0.value.sketch) },
      run: try settings(of: changed, tier: tier), tree: changed, root: root)
  }

  /// The run settings of a tree. What the command line sets wins over the tier.
  private func settings(
    of tree: ScenarioNode, tier: Tier
  ) throws(ScenarioError) -> RunSettings {
    let session = ReadingSession(root: tree)
    let run = root.header(of: tree, session: session).run
    let block: TierDeclaration? =
      switch tier {
      case .full: nil
      case .quick: run.quick
      case .long: run.long
      }
    func isFree(_ key: String) -> Bool {
      if case .commandLine? = tree["run"]?[key]?.origin { false } else { true }
    }
    let duration = (isFree("duration") ? block?.duration : nil) ?? run.duration
    let warmUp = (isFree("warmUp") ? block?.warmUp : nil) ?? run.warmUp
    let replications = (isFree("replications") ? block?.replications : nil) ?? run.replications
    if warmUp >= duration {
      session.report(
        .rule(
          message: "the warm-up of \(warmUp.rendered) leaves nothing of \(duration.rendered)",
          hint: tier == .full ? nil : "set run.\(tier.rawValue).warmUp"),
        at: tree["run"]?.location ?? tree.location)
    }
    guard !session.diagnostics.contains(where: { $0.severity == .error }) else {
      throw ScenarioError(session.diagnostics.inFileOrder(startingWith: file))
    }
    return RunSettings(
      duration: duration, warmUp: warmUp, seed: run.seed, replications: replications, tier: tier)
  }
}
