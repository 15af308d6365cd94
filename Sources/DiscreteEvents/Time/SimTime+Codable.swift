// SPDX-License-Identifier: Apache-2.0

extension SimTime: Codable {
  /// A bare number of nanoseconds.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(nanoseconds)
  }

  /// - Throws: `DecodingError` if the number does not fit into 60 bits.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let nanoseconds = try container.decode(UInt64.self)
    guard nanoseconds <= SimTime.end.nanoseconds else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "simulated time has 60 bits, found \(nanoseconds) ns")
    }
    self.init(unchecked: nanoseconds)
  }
}
