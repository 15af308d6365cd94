// SPDX-License-Identifier: Apache-2.0
import Experiments
import Measurement

/// Where the time of each class of requests went: a bar for all of them, and one for the slowest
/// hundredth.
struct AccountBars {
  /// So many classes stand open, those on which most time was spent.
  static let openClasses = 10
  /// Colours for resources; further ones begin again.
  static let colors = 12

  private let accounts: [SavedResult.Account]
  /// In the order that gives them their colours.
  private let resources: [String]

  /// - Parameter resources: those of all bars that are looked at together.
  init(_ accounts: [SavedResult.Account], resources: [String]) {
    self.accounts = Self.ranked(accounts)
    self.resources = resources
  }

  /// The classes that took any time, the one with most of it first.
  private static func ranked(_ accounts: [SavedResult.Account]) -> [SavedResult.Account] {
    accounts.enumerated().filter { timeSpent($0.element) > 0 }.sorted { a, b in
      let (x, y) = (timeSpent(a.element), timeSpent(b.element))
      return x == y ? a.offset < b.offset : x > y
    }.map(\.element)
  }

  /// The resources of some accounts, each once.
  static func resources(of accounts: [SavedResult.Account]) -> [String] {
    var resources: [String] = []
    for part in ranked(accounts).flatMap({ $0.overall?.parts ?? [] })
    where !resources.contains(part.resource) {
      resources.append(part.resource)
    }
    return resources
  }

  private static func timeSpent(_ account: SavedResult.Account) -> Double {
    Double(account.count) * (account.overall?.meanSeconds ?? 0)
  }

  var html: HTML {
    let rows = accounts.map(row)
    let rest = rows.dropFirst(Self.openClasses)
    let folded: HTML =
      rest.isEmpty
      ? .nothing
      : """
      <details><summary>\(rest.count) more classes, with less time</summary>\(Array(rest))</details>

      """
    return HTML(raw: rows.prefix(Self.openClasses).map(\.markup).joined()) + folded
  }

  static func legend(_ resources: [String]) -> HTML {
    let items: [HTML] = resources.enumerated().map { index, resource in
      "<li><i class=\"r\(index % colors)\"></i>\(resource)</li>"
    }
    return """
      <ul class="keys resources">\(items)<li>full colour: waiting for it; pale: in its \
      service</li></ul>

      """
  }

  private func row(_ account: SavedResult.Account) -> HTML {
    let abandoned =
      account.abandoned > 0 ? ", \(QuantityText.number(Double(account.abandoned))) given up" : ""
    let cluster = Set(accounts.map(\.cluster)).count > 1 ? account.cluster + ": " : ""
    return """
      <div class="account"><h4>\(cluster)\(account.class) \
      <small>\(QuantityText.number(Double(account.count)))\(abandoned)</small></h4>\
      \(bar("all", account.overall))\(bar("above p99", account.aboveP99))</div>

      """
  }

  private func bar(_ name: String, _ breakdown: SavedResult.Account.Breakdown?) -> HTML {
    guard let breakdown else { return .nothing }
    let parts = breakdown.parts.filter { $0.share >= 0.000_5 }
    var start = 0
    let boxes = parts.map { part -> HTML in
      let width = Int((part.share * Double(TimeChart.extent)).rounded())
      defer { start += width }
      let color = (resources.firstIndex(of: part.resource) ?? 0) % Self.colors
      return """
        <rect class="r\(color)\(part.phase == "service" ? " service" : "")" x="\(start)" \
        width="\(width)" height="10"><title>\(words(part))</title></rect>
        """
    }
    var said = parts.prefix(4).map(words)
    if breakdown.unaccountedShare >= 0.005 {
      said.append("not accounted for \(share(breakdown.unaccountedShare))")
    }
    let text = said.joined(separator: ", ")
    return """
      <div class="bar"><span>\(name)</span><span>\
      \(QuantityText.text(breakdown.meanSeconds, in: .seconds))</span>\
      <svg viewBox="0 0 \(TimeChart.extent) 10" preserveAspectRatio="none" role="img" \
      aria-label="\(text)">\(boxes)</svg><small>\(text)</small></div>
      """
  }

  private func words(_ part: SavedResult.Account.Part) -> String {
    "\(part.resource) \(part.phase) \(share(part.share))"
  }

  private func share(_ value: Double) -> String { ShareText.percent(value) }
}

/// Shares of a whole.
enum ShareText {
  /// In per cent with one digit after the point below ten.
  static func percent(_ share: Double) -> String {
    let value = share * 100
    if value > 0, value < 0.05 { return "< 0.1 %" }
    let rounded = value < 10 ? (value * 10).rounded() / 10 : value.rounded()
    return QuantityText.number(rounded) + " %"
  }
}
