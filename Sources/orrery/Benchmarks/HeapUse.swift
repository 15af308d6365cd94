// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Bytes of the heap that are in use, as the C library counts them: with its own overhead, rounded
/// up as it rounds.
enum HeapUse {
  /// All arenas and the blocks mapped directly.
  static var bytes: Int {
    let figures = mallinfo2()
    return Int(figures.uordblks + figures.hblkhd)
  }
}
