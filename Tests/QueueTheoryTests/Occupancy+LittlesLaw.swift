// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents

extension Occupancy {
  /// Little's law as an identity: whether the area under N(t) since the window was opened is, to
  /// the nanosecond, what all visits spent inside.
  ///
  /// - Parameter visitors: the records of those inside, from which the unfinished visits are known.
  func obeysLittlesLaw(with visitors: Visitors, at now: SimTime) -> Bool {
    areaNanoseconds(at: now) == insideNanoseconds(at: now, unfinished: visitors.inside)
  }
}
