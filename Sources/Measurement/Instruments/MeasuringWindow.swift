// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents

/// The part of a run that statistics speak about: from the end of the warm-up until the end of
/// measuring. At the two instants themselves the order of calls decides: what is recorded after the
/// window was opened and before it was closed belongs to it.
package struct MeasuringWindow: Hashable, Sendable, Codable {
  /// The end of the warm-up; the start of the run if there is none.
  package internal(set) var start: SimTime
  /// The end of measuring; nil as long as it goes on.
  package internal(set) var end: SimTime?

  /// Whether measuring goes on.
  package var isOpen: Bool { end == nil }

  /// How long has been measured by `time`.
  package func duration(at time: SimTime) -> SimDuration {
    (end ?? time) - start
  }
}
