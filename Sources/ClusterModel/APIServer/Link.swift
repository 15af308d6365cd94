// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// The outbound side of a network card: messages leave one after the other at line rate.
package struct Link: Codable, Sendable {
  private var station = FIFOStation(servers: 1)
  private let bytesPerSecond: Int64

  package init(bandwidth: ByteRate) {
    bytesPerSecond = max(1, Int64(bandwidth.bytesPerSecond))
  }

  /// Sends a message; returns when its first byte leaves and its last has left.
  package mutating func send(bytes: Int64, at now: SimTime) -> FIFOStation.Visit {
    station.arrive(at: now, service: transferTime(bytes: bytes))
  }

  /// Time of a message on the idle link, rounded up to a nanosecond.
  package func transferTime(bytes: Int64) -> SimDuration {
    SimDuration(of: bytes, at: bytesPerSecond)
  }
}
