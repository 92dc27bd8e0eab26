import JSON
import Support
import Testing

struct JSONValueTests {
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

  @Test func brokenUTF8IsRefused() {
    for broken: [UInt8] in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] {
      #expect(throws: JSONError.self) { try parse([0x22] + broken + [0x22]) }
    }
    #expect(throws: JSONError.self) { try parse([0xEF, 0xBB, 0xBF, 0x31]) }
  }

  @Test func depth() throws {
    let limits = JSONLimits(depth: 3, values: 100, repeatedNames: .refused)
    #expect(try parse("[[[1]]]", within: limits) == .array([.array([.array([.integer(1)])])]))
    for opening in ["[", #"{"a":"#] {
      for levels in [4, 10_000] {
        let error = thrownError(JSONError.self) {
          try parse(String(repeating: opening, count: levels), within: limits)
        }
        #expect(
          error
            == JSONError(offset: 3 * opening.utf8.count, found: "'\(opening.prefix(1))'", expected: "at most 3 levels"))
      }
    }
  }

  @Test func numberOfValuesIsLimited() throws {
    let limits = JSONLimits(depth: 2, values: 4, repeatedNames: .refused)
    #expect(try parse("[1,{},3]", within: limits) == .array([.integer(1), .object([:]), .integer(3)]))
    let error = thrownError(JSONError.self) { try parse("[1,{},3,4]", within: limits) }
    #expect(error == JSONError(offset: 8, found: "'4'", expected: "at most 4 values"))
  }

  @Test func repeatedNamesAreRefused() throws {
    let limits = JSONLimits(depth: 2, values: 10, repeatedNames: .refused)
    let error = thrownError(JSONError.self) { try parse(#"{"a":1,"\u0061":null}"#, within: limits) }
    #expect(error == JSONError(offset: 7, found: "the name \"a\" twice", expected: "every name once"))
  }

  @Test func numbersKeepTheirBits() throws {
    #expect(try parse("9223372036854775807") == .integer(.max))
    #expect(try parse("-9223372036854775808") == .integer(.min))
    #expect(try parse("9223372036854775808") == .real(9223372036854775808))
    #expect(try parse("-0") == .integer(0))
    for huge in ["1e400", "-1e400", String(repeating: "9", count: 400)] {
      #expect(throws: JSONError.self) { try parse(huge) }
    }
  }

  /// A character can have any number of combining marks.
  @Test func longTextsAreQuotedInPart() {
    let text = "a" + String(repeating: "\u{301}", count: 100_000)
    #expect(JSONValue.string(text).description.utf8.count < 200)
    #expect(JSONValue.string("né").description == "\"né\"")
  }
}
