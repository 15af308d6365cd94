// SPDX-License-Identifier: Apache-2.0

/// The name most similar to a mistyped one, or nil if none is close.
///
/// Close means: an edit distance (Levenshtein) of at most a third of the longer name, rounded up,
/// ignoring case. Ties go to the earlier name. Cost: the product of the lengths, per name.
func nearest(to name: String, in names: [String]) -> String? {
  let wanted = Array(name.lowercased())
  var best: (name: String, distance: Int)?
  for candidate in names {
    let letters = Array(candidate.lowercased())
    let distance = editDistance(wanted, letters)
    let limit = (max(wanted.count, letters.count) + 2) / 3
    if distance <= limit, distance < best?.distance ?? .max {
      best = (candidate, distance)
    }
  }
  return best?.name
}

private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var previous = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var current = [i + 1]
    for (j, other) in b.enumerated() {
      let substitution = previous[j] + (letter == other ? 0 : 1)
      current.append(min(substitution, previous[j + 1] + 1, current[j] + 1))
    }
    previous = current
  }
  return previous[b.count]
}
