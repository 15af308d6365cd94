// SPDX-License-Identifier: Apache-2.0

import DiscreteEvents
import Foundation
import Testing

@testable import Scenario

@Suite("JSON Schema and the knob reference")
struct SchemaTests {
  private let schema = JSONSchema.of(CarWash.self)

  private func at(_ path: String...) -> JSONValue? {
    path.reduce(schema as JSONValue?) { $0?[$1] }
  }

  @Test("the text is JSON, and the same document")
  func text() throws {
    let data = Data(schema.text().utf8)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    #expect(object["additionalProperties"] as? Bool == false)
    let properties = try #require(object["properties"] as? [String: Any])
    #expect(
      Set(properties.keys)
        == Set(DocumentHeader.declaration.memberNames + CarWash.declaration.memberNames))
  }

  @Test("knobs bring their meaning, default, range, unit and choices")
  func knobs() throws {
    #expect(at("properties", "queueing", "enum") == .array(["first-come", "shortest-job"]))
    #expect(at("properties", "queueing", "default") == "first-come")
    #expect(at("properties", "opening", "default") == "8h")
    let tank = at("properties", "tanks", "additionalProperties", "anyOf")
    guard case .array(let alternatives)? = tank, let section = alternatives.first else {
      Issue.record("a map of sections is a mapping of anything or null")
      return
    }
    let size = section["properties"]?["size"]
    #expect(size?["description"] == "How much fits. Range: 1MiB to 1TiB.")
    guard case .array(let forms)? = size?["anyOf"], case .string(let pattern)? = forms[0]["pattern"]
    else {
      Issue.record("a size is a text with a unit or 0")
      return
    }
    let unit = try Regex(pattern)
    for text in ["2GiB", "1.5 KiB", "300B"] { #expect(text.wholeMatch(of: unit) != nil) }
    for text in ["2", "2Gi", "GiB", "2GiBs"] { #expect(text.wholeMatch(of: unit) == nil) }
  }

  @Test("what the reader accepts as a duration or rate, the schema's pattern accepts too")
  func patterns() throws {
    func pattern(_ kind: KnobKind) throws -> Regex<AnyRegexOutput> {
      let knob = KnobDeclaration(
        kind: kind, defaultValue: nil, low: nil, high: nil, hasDeclaredRange: false, source: "",
        target: nil)
      guard case .array(let forms)? = KindSchema(knob: knob).schema(kind)["anyOf"],
        case .string(let text)? = forms[0]["pattern"]
      else { throw ValueProblem(.distribution("no pattern")) }
      return try Regex(text)
    }
    let duration = try pattern(.duration)
    for text in ["250ms", "1h30m", "1h 30m", "1.5 s", "2µs", "-1s"] {
      #expect(text.wholeMatch(of: duration) != nil, "\(text)")
      #expect(throws: Never.self) { try SimDuration(parsing: text) }
    }
    let rate = try pattern(.rate)
    for text in ["30/s", "5/min", "0.5 / h", "2/d"] {
      #expect(text.wholeMatch(of: rate) != nil, "\(text)")
      #expect(throws: Never.self) { try Rate(parsing: text) }
    }
  }

  @Test("members of named lists need their name; alternatives exclude each other")
  func lists() {
    guard case .array(let sites)? = at("properties", "site", "anyOf") else {
      Issue.record("a section may be left empty")
      return
    }
    let bay = sites[0]["properties"]?["bays"]?["items"]
    #expect(bay?["required"] == .array(["name"]))
    #expect(
      bay?["allOf"]
        == .array([.object(["not": .object(["required": .array(["shampoo", "wax"])])])]))
    #expect(at("required") == .array(["orrery"]))
  }

  @Test("the reference lists every knob once, with path, range and source")
  func reference() throws {
    let knobs = KnobReference.all(of: CarWash.self)
    #expect(Set(knobs.map(\.path)).count == knobs.count)
    let size = try #require(knobs.first { $0.path == "tanks.<name>.size" })
    #expect(size.range == "1MiB to 1TiB" && size.defaultValue == "2GiB")
    #expect(size.source == "label on the tank" && size.kind.unit == "bytes")
    #expect(knobs.contains { $0.path == "site.shifts.<n>.at" && $0.defaultValue == nil })
    #expect(knobs.contains { $0.path == "run.quick.duration" })
  }

  @Test("JSON texts escape what JSON wants escaped")
  func escaping() throws {
    let value = JSONValue.object([
      "a\"\n\u{1}é": .array([.number(0.5), .null, .string("\u{2028}")])
    ])
    let data = Data(value.text().utf8)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [Any]])
    #expect(object["a\"\n\u{1}é"]?[0] as? Double == 0.5)
    #expect(object["a\"\n\u{1}é"]?[2] as? String == "\u{2028}")
  }

  @Test("a resolved configuration as JSON names value and origin")
  func resolved() throws {
    let (_, resolved) = try wash("orrery: 1\nopening: 2h\n")
    guard case .array(let entries) = resolved.json else {
      Issue.record("not a list")
      return
    }
    #expect(
      entries[1]
        == .object([
          "path": "opening", "value": "2h", "from": "scenario", "source": "wash.yaml", "line": 2,
          "column": 10,
        ]))
    #expect(entries[0]["from"] == "default" && entries[0]["source"] == "the owner")
  }
}
