import HTTP
import Testing

struct RequestParserTests {
  @Test func readsGet() throws {
    let parsed = ParsedRequests(SampleRequests.get)
    let request = try #require(parsed.requests.first)
    #expect(parsed.failure == nil)
    #expect(request.isWhole)
    #expect(request.head.method == "GET")
    #expect(request.head.target.path == "/languages")
    #expect(request.head.target.query.map(\.name) == ["a", "d"])
    #expect(request.head.target.query.map(\.value) == ["b c", "é"])
    #expect(request.head.headers["host"] == "localhost:5000")
    #expect(request.head.keepsAlive)
  }

  @Test func readsABodyByLength() throws {
    let request = try #require(ParsedRequests(SampleRequests.post).requests.first)
    #expect(request.head.framing == .length(9))
    #expect(request.body == Array("{\"q\":\"x\"}".utf8))
    #expect(request.isWhole)
  }

  @Test func readsAChunkedBodyAndDropsTrailers() throws {
    let request = try #require(ParsedRequests(SampleRequests.chunked).requests.first)
    #expect(request.body == Array("Wikipedia in \r\nchunks".utf8))
    #expect(request.head.headers["Trailer"] == nil)
    #expect(request.isWhole)
  }

  @Test func absoluteTargetTakesPrecedenceOverHost() throws {
    let request = try #require(ParsedRequests(SampleRequests.absolute).requests.first)
    #expect(request.head.target.path == "/path")
    #expect(request.head.headers.values("Host") == ["other.example:81"])
    let bare = try #require(ParsedRequests("GET HTTP://x HTTP/1.1\r\nHost: a\r\n\r\n").requests.first)
    #expect(bare.head.target.path == "/")
    let query = try #require(ParsedRequests("GET http://x?a=1 HTTP/1.1\r\nHost: a\r\n\r\n").requests.first)
    #expect(query.head.target.path == "/")
    #expect(query.head.target.query.first?.value == "1")
    let server = try #require(ParsedRequests("OPTIONS http://x HTTP/1.1\r\nHost: a\r\n\r\n").requests.first)
    #expect(server.head.target.path == "*")
  }

  /// RFC 9112 section 3.2: the field must be there once, and is empty if the target has no authority.
  @Test(arguments: [
    ("GET / HTTP/1.1\r\nHost:\r\n\r\n", true), ("GET / HTTP/1.1\r\nHost: \t\r\n\r\n", true),
    ("GET / HTTP/1.1\r\n\r\n", false), ("GET / HTTP/1.1\r\nHost:\r\nHost: a\r\n\r\n", false),
    ("GET / HTTP/1.1\r\nHost:\r\nHost:\r\n\r\n", false), ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", false),
    ("GET / HTTP/1.0\r\n\r\n", true), ("GET / HTTP/1.0\r\nHost:\r\n\r\n", true),
  ])
  func hostIsThereOnceAndCanBeEmpty(_ text: String, _ isValid: Bool) {
    let parsed = ParsedRequests(text)
    #expect(parsed.failure?.status == (isValid ? nil : 400))
    #expect(parsed.requests.count == (isValid ? 1 : 0))
  }

  @Test func trimsValues() throws {
    let request = try #require(ParsedRequests(SampleRequests.afterEmptyLine).requests.first)
    #expect(request.head.headers["x-space"] == "a")
    #expect(request.head.headers["x-empty"] == "")
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", true),
    ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false),
    ("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n", false),
    ("GET / HTTP/1.0\r\n\r\n", false),
    ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true),
    ("GET / HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", false),
  ])
  func persistence(_ text: String, _ expected: Bool) throws {
    #expect(try #require(ParsedRequests(text).requests.first).head.keepsAlive == expected)
  }

  @Test func expectationIsForHTTP11WithABody() throws {
    #expect(try #require(ParsedRequests(SampleRequests.expecting).requests.first).head.expectsContinue)
    let old = ParsedRequests("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx")
    #expect(try #require(old.requests.first).head.expectsContinue == false)
    let bodiless = ParsedRequests("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n")
    #expect(try #require(bodiless.requests.first).head.expectsContinue == false)
  }

  @Test func everySplitGivesTheSameEvents() {
    let bytes = Array(SampleRequests.all.joined().utf8)
    let whole = ParsedRequests(bytes)
    #expect(whole.requests.count == SampleRequests.all.count)
    #expect(whole.requests.allSatisfy { $0.isWhole })
    for cut in 1..<bytes.count {
      var isFirst = true
      let parsed = ParsedRequests(bytes) {
        defer { isFirst = false }
        return isFirst ? cut : .max
      }
      #expect(parsed == whole, "cut after \(cut) bytes")
    }
    #expect(ParsedRequests(bytes, nextSize: { 1 }) == whole)
  }

  @Test func nothingIsReadAfterAFailure() {
    let parsed = ParsedRequests("BAD\r\n\r\n" + SampleRequests.get)
    #expect(parsed.requests.isEmpty)
    #expect(parsed.failure?.status == 400)
  }

  @Test func knowsWhetherARequestHasBegun() {
    var parser = RequestParser(limits: HTTPLimits())
    #expect(!parser.hasBegun)
    Array("G".utf8).withUnsafeBytes { parser.append($0) }
    #expect(parser.next() == nil)
    #expect(parser.hasBegun)
    Array("ET / HTTP/1.0\r\n\r\n".utf8).withUnsafeBytes { parser.append($0) }
    while parser.next() != nil {}
    #expect(!parser.hasBegun)
  }
}
