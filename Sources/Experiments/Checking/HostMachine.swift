// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The machine and the build that speeds are measured on: only what agrees in both can be compared.
package enum HostMachine {
  /// CPU model and kind of build, such as `AMD EPYC 7763 64-Core Processor, release`; nil where the
  /// system does not tell the model.
  package static var name: String? {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else {
      return nil
    }
    let model = text.split(separator: "\n").lazy.compactMap { line -> String? in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == "model name" else {
        return nil
      }
      return parts[1].trimmingCharacters(in: .whitespaces)
    }.first
    return model.map { "\($0), \(build)" }
  }

  private static var build: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }
}
