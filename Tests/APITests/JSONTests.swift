import API
import Testing

struct JSONReaderTests {
  private func parse(_ text: String) throws -> JSONValue { try JSONReader.parse(Array(text.utf8)) }

  @Test(arguments: [
    ("null", JSONValue.null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .integer(0)),
    ("-12", .integer(-12)), ("1.5e2", .real(150)), ("1e0", .real(1)),
    ("100000000000000000000", .real(100000000000000000000)),
    (#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é""#, .string("a\"\\/\u{8}\u{C}\n\r\té😀é")),
    ("[]", .array([])), ("{}", .object([:])),
    (#"[1,"a",[null]]"#, .array([.integer(1), .string("a"), .array([.null])])),
    (#"{"a":1,"b":{"c":2},"a":3}"#, .object(["a": .integer(3), "b": .object(["c": .integer(2)])])),
  ])
  func accepted(_ text: String, _ value: JSONValue) throws {
    #expect(try parse(text) == value)
  }

  @Test(arguments: [
    "", " ", "nul", "truth", "01", "-", "1.", ".5", "1e", "+1", "0x1", "NaN", "'a'", "[1,]", "[1 2]", "[", "{", "{1:2}",
    #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a":1"#, #"{"a" 1}"#, "1 2", "[]]", #"""#, #""\"#, #""\x""#, #""\u12""#,
    #""\u12g4""#, "\"a\nb\"", #""\ud800""#, #""\udc00""#, #""\ud800\u0041""#, #""\ud800x""#, #""\ud83d\ud83d""#,
  ])
  func refused(_ text: String) {
    #expect(throws: JSONError.self) { try parse(text) }
  }

  @Test func brokenUTF8() {
    for broken: [UInt8] in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] {
      #expect(throws: JSONError.self) { try JSONReader.parse([0x22] + broken + [0x22]) }
    }
    #expect(throws: JSONError.self) { try JSONReader.parse([0xEF, 0xBB, 0xBF, 0x31]) }
  }

  @Test func depth() throws {
    let limit = JSONReader.maximumDepth
    #expect(throws: Never.self) {
      try parse(String(repeating: "[", count: limit) + String(repeating: "]", count: limit))
    }
    for opening in ["[", #"{"a":"#] {
      #expect(throws: JSONError.self) { try parse(String(repeating: opening, count: 10_000)) }
    }
  }
}

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

  @Test func stringsReadBackTheSame() throws {
    let text = "a\"\\/\u{0}\u{1F}\n\r\t\u{7F}é😀\u{2028}"
    #expect(try JSONReader.parse(Array(written { $0.string(text) }.utf8)) == .string(text))
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
