// SPDX-License-Identifier: Apache-2.0

extension DecodingError {
  /// Which member of a document is wrong, and how.
  var placeAndReason: String {
    func place(_ path: [any CodingKey]) -> String {
      path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    return switch self {
    case .keyNotFound(let key, let context):
      "'\(place(context.codingPath + [key]))' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context):
      "'\(place(context.codingPath))': \(context.debugDescription)"
    @unknown default: "\(self)"
    }
  }
}
