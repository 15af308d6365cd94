// SPDX-License-Identifier: Apache-2.0

extension Distribution: Codable {
  private enum Key: String, CodingKey {
    case family, parameters, weight, of, and, sample
  }

  /// Reads the form that `encode(to:)` writes, and validates it as any other input.
  ///
  /// - Throws: `DecodingError`, with the `DistributionError` as the underlying error.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let family = try container.decode(DistributionFamily.self, forKey: .family)
    do {
      switch family {
      case .mixture:
        self = try .mixture(
          weight: container.decode(Double.self, forKey: .weight),
          of: container.decode(Distribution.self, forKey: .of),
          and: container.decode(Distribution.self, forKey: .and))
      case .empirical:
        self = .empirical(try container.decode(EmpiricalSample.self, forKey: .sample))
      default:
        let parameters = try container.decode([String: Double].self, forKey: .parameters)
        try self.init(family: family, parameters: parameters)
      }
    } catch let error as DistributionError {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: container.codingPath, debugDescription: error.description,
          underlyingError: error))
    }
  }

  /// Writes the family's name and its parameters; for a mixture the weight and the components, for
  /// a sample its values.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(family, forKey: .family)
    switch form {
    case .simple(let distribution):
      let names = distribution.family.parameters.map(\.name)
      let pairs = zip(names, distribution.parameterValues)
      try container.encode(Dictionary(uniqueKeysWithValues: pairs), forKey: .parameters)
    case .mixture(let weight, let first, let second):
      try container.encode(weight, forKey: .weight)
      try container.encode(Distribution(form: .simple(first)), forKey: .of)
      try container.encode(Distribution(form: .simple(second)), forKey: .and)
    case .empirical(let sample):
      try container.encode(sample, forKey: .sample)
    }
  }
}

extension EmpiricalSample: Codable {
  private enum Key: String, CodingKey {
    case values, positions
  }

  /// Reads the form that `encode(to:)` writes.
  ///
  /// - Throws: `DecodingError` for values or positions that no sample has.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let values = try container.decode([Double].self, forKey: .values)
    let positions = try container.decodeIfPresent([Double].self, forKey: .positions) ?? []
    do {
      try self.init(values: values, positions: positions)
    } catch {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: container.codingPath, debugDescription: error.description,
          underlyingError: error))
    }
  }

  /// Writes the sorted values and, unless the weights are equal, their positions.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(values, forKey: .values)
    if !positions.isEmpty {
      try container.encode(positions, forKey: .positions)
    }
  }
}
