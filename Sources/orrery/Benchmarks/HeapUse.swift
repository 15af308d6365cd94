// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Bytes of the heap that are in use, as the C library counts them: with its own overhead, rounded
/// up as it rounds, and with what a thread keeps at hand for its next allocations.
enum HeapUse {
  /// Bytes in use; nil where the C library does not say (it is glibc's `malloc_info`, malloc_info(3)).
  static var bytes: Int? {
    guard let report else { return nil }
    // The figures of all arenas together come after those of the single ones.
    let totals = report.range(of: "</heap>", options: .backwards).map { report[$0.upperBound...] }
    guard let totals, let system = size(of: "<system type=\"current\"", in: totals) else {
      return nil
    }
    let free = ["fast", "rest"].reduce(0) {
      $0 + (size(of: "<total type=\"\($1)\"", in: totals) ?? 0)
    }
    let mapped = size(of: "<total type=\"mmap\"", in: totals) ?? 0
    return system - free + mapped
  }

  /// The XML that the C library writes about its heap.
  private static var report: String? {
    typealias MallocInfo = @convention(c) (CInt, UnsafeMutablePointer<FILE>) -> CInt
    guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "malloc_info") else { return nil }
    let mallocInfo = unsafeBitCast(symbol, to: MallocInfo.self)
    var text: UnsafeMutablePointer<CChar>?
    var length = 0
    guard let stream = open_memstream(&text, &length) else { return nil }
    let status = mallocInfo(0, stream)
    fclose(stream)
    defer { free(text) }
    guard status == 0, let text else { return nil }
    return String(cString: text)
  }

  private static func size(of element: String, in text: Substring) -> Int? {
    guard let start = text.range(of: element),
      let size = text[start.upperBound...].range(of: "size=\"")
    else { return nil }
    return Int(text[size.upperBound...].prefix { $0.isNumber })
  }
}
