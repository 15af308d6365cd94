// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Reading files from disk, bounded and with one clear problem each.
enum ScenarioFile {
  /// Files above 16 MiB are refused: a scenario of a hundred thousand lines is 2 MB.
  static let largest = 16 << 20

  /// The text of a regular file or pipe, without a byte order mark. Reads at most `largest` bytes
  /// and one.
  static func read(_ path: String) throws(FileProblem) -> String {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw FileProblem(.fileMissing) }
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw FileProblem(.fileMissing)
    }
    guard !isDirectory.boolValue else { throw FileProblem(.fileIsDirectory) }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw FileProblem(.fileUnreadable)
    }
    defer { try? handle.close() }
    var bytes: [UInt8] = []
    do {
      while bytes.count <= largest,
        let part = try handle.read(upToCount: largest + 1 - bytes.count), !part.isEmpty
      {
        bytes.append(contentsOf: part)
      }
    } catch {
      throw FileProblem(.fileUnreadable)
    }
    guard bytes.count <= largest else { throw FileProblem(.fileTooLarge(limit: largest)) }
    return try decode(bytes)
  }

  /// Bytes as UTF-8, strictly, without a byte order mark.
  static func decode(_ bytes: [UInt8]) throws(FileProblem) -> String {
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    guard let text = String(validating: body, as: UTF8.self) else {
      throw FileProblem(.notUTF8(offset: firstInvalidOffset(body)))
    }
    return text
  }

  private static func firstInvalidOffset(_ bytes: ArraySlice<UInt8>) -> Int {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = bytes.startIndex
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      offset += UTF8.width(scalar)
    }
    return offset
  }

  static func isFile(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      && !isDirectory.boolValue
  }

  /// The folder of a path; `.` for a bare name.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// A path as written in the file `origin`, relative to that file's folder.
  static func path(_ path: String, besides origin: String) -> String {
    path.hasPrefix("/") ? path : join(folder(of: origin), path)
  }

  static func join(_ folder: String, _ name: String) -> String {
    folder == "." ? name : folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }
}

/// Why a file could not be read.
struct FileProblem: Error {
  let problem: Diagnostic.Problem

  init(_ problem: Diagnostic.Problem) {
    self.problem = problem
  }

  var message: String {
    Diagnostic(problem, at: SourceLocation(file: "")).message
  }
}
