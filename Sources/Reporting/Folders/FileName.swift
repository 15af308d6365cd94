// SPDX-License-Identifier: Apache-2.0

extension String {
  /// As the name of one file: letters, digits and `-_.=,+%` stay, everything else becomes `-`, and
  /// the name does not begin with a dot.
  var asFileName: String {
    let kept = unicodeScalars.map { scalar -> Character in
      let isPlain = scalar.isASCII && scalar.properties.isAlphabetic
      let isDigit = ("0"..."9").contains(scalar)
      return isPlain || isDigit || "-_.=,+%".unicodeScalars.contains(scalar)
        ? Character(scalar) : "-"
    }
    let name = String(kept)
    return name.isEmpty || name.hasPrefix(".") ? "_" + name : name
  }
}
