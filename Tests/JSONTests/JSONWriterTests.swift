import JSON
import Testing

struct JSONWriterTests {
  private func written(_ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    body(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func nesting() {
    let text = written { writer in
      writer.object { writer in
        writer.name("a")
        writer.array(of: [1, 2]) { $0.integer($1) }
        writer.name("b")
        writer.object { _ in }
        writer.name("c")
        writer.bool(true)
      }
    }
    #expect(text == #"{"a":[1,2],"b":{},"c":true}"#)
  }

  @Test func treesReadBackTheSame() throws {
    let tree = JSONValue.object([
      "b": .array([.null, .bool(false), .integer(-3), .real(0.5)]), "a": .object(["x": .string("é")]),
    ])
    let text = written { $0.value(tree) }
    #expect(text == #"{"a":{"x":"é"},"b":[null,false,-3,0.5]}"#)
    #expect(try parse(text) == tree)
  }

  @Test func stringsReadBackTheSame() throws {
    let text = "a\"\\/\u{0}\u{1F}\n\r\t\u{7F}é😀\u{2028}"
    #expect(try parse(written { $0.string(text) }) == .string(text))
  }

  @Test(arguments: [
    (Float(0), "0"), (1, "1.0"), (0.5, "0.5"), (0.1, "0.1"), (1e-7, "0.0000001"), (1e-9, "0"), (0.99999999, "1.0"),
    (0.9999999, "0.9999999"), (1.5, "1.5"), (-0.25, "-0.25"), (.nan, "null"), (.infinity, "null"),
  ])
  func probabilities(_ value: Float, _ expected: String) {
    #expect(written { $0.probability(value) } == expected)
  }

  /// 512 equal weights, the worst case for rounding: all err the same way.
  @Test func rowsSumToOneAsPrinted() {
    for count in [3, 7, 300, 511, 512] {
      let row = written { $0.array(of: 0..<count) { writer, _ in writer.probability(1 / Float(count)) } }
      let sum = row.dropFirst().dropLast().split(separator: ",").compactMap { Double($0) }.reduce(0, +)
      #expect(abs(sum - 1) < 1e-4)
    }
  }
}
