// SPDX-License-Identifier: Apache-2.0

extension SimDuration {
  /// The duration doubled so many times, up to a longest: the pause of an exponential back-off.
  ///
  /// - Parameters:
  ///   - times: doublings; none for zero and below.
  ///   - limit: the longest that is wanted, at most half of ``max``.
  public func doubled(_ times: Int, atMost limit: SimDuration) -> SimDuration {
    var result = self
    var left = times
    while left > 0, .zero < result, result < limit {
      result = result * 2
      left -= 1
    }
    return Swift.min(result, limit)
  }
}
