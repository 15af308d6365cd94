// SPDX-License-Identifier: Apache-2.0

/// A unit is stored as one word; a count as `count of <things>`.
extension MetricUnit: Codable {
  private static let named: [MetricUnit] = [
    .seconds, .bytes, .ratio, .percent, .bytesPerSecond, .watts, .celsius,
  ]
  private static let countPrefix = "count of "

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if case .count(let things) = self {
      try container.encode(Self.countPrefix + things)
    } else {
      try container.encode(name)
    }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let word = try container.decode(String.self)
    if word.hasPrefix(Self.countPrefix) {
      self = .count(String(word.dropFirst(Self.countPrefix.count)))
    } else if let unit = Self.named.first(where: { $0.name == word }) {
      self = unit
    } else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(word)' is not a unit of a metric")
    }
  }
}
