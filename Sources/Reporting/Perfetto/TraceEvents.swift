// SPDX-License-Identifier: Apache-2.0

/// Builds a trace in the Trace Event Format of Chrome (JSON object form), which the Perfetto UI opens.
///
/// A *process* is a group of tracks in the UI, a *thread* a track of slices; a counter has a track of
/// its own in its process. Times are whole nanoseconds inside and microseconds in the text.
struct TraceEvents {
  private var events: [String] = []
  private var processes = 0
  /// Away from the processes' numbers: a thread with the number of its process counts as its main
  /// one, which the UI puts on top.
  private var threads = 100_000

  /// Begins a group of tracks, below the earlier ones.
  mutating func addProcess(_ name: String) -> Int {
    processes += 1
    addMetadata("process_name", process: processes, thread: 0, "\"name\": \(name.jsonText)")
    addMetadata("process_sort_index", process: processes, thread: 0, "\"sort_index\": \(processes)")
    return processes
  }

  /// Begins a track of slices, below the earlier ones of the process.
  mutating func addThread(_ name: String, to process: Int) -> Int {
    threads += 1
    addMetadata("thread_name", process: process, thread: threads, "\"name\": \(name.jsonText)")
    addMetadata(
      "thread_sort_index", process: process, thread: threads, "\"sort_index\": \(threads)")
    return threads
  }

  /// Adds a slice. Slices of one track lie beside each other or one inside the other.
  mutating func addSlice(
    _ name: String, category: String, start: Int, duration: Int, process: Int, thread: Int,
    arguments: [(name: String, value: Double)] = []
  ) {
    let pairs = arguments.map { "\($0.name.jsonText): \($0.value.shortestText)" }
    let tail = pairs.isEmpty ? "" : ", \"args\": {\(pairs.joined(separator: ", "))}"
    events.append(
      "{\"name\": \(name.jsonText), \"cat\": \(category.jsonText), \"ph\": \"X\", "
        + "\"ts\": \(Self.microseconds(start)), \"dur\": \(Self.microseconds(duration)), "
        + "\"pid\": \(process), \"tid\": \(thread)\(tail)}")
  }

  /// Sets a counter, which keeps the value until it is set again.
  mutating func setCounter(_ name: String, to value: Double, at time: Int, process: Int) {
    events.append(
      "{\"name\": \(name.jsonText), \"ph\": \"C\", \"ts\": \(Self.microseconds(time)), "
        + "\"pid\": \(process), \"args\": {\"value\": \(value.shortestText)}}")
  }

  /// The whole document.
  ///
  /// - Parameter about: what the trace is of, shown by the UI as information about the trace.
  func text(about: [(name: String, value: String)]) -> String {
    let facts = about.map { "\($0.name.jsonText): \($0.value.jsonText)" }.joined(separator: ", ")
    return "{\"displayTimeUnit\": \"ms\", \"otherData\": {\(facts)}, \"traceEvents\": [\n"
      + events.joined(separator: ",\n") + "\n]}\n"
  }

  private mutating func addMetadata(
    _ name: String, process: Int, thread: Int, _ argument: String
  ) {
    events.append(
      "{\"name\": \"\(name)\", \"ph\": \"M\", \"pid\": \(process), \"tid\": \(thread), "
        + "\"args\": {\(argument)}}")
  }

  private static func microseconds(_ nanoseconds: Int) -> String {
    let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000)
    guard rest != 0 else { return String(whole) }
    let digits = String(rest)
    return "\(whole)." + String(repeating: "0", count: 3 - digits.count) + digits
  }
}
