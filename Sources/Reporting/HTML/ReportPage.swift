// SPDX-License-Identifier: Apache-2.0

/// A part of a report with a heading.
struct ReportSection {
  /// Unique within the page, plain letters.
  let id: String
  let title: String
  let body: HTML
}

/// A page that stands alone: styles and script are inside, nothing is loaded.
struct ReportPage {
  let title: String
  /// Below the title.
  let introduction: HTML
  /// Length of the time axis that all charts over time share, in seconds.
  let duration: Double
  let sections: [ReportSection]

  var html: HTML {
    let links: [HTML] = sections.map { "<a href=\"#\($0.id)\">\($0.title)</a>" }
    let bodies: [HTML] = sections.map { section in
      """
      <section id="\(section.id)"><h2>\(section.title)</h2>
      \(section.body)
      </section>

      """
    }
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; script-src 'unsafe-inline'">
      <title>\(title)</title>
      <style>
      \(HTML(raw: ReportStyles.css))</style></head>
      <body><header><h1>\(title)</h1>
      \(introduction)<nav aria-label="Sections">\(links.joined(separator: " "))</nav></header>
      <main data-duration="\(String(duration))">
      \(bodies)</main>
      <script>
      \(HTML(raw: ReportScript.javaScript))</script>
      </body></html>

      """
  }
}

/// Something that opens with a click.
enum Folded {
  static func details(_ summary: String, isOpen: Bool = false, _ body: HTML) -> HTML {
    """
    <details\(HTML(raw: isOpen ? " open" : ""))><summary>\(summary)</summary>
    \(body)
    </details>

    """
  }
}

/// Rows in columns; on a phone each row becomes a block with the headings beside its cells.
struct HTMLTable {
  let headings: [String]
  private var rows: [[HTML]] = []

  init(_ headings: [String]) { self.headings = headings }

  mutating func add(_ cells: [HTML]) { rows.append(cells) }

  var rowCount: Int { rows.count }

  var html: HTML {
    let head: [HTML] = headings.map { "<th scope=\"col\">\($0)</th>" }
    let body: [HTML] = rows.map { row in
      let cells: [HTML] = zip(headings, row).map { heading, cell in
        "<td data-h=\"\(heading)\">\(cell)</td>"
      }
      return "<tr>\(cells)</tr>\n"
    }
    return """
      <div class="table"><table><thead><tr>\(head)</tr></thead><tbody>
      \(body)</tbody></table></div>
      """
  }
}
