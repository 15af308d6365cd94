// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Why a baseline or a golden summary cannot be read or written.
package enum KeptFileError: Error, Sendable, Hashable {
  case missing(path: String)
  case unreadable(path: String, reason: String)
  /// Written by a version whose format this one does not know.
  case otherVersion(path: String, found: Int, known: Int)
  case unwritable(path: String, reason: String)
}

extension KeptFileError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing(let path): "\(path): there is no such file"
    case .unreadable(let path, let reason): "\(path): not written by 'orrery check': \(reason)"
    case .otherVersion(let path, let found, let known):
      "\(path): written in format \(found), and this version reads format \(known); save it again"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}

/// A JSON file that `check` keeps: written complete or not at all, with the same bytes for the same
/// content.
package enum KeptFile {
  package static func write(_ baseline: Baseline, to path: String) throws(KeptFileError) {
    try write(encoded(baseline, path: path), to: path)
  }

  package static func write(_ golden: GoldenSummary, to path: String) throws(KeptFileError) {
    try write(encoded(golden, path: path), to: path)
  }

  package static func baseline(at path: String) throws(KeptFileError) -> Baseline {
    try decoded(path, versionKey: "orreryBaseline", version: Baseline.version)
  }

  /// Nil when there is none.
  package static func golden(at path: String) throws(KeptFileError) -> GoldenSummary? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try decoded(path, versionKey: "orreryGolden", version: GoldenSummary.version)
  }

  /// Writes a text beside its place and renames it; makes the folder if there is none.
  package static func write(_ text: String, to path: String) throws(KeptFileError) {
    let url = URL(fileURLWithPath: path)
    // A terminal or a pipe cannot be renamed over: `/dev/stdout`.
    let type = try? FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path)
    let isRegular = type.map { $0[.type] as? FileAttributeType == .typeRegular } ?? true
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url, options: isRegular ? .atomic : [])
    } catch {
      throw .unwritable(path: path, reason: error.localizedDescription)
    }
  }

  private static func encoded(
    _ value: some Encodable, path: String
  ) throws(KeptFileError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    } catch {
      throw .unwritable(path: path, reason: error.localizedDescription)
    }
  }

  private static func decoded<Value: Decodable>(
    _ path: String, versionKey: String, version: Int
  ) throws(KeptFileError) -> Value {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .missing(path: path)
    }
    let object = try? JSONSerialization.jsonObject(with: data)
    guard let found = (object as? [String: Any])?[versionKey] as? Int else {
      throw .unreadable(path: path, reason: "no '\(versionKey)' with the version of its format")
    }
    guard found == version else {
      throw .otherVersion(path: path, found: found, known: version)
    }
    do {
      return try JSONDecoder().decode(Value.self, from: data)
    } catch let error as DecodingError {
      throw .unreadable(path: path, reason: error.placeAndReason)
    } catch {
      throw .unreadable(path: path, reason: error.localizedDescription)
    }
  }
}
