// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Reporting

@Suite struct HTMLTests {
  @Test func textIsEscapedAndMarkupIsNot() {
    let text = #"a <b> & "c" 'd'"#
    let html: HTML = "<p title=\"\(text)\">\(text)\(HTML(raw: "<br>"))\(3)</p>"
    let escaped = "a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;"
    #expect(html.markup == "<p title=\"\(escaped)\">\(escaped)<br>3</p>")
  }

  @Test func whatIsPlainStays() {
    #expect("größer: µs 7,500 🙂".escapedForHTML == "größer: µs 7,500 🙂")
    #expect("&amp;".escapedForHTML == "&amp;amp;")
  }

  @Test func tablesEscapeCellsAndHeadings() {
    var table = HTMLTable(["<h>"])
    table.add(["\("<c>")"])
    #expect(
      table.html.markup.contains(
        "<th scope=\"col\">&lt;h&gt;</th></tr></thead><tbody>\n<tr><td data-h=\"&lt;h&gt;\">&lt;c&gt;</td></tr>"
      ))
  }
}
