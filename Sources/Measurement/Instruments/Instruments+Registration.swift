// SPDX-License-Identifier: Apache-2.0

extension Instruments {
  /// Finds declarations by name and series by declaration and labels.
  struct Registry: Sendable {
    struct Key: Hashable {
      let declaration: Int
      let values: [String]
    }
    var declarations: [String: Int] = [:]
    var series: [Key: Int] = [:]
  }

  /// Registers a counter; the same name and labels give the same id.
  ///
  /// The labels must be those of the declaration, in any order, and a name cannot be declared in two
  /// ways: both are mistakes in the model and stop the program.
  package mutating func counter(
    _ declaration: MetricDeclaration, _ labels: [MetricLabel] = []
  ) -> CounterID {
    let slot = register(declaration, labels, as: .counter) { instruments in
      var state = CounterState(grain: declaration.unit.grain)
      if !instruments.window.isOpen { state.closeWindow() }
      instruments.counters.append(state)
      return instruments.counters.count - 1
    }
    return CounterID(index: UInt32(slot))
  }

  /// Registers a gauge, which is at level 0; the same name and labels give the same id.
  package mutating func gauge(
    _ declaration: MetricDeclaration, _ labels: [MetricLabel] = []
  ) -> GaugeID {
    let slot = register(declaration, labels, as: .gauge) { instruments in
      instruments.gauges.append(
        GaugeState(unit: declaration.unit, window: instruments.window))
      return instruments.gauges.count - 1
    }
    return GaugeID(index: UInt32(slot))
  }

  /// Registers a histogram; the same name and labels give the same id.
  package mutating func histogram(
    _ declaration: MetricDeclaration, _ labels: [MetricLabel] = []
  ) -> HistogramID {
    let slot = register(declaration, labels, as: .histogram) { instruments in
      instruments.histograms.append(
        HistogramState(unit: declaration.unit, span: declaration.span))
      return instruments.histograms.count - 1
    }
    return HistogramID(index: UInt32(slot))
  }

  private mutating func register(
    _ declaration: MetricDeclaration, _ labels: [MetricLabel], as kind: MetricKind,
    makeState: (inout Instruments) -> Int
  ) -> Int {
    precondition(declaration.kind == kind, "\(declaration.name) is no \(kind.rawValue)")
    let index = index(of: declaration)
    let values = declaration.labelNames.map { name in
      let matching = labels.filter { $0.name == name }
      precondition(matching.count == 1, "\(declaration.name) needs one label '\(name)'")
      return matching[0].value
    }
    precondition(
      labels.count == values.count, "\(declaration.name) has a label that was not declared")

    let key = Registry.Key(declaration: index, values: values)
    if let known = registry.series[key] { return series[known].slot }
    let ordered = zip(declaration.labelNames, values).map { MetricLabel($0, $1) }
    let slot = makeState(&self)
    registry.series[key] = series.count
    series.append(Series(declaration: index, labels: ordered, slot: slot))
    return slot
  }

  private mutating func index(of declaration: MetricDeclaration) -> Int {
    if let known = registry.declarations[declaration.name] {
      precondition(
        declarations[known] == declaration, "\(declaration.name) is declared in two ways")
      return known
    }
    if let problem = declaration.namingProblems.first(where: \.isFatal) {
      preconditionFailure("\(declaration.name): \(problem.message)")
    }
    registry.declarations[declaration.name] = declarations.count
    declarations.append(declaration)
    return declarations.count - 1
  }

  /// Rebuilds the look-up after decoding.
  mutating func rebuildRegistry() {
    registry = Registry()
    for (index, declaration) in declarations.enumerated() {
      registry.declarations[declaration.name] = index
    }
    for (index, entry) in series.enumerated() {
      let key = Registry.Key(
        declaration: entry.declaration, values: entry.labels.map(\.value))
      registry.series[key] = index
    }
  }
}
