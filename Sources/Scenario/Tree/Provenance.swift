// SPDX-License-Identifier: Apache-2.0

/// Where a resolved value comes from.
package enum Provenance: Hashable, Sendable {
  /// Nobody stated it; `source` is what the declaration of the knob cites.
  case defaultValue(source: String)
  case profile(SourceLocation)
  case scenario(SourceLocation)
  case tier(String, SourceLocation)
  case variant(String, SourceLocation)
  case sweep(SourceLocation)
  /// `--set path=value`, as given.
  case commandLine(String)

  /// The place to show to a user.
  package var location: SourceLocation {
    switch self {
    case .defaultValue(let source): SourceLocation(file: source)
    case .profile(let place), .scenario(let place), .sweep(let place): place
    case .tier(_, let place), .variant(_, let place): place
    case .commandLine(let argument): SourceLocation(file: "--set \(argument)")
    }
  }

  /// Whether the author of this experiment stated the value, rather than a profile or a default.
  package var isStated: Bool {
    switch self {
    case .defaultValue, .profile: false
    case .scenario, .tier, .variant, .sweep, .commandLine: true
    }
  }

  /// The kind of place, as written in `result.json`.
  package var kind: String {
    switch self {
    case .defaultValue: "default"
    case .profile: "profile"
    case .scenario: "scenario"
    case .tier: "tier"
    case .variant: "variant"
    case .sweep: "sweep"
    case .commandLine: "--set"
    }
  }
}

extension Provenance: CustomStringConvertible {
  package var description: String {
    switch self {
    case .defaultValue(let source): "default (\(source))"
    case .profile(let place): "profile \(place)"
    case .scenario(let place): "\(place)"
    case .tier(let name, let place): "tier \(name) \(place)"
    case .variant(let name, let place): "variant \(name) \(place)"
    case .sweep(let place): "sweep \(place)"
    case .commandLine(let argument): "--set \(argument)"
    }
  }
}
