// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A browser without a window; Debian's package `chromium`.
enum Chromium {
  static let executable: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return ["chromium", "chromium-browser", "google-chrome"].lazy
      .flatMap { name in folders.map { "\($0)/\(name)" } }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  struct Page {
    /// The document after its script has run.
    let dom: String
    /// What the page wrote to the console.
    let console: [Substring]

    /// The value of an attribute of the root, read as HTML.
    func root(_ name: String) throws -> String {
      let pattern = try Regex("<html[^>]* \(name)=\"([^\"]*)\"", as: (Substring, Substring).self)
      let match = try #require(dom.firstMatch(of: pattern), "the page has no \(name)")
      return String(match.output.1).replacing("&quot;", with: "\"").replacing("&lt;", with: "<")
        .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }

    /// What the page saw of itself.
    func selfTest() throws -> [String: Any] {
      let data = Data(try root("data-selftest").utf8)
      return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
  }

  /// Windows are not narrower than this.
  private static let narrowest = 500

  /// A page that shows `report.html` in a frame of some width, and then becomes what the frame holds.
  private static func frame(width: Int) -> String {
    """
    <!doctype html><iframe src="report.html#selftest" style="width:\(width)px;height:900px;border:0">
    </iframe><script>
    document.querySelector('iframe').onload = function () {
      var html = this.contentDocument.documentElement.outerHTML;
      var copy = new DOMParser().parseFromString(html, 'text/html').documentElement;
      document.replaceChild(document.importNode(copy, true), document.documentElement);
    };
    </script>
    """
  }

  /// Opens a page that exercises itself.
  ///
  /// - Parameter width: of the window, in pixels.
  static func open(_ html: String, width: Int) throws -> Page {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("chromium-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var page = folder.appendingPathComponent("report.html")
    try Data(html.utf8).write(to: page)
    if width < narrowest {
      page = folder.appendingPathComponent("frame.html")
      try Data(frame(width: width).utf8).write(to: page)
    }
    let output = folder.appendingPathComponent("dom")
    let error = folder.appendingPathComponent("log")
    for file in [output, error] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(executable))
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
      "--user-data-dir=\(folder.path)/profile", "--window-size=\(max(width, narrowest)),900",
      "--allow-file-access-from-files",
      "--enable-logging=stderr", "--v=0", "--virtual-time-budget=20000", "--dump-dom",
      "file://\(page.path)#selftest",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: error)
    try process.run()
    let deadline = Date(timeIntervalSinceNow: 240)
    while process.isRunning, Date() < deadline { usleep(20_000) }
    if process.isRunning {
      Issue.record("the browser did not end within four minutes")
      kill(process.processIdentifier, SIGKILL)
    }
    process.waitUntilExit()
    let log = String(decoding: try Data(contentsOf: error), as: UTF8.self)
    return Page(
      dom: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      console: log.split(separator: "\n").filter { $0.contains("CONSOLE") })
  }
}
