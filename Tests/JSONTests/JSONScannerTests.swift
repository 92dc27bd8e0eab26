import JSON
import Testing

/// The errors of the scanner, with their offsets.
struct JSONScannerTests {
  private func failure(_ text: String, _ read: (inout JSONScanner) throws -> Void) -> JSONError? {
    Array(text.utf8).withUnsafeBytes { bytes in
      var scanner = JSONScanner(bytes)
      do {
        try read(&scanner)
        return nil
      } catch {
        return error as? JSONError
      }
    }
  }

  @Test(arguments: [
    ("", JSONError(offset: 0, found: "the end", expected: "'\"'")),
    (" x", JSONError(offset: 1, found: "'x'", expected: "'\"'")),
    (" \"ab", JSONError(offset: 1, found: "an open string", expected: "its closing quote")),
    (" \"\u{E9}\\n", JSONError(offset: 1, found: "an open string", expected: "its closing quote")),
    ("\"ab\\", JSONError(offset: 4, found: "the end", expected: "an escape")),
    ("\"a\\x\"", JSONError(offset: 3, found: "an unknown escape", expected: "one of \"\\/bfnrtu")),
    ("\"a\tb\"", JSONError(offset: 2, found: "a control character", expected: "an escape")),
    ("\"\\u00g0\"", JSONError(offset: 5, found: "'g'", expected: "a hexadecimal digit")),
    ("\"\\ud800\\n\"", JSONError(offset: 3, found: "half a surrogate pair", expected: "both halves")),
  ])
  func strings(_ text: String, _ expected: JSONError) {
    let error = failure(text) { _ = try $0.string() }
    #expect(error == expected)
  }

  @Test(arguments: [
    ("", JSONError(offset: 0, found: "the end", expected: "a whole number")),
    ("1.5", JSONError(offset: 1, found: "'.'", expected: "a whole number")),
    ("1e3", JSONError(offset: 1, found: "'e'", expected: "a whole number")),
    ("-", JSONError(offset: 0, found: "-", expected: "a 64-bit number")),
    (" 9223372036854775808", JSONError(offset: 1, found: "9223372036854775808", expected: "a 64-bit number")),
  ])
  func integers(_ text: String, _ expected: JSONError) {
    let error = failure(text) { _ = try $0.integer() }
    #expect(error == expected)
  }

  @Test func integersRefuseLeadingZeros() {
    for text in ["01", "-00"] {
      let error = failure(text) { _ = try $0.integer() }
      #expect(error?.expected == "a whole number")
    }
  }

  @Test func marksBetweenMembersAndElements() {
    let members = failure("{\"a\":1 \"b\":2}") { try $0.object { scanner, _ in _ = try scanner.integer() } }
    #expect(members == JSONError(offset: 7, found: "'\"'", expected: "',' or '}'"))
    let elements = failure("[1 2]") { try $0.array { _ = try $0.integer() } }
    #expect(elements == JSONError(offset: 3, found: "'2'", expected: "',' or ']'"))
  }

  @Test func bytesAfterTheValueAreRefused() {
    let space = failure(" \n") { try $0.end() }
    #expect(space == nil)
    let more = failure(" \u{0}") { try $0.end() }
    #expect(more == JSONError(offset: 1, found: "byte 0x0", expected: "the end"))
  }

  /// Swift calls the two names equal; the bytes differ.
  @Test func stringsKeepTheirBytes() throws {
    var names: [[UInt8]] = []
    let error = failure("{\"\u{E9}\":1,\"e\u{301}\":2}") { scanner in
      try scanner.object { scanner, name in
        names.append(Array(name.utf8))
        _ = try scanner.integer()
      }
    }
    #expect(error == nil)
    #expect(names == [[0xC3, 0xA9], [0x65, 0xCC, 0x81]])
  }
}
