// SPDX-License-Identifier: Apache-2.0
import DiscreteEvents

extension SimDuration {
  /// Time of so many bytes at a rate in bytes per second, rounded up to a nanosecond.
  init(of bytes: Int64, at bytesPerSecond: Int64) {
    let rate = UInt64(Swift.max(1, bytesPerSecond))
    let product = UInt64(Swift.max(0, bytes)).multipliedFullWidth(by: 1_000_000_000)
    let (whole, rest) = rate.dividingFullWidth(product)
    self.init(nanoseconds: Int64(clamping: rest == 0 ? whole : whole + 1))
  }
}
